package lifted

// frames of the commands that can be admitted, by their number of arguments.
type framesByArity [maxArity + 1][]int32

// viewer computes features of one prediction: of what is in memory before it,
// and of what came of the action.
type viewer struct {
	m       *Model
	s       *scene
	pairs   map[pairKind]bool // pairs of types that were admitted in this episode
	task    int32             // left out of what is known; none: nothing is
	own     firsts            // of the task left out
	hidden  map[int32]bool    // types that are taken for unknown while a model is fitted
	counts  []int64           // of admitted commands by frame: 0, 1, or 2 for more
	sign    []int64           // by entity: the one-argument frames it is admitted with
	signed  []int32           // entities with a sign
	newSign []int64           // the same after the action
	newOnes []int32
	shown   []int32 // by entity: the list of the response that it stands in
	shownBy []int32 // entities that do
	row     []int64
	// hereKey is the frame's command that names the place here, and hereCommand
	// its number, as it was asked for last.
	hereKey     made
	hereCommand int32
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

// pageFeatures adds where an entity stands on the page here: how the part about
// it is worded, and the part that has it as an item.
func (v *viewer) pageFeatures(row []int64, m *memory, e int32) []int64 {
	about, holder := m.page(m.place).find(e)
	form, held, status := int64(-1), int64(-1), int64(-1)
	if about != nil {
		form, status = formFeature(about), int64(about.status)
	}
	if holder != nil {
		held = formFeature(holder)
	}
	return append(row, form, held, status)
}

// formFeature is the form of a part. One that is worded as none before is there
// all the same: -1 is that of no part.
func formFeature(t *part) int64 {
	if t.form == none {
		return -2
	}
	return int64(t.form)
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

// contextEntity is the entity that a context is about; none: there is no such.
func (v *viewer) contextEntity(context int32) int32 {
	if context == startContext || int(context) > len(v.s.contextArgs) {
		return none
	}
	return v.s.contextArgs[context-1]
}

func at[T any](values []T, i int32) (v T) {
	if i >= 0 && int(i) < len(values) {
		return values[i]
	}
	return v
}
