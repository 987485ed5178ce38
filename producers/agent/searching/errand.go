package searching

import "slices"

// errand finds the thing that the instruction names, has it treated as the
// instruction says, and brings it to the place that the instruction names; or,
// where that is no place, to what can be used and is named: a lamp.
//
// What a word of the instruction stands for is told by what can be done: one
// goes to places, takes things and uses tools. So there are no lists of things
// and places, and where nobody can go anywhere there are no errands.
type errand struct {
	goal   *goal
	memory *memory
	// without are the kinds of places that do not serve a treatment.
	without map[treatment]map[string]bool
	refused map[string]bool // places where the thing cannot be put
	chosen  string          // where the first of a pair was put
}

func newErrand(g *goal) *errand {
	return &errand{goal: g, memory: newMemory(), without: map[treatment]map[string]bool{}, refused: map[string]bool{}}
}

// took remembers what was done.
func (e *errand) took(c command) {
	e.memory.last = c
	if e.goal.pair && c.act == put && e.goal.names(c.thing) && e.goal.names(c.place) && e.chosen == "" {
		e.chosen = c.place
	}
}

// suggest goes through the stages of an errand, the last one first.
func (e *errand) suggest(v view) []string {
	e.memory.observe(v)
	if !e.goal.errand || len(e.memory.places) == 0 {
		return nil
	}
	if thing := e.inHand(); thing != "" {
		if best := e.finish(v, thing); len(best) > 0 {
			return best
		}
	}
	for _, stage := range []func(view) []string{e.putAway, e.grab, e.fetch, e.search} {
		if best := stage(v); len(best) > 0 {
			return best
		}
	}
	return nil
}

// inHand returns a held thing that the instruction names.
func (e *errand) inHand() string {
	for _, thing := range e.memory.held {
		if e.goal.names(thing) {
			return thing
		}
	}
	return ""
}

func (e *errand) finish(v view, thing string) []string {
	for _, t := range e.goal.treatments {
		if !e.memory.treated[thing][t] {
			return e.treat(v, thing, t)
		}
	}
	if slices.ContainsFunc(e.memory.order, e.goal.names) {
		return e.deliver(v, thing)
	}
	return e.illuminate(v, thing)
}

// deliver puts the thing where it is to be.
func (e *errand) deliver(v view, thing string) []string {
	targets := e.targets()
	if best := v.which(func(c command) bool {
		return c.act == put && c.thing == thing && slices.Contains(targets, c.place)
	}); len(best) > 0 {
		return best
	}
	if best := v.which(func(c command) bool { return c.act == open && slices.Contains(targets, c.thing) }); len(best) > 0 {
		return best
	}
	for _, name := range targets {
		if e.memory.isHere(name) {
			e.refused[name] = true
		}
	}
	return v.going(func(name string) bool { return slices.Contains(targets, name) })
}

// targets are the places that the instruction names; of a pair, the second
// belongs to the first.
func (e *errand) targets() []string {
	if both := e.meeting(); both != "" && !e.refused[both] {
		return []string{both}
	}
	var names []string
	for _, name := range e.memory.order {
		if e.goal.names(name) && !e.refused[name] {
			names = append(names, name)
		}
	}
	return names
}

// meeting is the place where a pair comes together: where the first was put, or
// where one lies already; empty: undecided.
func (e *errand) meeting() string {
	if !e.goal.pair || e.chosen != "" {
		return e.chosen
	}
	for _, thing := range e.memory.things {
		if at := e.memory.lies[thing]; at != "" && e.wanted(thing) && e.goal.names(at) {
			return at
		}
	}
	return ""
}

// treat has the thing cleaned, heated or cooled: where that is possible, else
// where it is likely, else wherever it was not tried yet.
func (e *errand) treat(v view, thing string, t treatment) []string {
	if best := v.which(func(c command) bool { return c.treatment == t && c.thing == thing }); len(best) > 0 {
		return best
	}
	likely := stations(t)
	if best := v.which(func(c command) bool { return c.act == open && rank(c.thing, likely) < len(likely) }); len(best) > 0 {
		return best
	}
	if e.without[t] == nil {
		e.without[t] = map[string]bool{}
	}
	for _, name := range e.memory.here {
		e.without[t][kindOf(name)] = true
	}
	best := len(likely)
	for _, name := range e.memory.order {
		if !e.without[t][kindOf(name)] {
			best = min(best, rank(name, likely))
		}
	}
	return v.going(func(name string) bool { return !e.without[t][kindOf(name)] && rank(name, likely) == best })
}

// illuminate uses the tool that the instruction names while the thing is in
// hand.
func (e *errand) illuminate(v view, thing string) []string {
	named := func(tool string) bool { return e.goal.names(tool) && kindOf(tool) != kindOf(thing) }
	if best := v.which(func(c command) bool { return c.act == use && named(c.thing) }); len(best) > 0 {
		return best
	}
	spots := map[string]bool{}
	for _, seen := range e.memory.things {
		if named(seen) {
			spots[e.memory.lies[seen]] = true
		}
	}
	for tool, spot := range e.memory.tools {
		if named(tool) {
			spots[spot] = true
		}
	}
	if best := v.going(func(name string) bool { return spots[name] }); len(best) > 0 {
		return best
	}
	return e.search(v)
}
