package lifted

// kinds is what is known of which types of entities fill which arguments. While
// a model is fitted, what only the task at hand shows counts as unknown, as it
// would be in a task that nobody has seen.
type kinds struct {
	// Fill says which tasks showed a type at an argument of a frame, Met which
	// showed the type at all, Pairs which showed two types together.
	Fill  map[slotKind]tasks
	Met   map[int32]tasks
	Pairs map[pairKind]tasks
}

// firsts counts how commands were answered that named a thing of a type of which
// nothing had been said before: by the frame and the type, then by response.
type firsts map[slotKind]map[int32]int

func (f firsts) note(frame, kind, response int32) {
	key := slotKind{Frame: frame, Kind: kind}
	if f[key] == nil {
		f[key] = map[int32]int{}
	}
	f[key][response]++
}

// mostly returns the response that was given most often, less those counted in
// without; none: there is none.
func (f firsts) mostly(frame, kind int32, without firsts) int32 {
	key := slotKind{Frame: frame, Kind: kind}
	best, most := none, 0
	for response, n := range f[key] {
		if n -= without[key][response]; n > most || n == most && n > 0 && response < best {
			best, most = response, n
		}
	}
	return best
}

type slotKind struct {
	Frame int32
	Arg   int8
	Kind  int32
}

type pairKind struct{ Frame, A, B int32 }

// tasks is a set of tasks of which only it matters whether it has another than
// the one at hand.
type tasks struct {
	One  int32 // a task
	More bool  // there are others
}

func (t tasks) with(task int32, known bool) tasks {
	if !known {
		return tasks{One: task}
	}
	return tasks{t.One, t.More || t.One != task}
}

// besides says whether a task other than this one is in the set.
func (t tasks) besides(task int32) bool { return t.More || t.One != task }

func newKinds() *kinds {
	return &kinds{map[slotKind]tasks{}, map[int32]tasks{}, map[pairKind]tasks{}}
}

// note counts an admitted command.
func (k *kinds) note(s *scene, c *command, task int32) {
	for i, a := range c.args[:c.n] {
		kind := s.entities[a].kind
		slot := slotKind{c.frame, int8(i), kind}
		t, known := k.Fill[slot]
		k.Fill[slot] = t.with(task, known)
		t, known = k.Met[kind]
		k.Met[kind] = t.with(task, known)
	}
	if c.n == 2 {
		pair := pairKind{c.frame, s.entities[c.args[0]].kind, s.entities[c.args[1]].kind}
		t, known := k.Pairs[pair]
		k.Pairs[pair] = t.with(task, known)
	}
}

// affords says whether things of a type can be an argument.
type affords int64

const (
	affordsUnknown affords = iota
	affordsNever
	affordsIt
)

func (k *kinds) affords(f int32, arg int8, kind, task int32) affords {
	if kind == none {
		return affordsUnknown
	}
	met, known := k.Met[kind]
	if !known || !met.besides(task) {
		return affordsUnknown
	}
	if fill, known := k.Fill[slotKind{f, arg, kind}]; known && fill.besides(task) {
		return affordsIt
	}
	if task == none && !met.More {
		return affordsUnknown // one task is not enough to rule it out
	}
	return affordsNever
}

// table answers what types afford at once. It leaves no task out.
type table struct {
	types int
	of    []affords
}

func (k *kinds) table(frames, types int) table {
	t := table{types, make([]affords, frames*maxArity*types)}
	for at := range t.of {
		slot := at / types
		t.of[at] = k.affords(int32(slot/maxArity), int8(slot%maxArity), int32(at%types), none)
	}
	return t
}

func (v *viewer) affords(f int32, arg int8, kind int32) affords {
	if v.hidden[kind] {
		return affordsUnknown
	}
	if v.task != none {
		return v.m.Kinds.affords(f, arg, kind, v.task)
	}
	if kind == none {
		return affordsUnknown
	}
	t := &v.m.table
	return t.of[(int(f)*maxArity+int(arg))*t.types+int(kind)]
}

func (k *kinds) paired(f, a, b, task int32) bool {
	t, known := k.Pairs[pairKind{f, a, b}]
	return known && t.besides(task)
}
