package lifted

import "slices"

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
	if c.n == 0 {
		a0 = v.contextEntity(m.context) // what names nothing is about where we are
	}
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
		v.first(c, a0), atHand(m),
	)
	if len(v.m.Wording.Pages) > 0 {
		row = v.pageFeatures(row, m, a0)
		row = v.pageFeatures(row, m, a1)
	}
	row = v.tools(row, m)
	row = append(row, v.counts[:min(len(v.counts), mostCounted)]...)
	row = v.historyOf(row, t0)
	v.row = row
	return row
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

// atHand says which lists without a head have something in them, such as that of
// what one carries.
func atHand(m *memory) int64 {
	h := int64(0)
	for _, l := range m.about(none) {
		if len(l.items) > 0 {
			h += mix(int64(l.relation)+1, 5)
		}
	}
	return h
}

// first is how such a command is mostly answered first for a thing of the type.
func (v *viewer) first(c *command, e int32) int64 {
	if e < 0 || v.s.entities[e].kind == none {
		return -1
	}
	return int64(v.m.Firsts.mostly(c.frame, v.s.entities[e].kind, v.own))
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
