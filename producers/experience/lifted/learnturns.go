package lifted

import (
	"slices"
)

// learnTurns learns how events change the parts of pages, from each look at a
// page and the next.
func (r *rules) learnTurns(walks []*walk) {
	var turns examples
	hidden := map[int32]*[2]int{} // by event: how often it hid what there was, and did not
	forms := map[int32]int{}
	for _, k := range walks {
		for t := range k.steps {
			if p := k.steps[t].reading.page; p != nil {
				for _, g := range p.paragraphs {
					for i := range g.parts {
						forms[g.parts[i].form]++
					}
				}
			}
		}
	}
	for _, k := range walks {
		seen := map[int32]int{} // step of the last look, by place
		for t := range k.steps {
			p := k.steps[t].reading.page
			if p == nil {
				continue
			}
			if from, looked := seen[p.place]; looked {
				r.compareParts(k, from, t, forms, &turns, hidden)
			}
			seen[p.place] = t
		}
	}
	for e, n := range hidden {
		if n[1] > 10*n[0] {
			r.Hides[e] = true
		}
	}
	if turns.len() > 0 {
		r.Turns = grow(&turns, responseLimits)
	}
}

// compareParts takes examples of parts that one event touched between two looks.
func (r *rules) compareParts(k *walk, from, to int, forms map[int32]int, turns *examples, hidden map[int32]*[2]int) {
	before, after := k.steps[from].reading.page, k.steps[to].reading.page
	for _, g := range before.paragraphs {
		for i := range g.parts {
			t := &g.parts[i]
			if t.head == none || t.form == none {
				continue
			}
			event, role, n := none, -1, 0
			for j := from + 1; j <= to; j++ {
				step := &k.steps[j]
				c := &k.scene.commands[step.command]
				at := slices.Index(c.args[:c.n], t.head)
				// A step that shows a page went or looked somewhere.
				if at >= 0 && step.reading.page == nil && !r.idle(step.event) {
					event, role = step.event, at
					n++
				}
			}
			if n > 1 {
				continue
			}
			now, _ := after.find(t.head)
			if now == nil && role < 0 {
				continue // it went without being touched
			}
			if now != nil && role >= 0 && len(t.items) > 0 && slices.Equal(r.movedAll(k, t, from, to), t.items) {
				if hidden[event] == nil {
					hidden[event] = &[2]int{}
				}
				hidden[event][boolOrder(len(now.items) == 0)]++
			}
			items, form := len(t.items), gone
			if now != nil {
				items, form = len(now.items), now.form
			}
			if forms[form] < fewResponses && form != gone {
				continue
			}
			if role < 0 && items == len(t.items) {
				continue
			}
			turns.add(turnFeatures(t, role, event, items), form)
		}
	}
}

// movedAll are the items of a part after the steps behind from, up to to, less
// what those hide.
func (r *rules) movedAll(k *walk, t *part, from, to int) []int32 {
	p := *t
	for i := from + 1; i <= to; i++ {
		step := &k.steps[i]
		p.items = r.movedItems(&p, &k.scene.commands[step.command], step.event)
	}
	return p.items
}

// learnReveals finds the events whose list is from then on what the page shows
// of the same entity.
func (r *rules) learnReveals(walks []*walk) {
	right, wrong := map[int32]int{}, map[int32]int{}
	for _, k := range walks {
		shown := map[int32]listed{} // by head, since the last look
		by := map[int32]int32{}
		for i := range k.steps {
			step := &k.steps[i]
			if p := step.reading.page; p != nil {
				for _, l := range p.lists() {
					if was, ok := shown[l.head]; ok {
						if slices.Equal(was.items, l.items) {
							right[by[l.head]]++
						} else {
							wrong[by[l.head]]++
						}
					}
				}
				shown = map[int32]listed{}
				continue
			}
			if r.idle(step.event) {
				continue
			}
			c := &k.scene.commands[step.command]
			for h, l := range shown {
				for _, a := range c.args[:c.n] {
					if a == h || slices.Contains(l.items, a) {
						delete(shown, h)
					}
				}
			}
			for _, l := range step.reading.lists {
				if l.head != none && len(l.items) > 0 {
					shown[l.head] = l
					by[l.head] = step.event
				}
			}
		}
	}
	for e, n := range right {
		if n >= 3 && wrong[e]*10 <= n {
			r.Reveals[e] = true
		}
	}
}
