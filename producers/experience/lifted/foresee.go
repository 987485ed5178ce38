package lifted

// foreseen is what is predicted of an action.
type foreseen struct {
	actual
	lists [][]int32
	leaf  *node // of the response; nil: none was found
	path  []answered
	// imagined are the lists that were made up for it.
	imagined []list
	origins  []string // where what is shown comes from, in words
	goal     *goal    // that is reached
	won      string   // event of the win whose deeds are all done
	followed bool     // it is in the words of a precedent
	after    *memory
}

// foresee predicts what comes of an action.
func (d *dreamer) foresee(n int32) *foreseen {
	d.view.look(d.memory)
	c := d.scene.commands[n]
	p := &foreseen{}
	text, then, precedented := d.precedent(n)
	t := d.m.Responses[c.frame]
	if c.frame == none || t == nil && !precedented {
		return d.refuse(n)
	}
	if t != nil {
		p.leaf, p.path = t.explain(d.view.eventFeatures(d.memory, n))
	}
	if precedented {
		d.follow(p, &c, text)
	} else {
		d.fill(p, &c, p.leaf.Class)
		if text, known := d.manner(n, p.text); known && text != p.text {
			d.follow(p, &c, text)
		}
	}
	w := &moment{action: n, event: p.event, before: d.memory, after: d.memory.clone(), reading: &p.reading}
	d.m.Rules.apply(d.scene, d.m.Wording, w.after, &c, p.event, &p.reading)
	p.after = w.after
	if then != nil && d.memory.admitted != nil {
		p.admitted = then
	} else {
		p.admitted = d.admission(w)
	}
	return p
}

// refuse answers a command that nobody has ever seen.
func (d *dreamer) refuse(n int32) *foreseen {
	c := d.scene.commands[n]
	p := &foreseen{}
	p.event = none
	idle := none
	for _, r := range sortedKeys(d.m.Rules.Idle) {
		if idle == none {
			idle = r
		}
	}
	p.text = d.seen // nothing comes of it
	if idle != none {
		p.text = d.write(idle, &c, make([][]int32, len(d.m.Wording.plans[idle].lists)), nil, nil)
	}
	p.reading.response = idle
	p.after = d.memory.clone()
	if d.m.Admits {
		p.admitted = d.memory.admitted
	}
	return p
}

// follow answers in the words of a precedent.
func (d *dreamer) follow(p *foreseen, c *command, text string) {
	p.text = text
	p.reading = d.m.Wording.read(d.scene, text, c)
	p.event = d.m.Rules.event(c.frame, p.reading.response)
	d.m.Rules.complete(p.event, &p.reading)
	p.followed = true
}

// fill writes a response with what is remembered.
func (d *dreamer) fill(p *foreseen, c *command, response int32) {
	r := d.m.Rules
	response = d.fullOrVoid(p, c, d.bareOrFull(c, response))
	p.event = r.event(c.frame, response)
	p.reading.response = response
	context := d.memory.context
	if r.Moves[p.event] {
		context = d.scene.context(c)
	}
	plan := d.m.Wording.plans[response]
	for i, l := range plan.lists {
		head := none
		switch {
		case l.head >= 0 && int(l.head) < c.n:
			head = c.args[l.head]
		case l.head == listBefore && len(p.lists[i-1]) == 1:
			head = p.lists[i-1][0]
		}
		key := head
		if head == none && r.Local[l.relation] {
			key = contextHead(context)
		}
		items := d.contents(p, l.relation, key, context)
		p.lists = append(p.lists, items)
		p.reading.lists = append(p.reading.lists, listed{relation: l.relation, head: head, items: items})
	}
	for _, f := range plan.facts {
		if f.relation != none && int(f.head) < c.n {
			p.reading.facts = append(p.reading.facts, stated{f.relation, c.args[f.head]})
		}
	}
	if kind := d.m.Wording.pageIn(response); kind != none {
		p.reading.page = d.destination(kind, c)
	}
	var roll []described
	if d.m.Rules.Describes != nil && d.m.Wording.hasRoll(response) {
		roll = d.roll(p, context)
		p.reading.see(roll, d.m.Wording.rollRelation)
	}
	for _, f := range plan.described {
		if int(f.head) < c.n {
			p.reading.described = append(p.reading.described, described{entity: c.args[f.head], form: f.relation})
		}
	}
	p.text = d.write(response, c, p.lists, p.reading.page, roll)
	r.complete(p.event, &p.reading)
}

// write renders a response with what is remembered.
func (d *dreamer) write(response int32, c *command, lists [][]int32, p *page, roll []described) string {
	b := writer{w: d.m.Wording, s: d.scene, m: d.memory}
	b.response(response, c, lists, p, roll)
	return b.String()
}

// bareOrFull picks the response with a list or the one that says that it is
// empty, by what is remembered of the list.
func (d *dreamer) bareOrFull(c *command, response int32) int32 {
	for e, b := range d.m.Rules.Bare {
		ev := d.m.Rules.Events[e]
		if ev.Frame != c.frame || response != ev.Response && response != b.Full {
			continue
		}
		l, known := d.memory.whole(b.Relation, none)
		switch {
		case !known || len(l.items) == 0:
			return ev.Response
		default:
			return b.Full
		}
	}
	return response
}

// admission predicts what is admitted after a moment.
func (d *dreamer) admission(w *moment) *admitted {
	r := d.m.Rules
	if d.memory.admitted == nil || !d.m.Admits {
		return nil // nobody ever said what is admitted next
	}
	if r.Still[w.event] || !d.memory.admitted.has(w.action) && r.idle(w.event) {
		return d.memory.admitted
	}
	d.view.respond(w.reading)
	return d.view.consider(w, func(n int32, row []int64) bool {
		t := d.m.Admissions[d.scene.commands[n].frame]
		return t != nil && t.answer(row).Class == 1
	})
}
