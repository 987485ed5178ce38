package ground

import "iter"

// Cursor walks through the states of a problem and knows at each which actions
// are applicable. A step costs what it changes, not what there is. It is used
// by one goroutine at a time.
type Cursor struct {
	problem    *Problem
	state      State
	before     State // the last state; scratch
	applicable bitset
	stale      []bool // components to derive anew; scratch
}

// Cursor returns a cursor at the beginning.
func (p *Problem) Cursor() *Cursor {
	c := &Cursor{
		problem: p, stale: make([]bool, len(p.parts)),
		before: make(State, len(p.initial)), applicable: make(bitset, len(p.startsWith)),
	}
	c.Reset()
	return c
}

// Reset goes back to the beginning.
func (c *Cursor) Reset() {
	c.state = append(c.state[:0], c.problem.initial...)
	copy(c.applicable, c.problem.startsWith)
}

// State returns the state here; it changes with the next step.
func (c *Cursor) State() State { return c.state }

// Won says whether the goal holds here.
func (c *Cursor) Won() bool { return c.problem.Won(c.state) }

// Can says whether an action is applicable here.
func (c *Cursor) Can(action int) bool { return c.applicable.has(action) }

// Applicable yields the actions that are applicable here, in order.
func (c *Cursor) Applicable() iter.Seq[int] { return c.applicable.each }

// Apply takes an applicable action. It calls changed, which may be nil, for
// every action that became applicable by it or is so no longer.
func (c *Cursor) Apply(action int, changed func(action int, applicable bool)) {
	copy(c.before, c.state)
	c.problem.affect(c.state, c.before, action)
	c.derive()
	for fact := range changedFacts(c.state, c.before, 0, c.problem.Facts()) {
		c.recheck(fact, changed)
	}
}

// derive brings the derived facts up to date that depend on what changed.
func (c *Cursor) derive() {
	if len(c.problem.parts) == 0 {
		return
	}
	clear(c.stale)
	c.spread(0, c.problem.fluents)
	for i := range c.problem.parts {
		if !c.stale[i] {
			continue
		}
		part := &c.problem.parts[i]
		c.problem.derive(c.state, part)
		for _, head := range part.heads {
			c.spread(int(head), int(head)+1)
		}
	}
}

// spread marks the components that depend on the changed facts of a range.
func (c *Cursor) spread(from, upTo int) {
	for fact := range changedFacts(c.state, c.before, from, upTo) {
		for _, part := range c.problem.feeds.row(fact) {
			c.stale[part] = true
		}
	}
}

// recheck looks again at the actions that mention a changed fact.
func (c *Cursor) recheck(fact int, changed func(int, bool)) {
	for _, a := range c.problem.watchers.row(fact) {
		action := int(a)
		now := c.state.All(c.problem.pre.row(action))
		if now == c.applicable.has(action) {
			continue
		}
		c.applicable.flip(action)
		if changed != nil {
			changed(action, now)
		}
	}
}
