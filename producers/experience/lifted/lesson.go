package lifted

import (
	"github.com/dreamlog/dreamlog/producers"

	"slices"
)

// lesson is what a recording tells of the state that its task begins in: facts
// carried back to the reset through the effects of what was done before them.
type lesson struct {
	walk    *walk
	facts   []lessonFact
	manners []seenManner
	pages   pageLesson
}

// lessonFact is one fact, in the words of the recording's scene. Step is the
// one that showed it.
type lessonFact struct {
	step int
	// A list, where relation is set.
	relation int32
	head     int32 // an entity of the recording; none where local
	local    bool  // the list holds in the context alone
	context  int32 // command that led to the context; none: the start
	items    []int32
	// What was said of head, where fact is set.
	fact int32
	// What was admitted in the context, where admitted is set; place is that of
	// the context where pages tell it, else none.
	admitted *admitted
	place    int32
}

// lesson digests a recording.
func (m *Model) lesson(k *walk) *lesson {
	g := &lesson{walk: k}
	g.pages.learn(m, k)
	if len(m.Wording.Determiners) > 0 {
		g.learnManners(m.Rules)
	}
	type key struct {
		relation, head int32
	}
	seen := map[key]bool{}
	said := map[int32]bool{}
	admittedIn := map[int32]bool{}
	context, through := startContext, none
	disturbed := map[int32]bool{} // entities that something was done with
	anything := false
	for t := range k.steps {
		step := &k.steps[t]
		c := &k.scene.commands[step.command]
		moved := m.Rules.Moves[step.event]
		if moved {
			context, through = k.scene.context(c), step.command
		}
		for _, l := range step.reading.lists {
			id := key{l.relation, l.head}
			local := l.head == none && m.Rules.Local[l.relation]
			if local {
				id.head = contextHead(context)
			} else if l.head == none {
				continue
			}
			if seen[id] {
				continue
			}
			seen[id] = true
			g.facts = append(g.facts, lessonFact{step: t, relation: l.relation, head: l.head, local: local, context: through,
				items: m.Rules.undo(k, t, l), fact: none, place: none})
		}
		if moved {
			for _, f := range step.reading.facts {
				if !said[f.entity] && !disturbed[f.entity] {
					said[f.entity] = true
					g.facts = append(g.facts, lessonFact{step: t, relation: none, head: f.entity, fact: f.fact, place: none})
				}
			}
			for _, l := range step.reading.lists {
				if l.head != none && !said[l.head] && !disturbed[l.head] {
					said[l.head] = true
					g.facts = append(g.facts, lessonFact{step: t, relation: none, head: l.head, fact: l.relation, place: none})
				}
			}
			if !anything && !admittedIn[context] && step.admitted != nil {
				admittedIn[context] = true
				g.facts = append(g.facts, lessonFact{step: t, relation: none, head: none, fact: none, context: through, admitted: step.admitted, place: none})
			}
		}
		if p := step.reading.page; p != nil && m.Wording.Pages[p.kind].Wanders && step.admitted != nil && !admittedIn[-1-p.place] {
			admittedIn[-1-p.place] = true
			g.facts = append(g.facts, lessonFact{step: t, relation: none, head: none, fact: none, context: none, place: p.place,
				admitted: k.scene.undisturbed(step.admitted, disturbed)})
		}
		if step.event != none && !moved && step.reading.page == nil && !m.Rules.idle(step.event) && !m.Rules.Still[step.event] {
			anything = true
			for _, x := range c.args[:c.n] {
				disturbed[x] = true
			}
		}
	}
	return g
}

// undisturbed returns the commands that name no entity that something was done
// with.
func (s *scene) undisturbed(a *admitted, disturbed map[int32]bool) *admitted {
	b := &admitted{}
	for _, n := range a.list {
		c := &s.commands[n]
		if !slices.ContainsFunc(c.args[:c.n], func(e int32) bool { return disturbed[e] }) {
			b.add(n)
		}
	}
	return b
}

// undo returns what a list held at the reset, by what it holds after step t.
func (r *rules) undo(k *walk, t int, l listed) []int32 {
	items := l.items
	if l.head == none && r.Local[l.relation] {
		return items
	}
	for i := t; i >= 0; i-- {
		step := &k.steps[i]
		c := &k.scene.commands[step.command]
		for _, f := range r.Effects[step.event] {
			if f.Relation != l.relation || int(f.Item) >= c.n || int(f.Head) >= c.n {
				continue
			}
			if head := f.Head; head < 0 && l.head != none || head >= 0 && c.args[head] != l.head {
				continue
			}
			x := c.args[f.Item]
			switch has := slices.Contains(items, x); {
			case f.In && has:
				items = without(items, x)
			case !f.In && !has:
				items = r.put(k.scene, l.relation, items, x)
			}
		}
	}
	return items
}

// adopt takes into memory what a lesson tells up to a step, as it is now that
// the past of this episode has happened. What the episode has shown itself
// counts more.
func (d *dreamer) adopt(g *lesson, steps int) {
	from := d.taken[g]
	if from >= steps {
		return
	}
	d.taken[g] = steps
	number := int32(len(d.shownBy))
	d.shownBy = append(d.shownBy, g.walk)
	k := g.walk
	same := func(e int32) int32 { return d.scene.entity(k.scene.entities[e].name) }
	for i := range g.facts {
		f := &g.facts[i]
		if f.step < from || f.step >= steps {
			continue
		}
		context := startContext
		if f.place != none {
			context = d.scene.placeContext(d.scene.place(k.scene.places[f.place]))
		} else if f.context != none {
			c := d.scene.commands[d.scene.command(k.scene.commands[f.context].text)]
			context = d.scene.context(&c)
		}
		switch {
		case f.relation != none:
			head := none
			if f.head != none {
				head = same(f.head)
			} else if f.local {
				head = contextHead(context)
			}
			if _, known := d.memory.whole(f.relation, head); known {
				continue
			}
			l := list{relation: f.relation, head: head, source: source{number, int32(f.step)}}
			for _, e := range f.items {
				l.items = append(l.items, same(e))
				d.memory.know(same(e))
			}
			d.memory.set(l)
			d.replay(f.relation, head)
		case f.fact != none:
			if t := d.memory.thing(same(f.head)); t.fact == none {
				t.fact = f.fact
			}
		case f.admitted != nil:
			if d.memory.contextAdmitted(context) == nil {
				a := &admitted{}
				for _, n := range f.admitted.list {
					a.add(d.scene.command(k.scene.commands[n].text))
				}
				d.memory.setContextAdmitted(context, a)
			}
		}
	}
	g.pages.adopt(d, k, from, steps)
	d.adoptManners(g, from, steps)
	for t := from; t < min(steps, len(k.steps)); t++ {
		if a := k.steps[t].admitted; a != nil {
			for _, n := range a.list {
				c := &k.scene.commands[n]
				for _, e := range c.args[:c.n] {
					d.memory.know(same(e))
				}
				if c.n == 2 {
					d.view.pairs[pairKind{c.frame, k.scene.entities[c.args[0]].kind, k.scene.entities[c.args[1]].kind}] = true
				}
			}
		}
	}
}

// replay brings a list that was just adopted up to date with the episode's past.
func (d *dreamer) replay(relation, head int32) {
	if head < none {
		return // it holds in one context only, and is shown anew there
	}
	for _, p := range d.past {
		c := d.scene.commands[p.command]
		for _, f := range d.m.Rules.Effects[p.event] {
			if f.Relation != relation || int(f.Item) >= c.n || int(f.Head) >= c.n {
				continue
			}
			if f.Head < 0 && f.Head != anyHead && head != none || f.Head >= 0 && c.args[f.Head] != head {
				continue
			}
			i, _ := d.memory.at(relation, head)
			l := &d.memory.lists[i]
			x := c.args[f.Item]
			if f.In && !slices.Contains(l.items, x) {
				l.items = d.m.Rules.put(d.scene, relation, l.items, x)
			} else if !f.In {
				l.items = without(l.items, x)
			}
		}
	}
}

// walk reads a recording with what was learned.
func (m *Model) walk(r *producers.Recording) *walk {
	k := newWalk(m.Lexicon, r)
	for i := range k.steps {
		step := &k.steps[i]
		c := k.scene.commands[step.command]
		step.reading = m.Wording.read(k.scene, step.text, &c)
		step.event = m.Rules.event(c.frame, step.reading.response)
		m.Rules.complete(step.event, &step.reading)
	}
	return k
}
