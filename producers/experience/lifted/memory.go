package lifted

import (
	"cmp"
	"slices"
)

// memory is what an episode has shown so far.
type memory struct {
	time     int32 // steps taken
	context  int32 // where we are
	admitted *admitted
	lists    []list // by head, then relation
	things   []thing
	answered []answer // by command: what it led to last
	// contexts has what was admitted when a context was seen last.
	contexts []*admitted
	// place is where we are, where pages tell; pages are what one would read at
	// each place now, and what other pages say.
	place int32
	pages []*page
	// last stands for the last observation.
	last int64
}

// list is what is known to stand in a relation to a head.
type list struct {
	relation int32
	head     int32 // an entity, none, or a context (see contextHead)
	items    []int32
	// Partial lists have what came in while nobody knew what else is there.
	partial bool
	source  source
}

// source is where something known came from.
type source struct {
	recording int32 // index into the dream's demonstrations; none: the episode itself
	step      int32
}

// thing is what is known of an entity.
type thing struct {
	fact int32 // what was said of it last: a relation of the wording
	// manner is what stood before it last, as events have changed it; empty: nobody
	// knows.
	manner string
	// described is how it was described last; none: it never was.
	described int32
	known     bool // it was mentioned
	last      happened
	ever      []happened // each kind of event with its latest time
}

// happened is an event with the role in which an entity took part.
type happened struct {
	event int32
	role  int8
	time  int32
}

// answer is what a command led to.
type answer struct {
	event    int32
	admitted *admitted
	given    bool
}

// contextHead is the head of lists that hold in one context only.
func contextHead(context int32) int32 { return -2 - context }

func newMemory() *memory { return &memory{place: none} }

// page returns what one would read at a place; nil: nobody knows.
func (m *memory) page(place int32) *page {
	if place >= 0 && int(place) < len(m.pages) {
		return m.pages[place]
	}
	return nil
}

func (m *memory) setPage(p *page) {
	for int(p.place) >= len(m.pages) {
		m.pages = append(m.pages, nil)
	}
	m.pages[p.place] = p
}

// clone returns a copy that can be changed.
func (m *memory) clone() *memory {
	c := *m
	c.lists = slices.Clone(m.lists)
	c.things = slices.Clone(m.things)
	c.answered = slices.Clone(m.answered)
	c.contexts = slices.Clone(m.contexts)
	c.pages = slices.Clone(m.pages)
	return &c
}

// at finds a list; where it is not, the place where it would be.
func (m *memory) at(relation, head int32) (int, bool) {
	return slices.BinarySearchFunc(m.lists, list{relation: relation, head: head}, func(a, b list) int {
		return cmp.Or(cmp.Compare(a.head, b.head), cmp.Compare(a.relation, b.relation))
	})
}

// whole returns a list that is known in full.
func (m *memory) whole(relation, head int32) (*list, bool) {
	i, found := m.at(relation, head)
	if !found || m.lists[i].partial {
		return nil, false
	}
	return &m.lists[i], true
}

// set remembers a list.
func (m *memory) set(l list) {
	i, found := m.at(l.relation, l.head)
	if found {
		m.lists[i] = l
		return
	}
	m.lists = slices.Insert(m.lists, i, l)
}

// takeOut takes an item out of the lists of a relation that have it.
func (m *memory) takeOut(relation, item int32) {
	for i := range m.lists {
		if l := &m.lists[i]; l.relation == relation && l.head >= 0 && slices.Contains(l.items, item) {
			l.items = without(l.items, item)
		}
	}
}

// about returns the lists of a head.
func (m *memory) about(head int32) []list {
	first, _ := slices.BinarySearchFunc(m.lists, head, func(l list, h int32) int { return cmp.Compare(l.head, h) })
	last := first
	for last < len(m.lists) && m.lists[last].head == head {
		last++
	}
	return m.lists[first:last]
}

// thing returns what is known of an entity, for change.
func (m *memory) thing(e int32) *thing {
	for int(e) >= len(m.things) {
		m.things = append(m.things, thing{fact: none, described: none, last: happened{event: none}})
	}
	return &m.things[e]
}

// look returns what is known of an entity.
func (m *memory) look(e int32) thing {
	if e < 0 || int(e) >= len(m.things) {
		return thing{fact: none, described: none, last: happened{event: none}}
	}
	return m.things[e]
}

// know notes that an entity exists.
func (m *memory) know(e int32) { m.thing(e).known = true }

func (m *memory) knows(e int32) bool { return m.look(e).known }

// happen notes that an entity took part in an event.
func (t *thing) happen(h happened) {
	t.last = h
	ever := make([]happened, 0, len(t.ever)+1)
	for _, e := range t.ever {
		if e.event != h.event || e.role != h.role {
			ever = append(ever, e)
		}
	}
	t.ever = append(ever, h)
}

// answer returns what a command led to when it was given last.
func (m *memory) answer(c int32) answer {
	if int(c) < len(m.answered) {
		return m.answered[c]
	}
	return answer{event: none}
}

func (m *memory) setAnswer(c int32, a answer) {
	for int(c) >= len(m.answered) {
		m.answered = append(m.answered, answer{event: none})
	}
	m.answered[c] = a
}

func (m *memory) contextAdmitted(c int32) *admitted {
	if int(c) < len(m.contexts) {
		return m.contexts[c]
	}
	return nil
}

func (m *memory) setContextAdmitted(c int32, a *admitted) {
	for int(c) >= len(m.contexts) {
		m.contexts = append(m.contexts, nil)
	}
	m.contexts[c] = a
}

// relates says whether x stands in some relation to y.
type relates int64

const (
	relatesUnknown relates = iota // nothing is known of what y holds
	relatesNot
	relatesTo
)

func (m *memory) kin(x, y int32) relates {
	if x < 0 || y < 0 {
		return relatesUnknown
	}
	r := relatesUnknown
	for _, l := range m.about(y) {
		if l.partial {
			continue
		}
		if slices.Contains(l.items, x) {
			return relatesTo
		}
		r = relatesNot
	}
	return r
}

// headless returns the relations without a head that an entity stands in, as a
// number that two entities share if they stand in the same.
func (m *memory) headless(x int32) int64 {
	h := int64(0)
	for _, l := range m.about(none) {
		if slices.Contains(l.items, x) {
			h = mix(h, int64(l.relation)+1)
		}
	}
	return h
}

// mix makes one number of two.
func mix(a, b int64) int64 {
	x := uint64(a)*0x9e3779b97f4a7c15 ^ uint64(b)
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 32
	return int64(x)
}
