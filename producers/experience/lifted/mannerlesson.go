package lifted

import "slices"

// seenManner is the manner of an entity before anything changed it.
type seenManner struct {
	step int
	mannered
}

// learnManners notes the manners of entities before anything changed them.
func (g *lesson) learnManners(r *rules) {
	k := g.walk
	settled := map[int32]bool{} // entities that were seen, or that something changed
	for t := range k.steps {
		step := &k.steps[t]
		c := &k.scene.commands[step.command]
		for i, x := range c.args[:c.n] {
			if _, changes := r.Manners[role(step.event, i)]; changes {
				settled[x] = true
			}
		}
		for _, seen := range step.reading.shownManners() {
			if !settled[seen.entity] {
				settled[seen.entity] = true
				g.manners = append(g.manners, seenManner{t, seen})
			}
		}
	}
}

// adoptManners takes the manners that were shown from one step up to another
// into memory, as they are after what this episode has done.
func (d *dreamer) adoptManners(g *lesson, from, to int) {
	for _, seen := range g.manners {
		if seen.step < from || seen.step >= to {
			continue
		}
		t := d.memory.thing(d.scene.entity(g.walk.scene.entities[seen.entity].name))
		if t.manner != "" {
			continue
		}
		t.manner = seen.words
		e := d.scene.entityOf[g.walk.scene.entities[seen.entity].name]
		for _, p := range d.past {
			c := &d.scene.commands[p.command]
			if i := slices.Index(c.args[:c.n], e); i >= 0 {
				if change, changes := d.m.Rules.Manners[role(p.event, i)]; changes {
					t.manner = change.of(t.manner)
				}
			}
		}
	}
}
