package searching

import "slices"

// wanted says whether a thing is one that the instruction names and that can be
// had.
func (e *errand) wanted(thing string) bool {
	_, tool := e.memory.tools[thing]
	return e.goal.names(thing) && !tool && !e.memory.fixed[thing]
}

// done says whether a thing is as the instruction wants it where it lies.
func (e *errand) done(thing string) bool {
	at := e.memory.lies[thing]
	if !e.goal.names(at) || e.goal.pair && at != e.meeting() {
		return false
	}
	return !slices.ContainsFunc(e.goal.treatments, func(t treatment) bool {
		return !e.memory.treated[thing][t]
	})
}

// putAway frees the hands of what the instruction does not name.
func (e *errand) putAway(v view) []string {
	return v.which(func(c command) bool { return c.act == put && e.memory.holds(c.thing) && !e.goal.names(c.thing) })
}

// grab takes what is wanted and within reach.
func (e *errand) grab(v view) []string {
	return v.which(func(c command) bool { return c.act == take && e.wanted(c.thing) && !e.done(c.thing) })
}

// fetch goes where something wanted was seen.
func (e *errand) fetch(v view) []string {
	spots := map[string]bool{}
	for _, thing := range e.memory.things {
		if at := e.memory.lies[thing]; at != "" && e.wanted(thing) && !e.done(thing) {
			spots[at] = true
			e.doubt(thing, at)
		}
	}
	if len(spots) == 0 {
		return nil
	}
	if best := v.which(func(c command) bool { return c.act == open && spots[c.thing] }); len(best) > 0 {
		return best
	}
	for _, thing := range e.memory.held { // hands are full: put it back where it came from
		if at := e.memory.from[thing]; slices.ContainsFunc(e.memory.here, func(name string) bool { return spots[name] }) && at != "" {
			return v.going(func(name string) bool { return name == at })
		}
	}
	return v.going(func(name string) bool { return spots[name] })
}

// doubt gives a thing up that is within reach of free hands and yet cannot be
// taken, as grab would have done.
func (e *errand) doubt(thing, at string) {
	if e.memory.isHere(at) && !e.memory.places[at].shut && len(e.memory.held) == 0 {
		e.memory.fixed[thing] = true
	}
}

// search looks where nobody looked yet: into what is shut here, then at the
// places that promise most. With the thing in hand it opens what is shut only
// in the end, as lamps do not stand in drawers.
func (e *errand) search(v view) []string {
	lookInto := v.which(func(c command) bool {
		p := e.memory.places[c.thing]
		return c.act == open && p != nil && !p.opened
	})
	if e.inHand() == "" && len(lookInto) > 0 {
		return lookInto
	}
	if best := e.visit(v, func(p *place) bool { return !p.visited }); len(best) > 0 {
		return best
	}
	if len(lookInto) > 0 {
		return lookInto
	}
	return e.visit(v, func(p *place) bool { return p.shut && !p.opened })
}

// visit returns the ways to the places that promise most, of those that pass.
func (e *errand) visit(v view, passes func(*place) bool) (best []string) {
	most := 0.0
	for _, c := range v.commands {
		name := c.subject()
		p := e.memory.places[name]
		if c.act != goTo && c.act != inspect || p == nil || !passes(p) {
			continue
		}
		promise := e.promise(name)
		if promise > most {
			best, most = nil, promise
		}
		if promise == most {
			best = append(best, c.action)
		}
	}
	return best
}

// promise is what a place promises. Where the thing is to be brought, there is
// hardly one already; two may well be half way there.
func (e *errand) promise(place string) float64 {
	promise := e.memory.promise(place)
	if e.goal.names(place) && !e.goal.pair {
		promise /= 4
	}
	return promise
}

// which returns the actions of the commands that pass.
func (v view) which(passes func(command) bool) (actions []string) {
	for _, c := range v.commands {
		if passes(c) {
			actions = append(actions, c.action)
		}
	}
	return actions
}

// going returns the ways to the places that pass.
func (v view) going(passes func(string) bool) []string {
	return v.which(func(c command) bool { return c.act == goTo && passes(c.place) })
}
