package searching

import "slices"

// observe takes in what an action led to.
func (m *memory) observe(v view) {
	m.locate(v)
	m.follow(v)
	m.readText(v)
	for _, c := range v.commands {
		m.infer(c)
	}
	m.settle(v)
}

// locate learns of places: all that one can go to. Those that one can no longer
// go to are within reach.
func (m *memory) locate(v view) {
	away := map[string]bool{}
	for _, c := range v.commands {
		if c.act != goTo {
			continue
		}
		away[c.place] = true
		if m.places[c.place] == nil {
			m.places[c.place] = &place{}
			m.order = append(m.order, c.place)
		}
	}
	m.here = m.here[:0]
	for _, name := range m.order {
		if !away[name] {
			m.here = append(m.here, name)
		}
	}
}

// follow draws conclusions from the last action. That it worked shows in that
// it cannot be done again.
func (m *memory) follow(v view) {
	again := slices.ContainsFunc(v.commands, func(c command) bool { return c.action == m.last.action })
	switch c := m.last; {
	case c.act == treat:
		m.treat(c.thing, c.treatment)
	case c.act == take && !again:
		m.hold(c.thing)
	case c.act == put && !again:
		m.lay(c.thing, c.place)
	}
}

// focus is the place that the last action showed; empty: none.
func (m *memory) focus() string {
	switch m.last.act {
	case goTo, open, inspect:
		if name := m.last.subject(); m.places[name] != nil && m.isHere(name) {
			return name
		}
	}
	return ""
}

// readText finds names, which are words with a number, in what is said of the
// place looked at.
func (m *memory) readText(v view) {
	name := m.focus()
	if name == "" {
		return
	}
	m.places[name].visited = true
	words, found := tokens(v.text), 0
	for i := 1; i < len(words); i++ {
		thing := words[i-1] + " " + words[i]
		if !isNumber(words[i]) || isNumber(words[i-1]) || m.places[thing] != nil || m.holds(thing) {
			continue
		}
		m.lay(thing, name)
		found++
	}
	t := m.tally(name)
	t.looks++
	t.found += found
}

// infer draws conclusions from what can be done.
func (m *memory) infer(c command) {
	switch {
	case c.act == take && c.place != "":
		m.lay(c.thing, c.place)
		delete(m.fixed, c.thing)
	case c.act == put && m.places[c.place] != nil && !m.holds(c.thing):
		m.hold(c.thing)
	case c.act == use && len(m.here) > 0:
		m.tools[c.thing] = m.here[0]
	}
}

// settle notes how the places within reach are now.
func (m *memory) settle(v view) {
	for _, name := range m.here {
		p := m.places[name]
		p.shut = slices.ContainsFunc(v.commands, func(c command) bool { return c.act == open && c.thing == name })
		if m.last.act == open && m.last.thing == name {
			p.opened = true
		}
		// With free hands, what can be taken shows what lies there.
		p.visited = p.visited || !p.shut && len(m.held) == 0
	}
}
