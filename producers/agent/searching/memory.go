package searching

import "slices"

// memory is what was seen so far of places and of the things in them. It is
// about one episode. See observe.go for how it is filled.
type memory struct {
	places map[string]*place
	order  []string // of the places, as they became known
	here   []string // the places within reach
	held   []string
	lies   map[string]string // thing to place, where it was seen last
	things []string          // all that have lain somewhere, as they became known
	from   map[string]string // held thing to the place it was taken from
	// fixed are things that could not be taken although hands were free.
	fixed map[string]bool
	tools map[string]string // thing that can be used, to a place near it
	// treated is what things underwent.
	treated map[string]map[treatment]bool
	kinds   map[string]*tally // of places
	last    command
}

// place is where things may lie.
type place struct {
	visited bool // what lies open there was seen
	shut    bool // it has to be opened first, as far as is known
	opened  bool // it was looked into
}

// tally is what places of a kind were worth: the things found by the steps it
// took to look.
type tally struct{ found, looks int }

func newMemory() *memory {
	return &memory{
		places: map[string]*place{}, lies: map[string]string{}, from: map[string]string{}, fixed: map[string]bool{},
		tools: map[string]string{}, treated: map[string]map[treatment]bool{}, kinds: map[string]*tally{},
	}
}

func (m *memory) hold(thing string) {
	if !m.holds(thing) {
		m.held = append(m.held, thing)
	}
	if at := m.lies[thing]; at != "" {
		m.from[thing] = at
		m.lies[thing] = ""
	}
}

func (m *memory) lay(thing, place string) {
	if _, known := m.lies[thing]; !known {
		m.things = append(m.things, thing)
	}
	m.lies[thing] = place
	m.held = slices.DeleteFunc(m.held, func(h string) bool { return h == thing })
}

// treat notes what a thing underwent. Heat and cold undo each other.
func (m *memory) treat(thing string, t treatment) {
	if m.treated[thing] == nil {
		m.treated[thing] = map[treatment]bool{}
	}
	m.treated[thing][t] = true
	switch t {
	case heated:
		delete(m.treated[thing], cooled)
	case cooled:
		delete(m.treated[thing], heated)
	}
}

func (m *memory) holds(thing string) bool { return slices.Contains(m.held, thing) }

func (m *memory) isHere(place string) bool { return slices.Contains(m.here, place) }

func (m *memory) tally(place string) *tally {
	kind := kindOf(place)
	if m.kinds[kind] == nil {
		m.kinds[kind] = &tally{}
	}
	return m.kinds[kind]
}

// promise is how many things a step of looking at the place may show, by what
// places of its kind were worth.
func (m *memory) promise(place string) float64 {
	t := m.kinds[kindOf(place)]
	if t == nil {
		t = &tally{}
	}
	return float64(t.found+2) / float64(t.looks+1)
}
