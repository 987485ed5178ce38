package lifted

import "slices"

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
	if met, known := k.Met[kind]; !known || !met.besides(task) {
		return affordsUnknown
	}
	if fill, known := k.Fill[slotKind{f, arg, kind}]; known && fill.besides(task) {
		return affordsIt
	}
	return affordsNever
}

func (k *kinds) paired(f, a, b, task int32) bool {
	t, known := k.Pairs[pairKind{f, a, b}]
	return known && t.besides(task)
}

// frames of the commands that can be admitted, by their number of arguments.
type framesByArity [maxArity + 1][]int32

// viewer computes features of one prediction: of what is in memory before it,
// and of what came of the action.
type viewer struct {
	m       *Model
	s       *scene
	pairs   map[pairKind]bool // pairs of types that were admitted in this episode
	task    int32             // left out of what is known; none: nothing is
	counts  []int64           // of admitted commands by frame: 0, 1, or 2 for more
	sign    []int64           // by entity: the one-argument frames it is admitted with
	signed  []int32           // entities with a sign
	newSign []int64           // the same after the action
	newOnes []int32
	shown   []int32 // by entity: the list of the response that it stands in
	shownBy []int32 // entities that do
	row     []int64
}

// mostCounted is how many frames are counted for features.
const mostCounted = 48

// look prepares the features of a state.
func (v *viewer) look(m *memory) {
	v.counts = resized(v.counts, len(v.m.Lexicon.Frames))
	clear(v.counts)
	for _, e := range v.signed {
		v.sign[e] = 0
	}
	v.signed = v.signed[:0]
	v.sign = resized(v.sign, len(v.s.entities))
	if m.admitted == nil {
		return
	}
	for _, n := range m.admitted.list {
		c := &v.s.commands[n]
		if c.frame == none {
			continue
		}
		v.counts[c.frame] = min(2, v.counts[c.frame]+1)
		if c.n == 1 {
			v.signed = signWith(v.sign, v.signed, c)
		}
	}
}

// signWith adds a command to the sign of its argument. The order of commands
// does not matter.
func signWith(signs []int64, signed []int32, c *command) []int32 {
	e := c.args[0]
	if signs[e] == 0 {
		signed = append(signed, e)
	}
	signs[e] += mix(int64(c.frame)+1, 77)
	return signed
}

// resized returns a slice of at least n values, with what it had before.
func resized[T any](values []T, n int) []T {
	if n <= len(values) {
		return values
	}
	return append(values, make([]T, n-len(values))...)
}

func (v *viewer) signOf(e int32) int64 {
	if e < 0 || int(e) >= len(v.sign) {
		return 0
	}
	return v.sign[e]
}

func (v *viewer) kindOf(e int32) int64 {
	if e < 0 {
		return -2
	}
	return int64(v.s.entities[e].kind)
}

// Where features stand in a row of eventFeatures; of two arguments one after the
// other.
const (
	featureAdmitted = 0
	featureFact     = 1
	featureKind     = 3
	featureAnswer   = 5
	featureLast     = 6
	featureHere     = 16
)

// eventFeatures are what decides on the response to an action.
func (v *viewer) eventFeatures(m *memory, n int32) []int64 {
	c := &v.s.commands[n]
	a0, a1 := c.args[0], c.args[1]
	t0, t1 := m.look(a0), m.look(a1)
	atStart, here := int64(0), int64(0)
	if m.context == startContext {
		atStart = 1
	}
	if c.n > 0 && v.contextEntity(m.context) == a0 {
		here = 1
	}
	row := append(v.row[:0],
		v.admittedBefore(m, n),
		int64(t0.fact), int64(t1.fact),
		v.kindOf(a0), v.kindOf(a1),
		v.lastResponse(m, n),
		lastEvent(t0), lastEvent(t1),
		truth(t0.known), truth(t1.known),
		v.signOf(a0), v.signOf(a1),
		int64(m.kin(a0, a1)), int64(m.kin(a1, a0)),
		m.headless(a0),
		atStart, here,
		v.holdings(m, a0), v.holdings(m, a1), v.fill(m, a0), v.fill(m, a1),
	)
	if len(v.m.Wording.Pages) > 0 {
		row = v.pageFeatures(row, m, a0)
		row = v.pageFeatures(row, m, a1)
	}
	row = append(row, v.counts[:min(len(v.counts), mostCounted)]...)
	row = v.historyOf(row, t0)
	v.row = row
	return row
}

// pageFeatures adds where an entity stands on the page here: how the part about
// it is worded, and the part that has it as an item.
func (v *viewer) pageFeatures(row []int64, m *memory, e int32) []int64 {
	about, holder := m.page(m.place).find(e)
	form, held, status := int64(-1), int64(-1), int64(-1)
	if about != nil {
		form, status = int64(about.form), int64(about.status)
	}
	if holder != nil {
		held = int64(holder.form)
	}
	return append(row, form, held, status)
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// admittedBefore says whether a command is admitted; -1: nobody knows.
func (v *viewer) admittedBefore(m *memory, n int32) int64 {
	if m.admitted == nil {
		return -1
	}
	return truth(m.admitted.has(n))
}

func (v *viewer) lastResponse(m *memory, n int32) int64 {
	a := m.answer(n)
	if !a.given || a.event == none {
		return -1
	}
	return int64(v.m.Rules.Events[a.event].Response)
}

func lastEvent(t thing) int64 {
	if t.last.event == none {
		return -1
	}
	return int64(t.last.event)*maxArity + int64(t.last.role)
}

// holdings says which relations are known of an entity, and which of their lists
// are empty.
func (v *viewer) holdings(m *memory, e int32) int64 {
	h := int64(0)
	if e < 0 {
		return h
	}
	for _, l := range m.about(e) {
		if !l.partial {
			h += mix(int64(l.relation)+1, truth(len(l.items) == 0))
		}
	}
	return h
}

// fill says whether anything is known to stand in relation to an entity: -1
// nobody knows, 0 nothing, 1 something.
func (v *viewer) fill(m *memory, e int32) int64 {
	known := int64(-1)
	if e < 0 {
		return known
	}
	for _, l := range m.about(e) {
		if !l.partial {
			known = max(known, truth(len(l.items) > 0))
		}
	}
	return known
}

// historyOf adds which kinds of things were done to an entity with another, and
// which of each two was done last.
func (v *viewer) historyOf(row []int64, t thing) []int64 {
	frames := v.m.frames[2]
	var when [16]int32
	n := min(len(frames), len(when))
	for i := range n {
		when[i] = -1
	}
	for _, h := range t.ever {
		if h.role != 0 {
			continue
		}
		if i := slices.Index(frames[:n], v.m.Rules.Events[h.event].Frame); i >= 0 {
			when[i] = max(when[i], h.time)
		}
	}
	for i := range n {
		row = append(row, truth(when[i] >= 0))
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			switch {
			case when[i] < 0 && when[j] < 0:
				row = append(row, -1)
			default:
				row = append(row, truth(when[i] > when[j]))
			}
		}
	}
	return row
}

// contextEntity is the entity that a context is about; none: there is no such.
func (v *viewer) contextEntity(context int32) int32 {
	if context == startContext || int(context) > len(v.s.contextArgs) {
		return none
	}
	return v.s.contextArgs[context-1]
}

// respond prepares the features of what is admitted after a response.
func (v *viewer) respond(r *reading) {
	for _, e := range v.shownBy {
		v.shown[e] = 0
	}
	v.shownBy = v.shownBy[:0]
	v.shown = resized(v.shown, len(v.s.entities))
	for i, l := range r.lists {
		for _, e := range l.items {
			v.shown[e] = int32(i) + 1
			v.shownBy = append(v.shownBy, e)
		}
	}
	for _, e := range v.newOnes {
		v.newSign[e] = 0
	}
	v.newOnes = v.newOnes[:0]
	v.newSign = resized(v.newSign, len(v.s.entities))
}

// moment is an action with what came of it, and what was remembered before and
// is now.
type moment struct {
	action, event int32
	before, after *memory
	reading       *reading
}

// admissionFeatures are what decides on whether a command is admitted next.
func (v *viewer) admissionFeatures(w *moment, n int32) []int64 {
	c, act := &v.s.commands[n], &v.s.commands[w.action]
	same := int64(-1)
	if a := w.after.answer(w.action); a.given && a.admitted != nil {
		same = truth(a.admitted.has(n))
	}
	here := int64(-1)
	if a := w.after.contextAdmitted(w.after.context); a != nil {
		here = truth(a.has(n))
	}
	row := append(v.row[:0],
		v.admittedBefore(w.before, n), int64(w.event), same, here, int64(act.frame), v.admittedBefore(w.before, w.action))
	for i := range c.n {
		row = v.argumentFeatures(row, w, c, act, i)
	}
	switch c.n {
	case 1:
		row = append(row, v.kindOf(c.args[0]), v.together(w.after, c))
	case 2:
		kinds := pairKind{c.frame, v.s.entities[c.args[0]].kind, v.s.entities[c.args[1]].kind}
		row = append(row,
			int64(w.after.kin(c.args[0], c.args[1])), int64(w.after.kin(c.args[1], c.args[0])),
			truth(v.m.Kinds.paired(kinds.Frame, kinds.A, kinds.B, v.task)), truth(v.pairs[kinds]))
	}
	row = append(row, v.counts[:min(len(v.counts), mostCounted)]...)
	v.row = row
	return row
}

// argumentFeatures adds what is known of one argument of a command.
func (v *viewer) argumentFeatures(row []int64, w *moment, c, act *command, i int) []int64 {
	x := c.args[i]
	t := w.after.look(x)
	last := int64(-1)
	if t.last.event != none {
		last = int64(t.last.event)
	}
	if len(v.m.Wording.Pages) > 0 {
		row = v.pageFeatures(row, w.after, x)
	}
	return append(row,
		int64(slices.Index(act.args[:act.n], x)),
		int64(v.m.Kinds.affords(c.frame, int8(i), v.s.entities[x].kind, v.task)),
		int64(at(v.shown, x)), int64(t.fact), last,
		w.after.headless(x), v.signOf(x), at(v.newSign, x))
}

func at[T any](values []T, i int32) (v T) {
	if i >= 0 && int(i) < len(values) {
		return values[i]
	}
	return v
}

// together compares the argument of a command with the place where we are: are
// both admitted with the command's frame in the same other places? Two that
// always are lie next to each other.
func (v *viewer) together(m *memory, c *command) int64 {
	here := v.contextEntity(m.context)
	if here == none || here == c.args[0] {
		return -1
	}
	key := made{c.frame, [maxArity]int32{here, none, none}}
	there, known := v.s.madeOf[key]
	if !known {
		there = none
	}
	mine, ok := v.s.madeOf[made{c.frame, c.args}]
	if !ok {
		mine = none
	}
	both, neither, one := false, false, false
	for context, a := range m.contexts {
		if a == nil || int32(context) == m.context || int32(context) == startContext {
			continue
		}
		switch p, q := a.has(mine), a.has(there); {
		case p && q:
			both = true
		case !p && !q:
			neither = true
		default:
			one = true
		}
	}
	return truth(both) | truth(neither)<<1 | truth(one)<<2
}
