package lifted

// pageLesson is what a recording tells of places: pages as they were when they
// were seen first, how parts were worded after each event, and which way leads
// where.
type pageLesson struct {
	pages    []seenPage
	variants []seenVariant
	ways     []seenWay
	answers  []seenAnswer
}

type seenPage struct {
	step int
	page *page
}

type seenVariant struct {
	step int
	of   variant
	text string
}

type seenWay struct {
	step     int
	from, to int32
	command  int32
}

// learn lives through a recording.
func (g *pageLesson) learn(m *Model, k *walk) {
	d := &dreamer{m: m, scene: k.scene, memory: newMemory()}
	seen := map[int32]bool{}
	look := func(step int, p *page) {
		if !seen[p.place] {
			seen[p.place] = true
			g.pages = append(g.pages, seenPage{step, p})
		}
		before := d.memory.page(p.place)
		for _, q := range p.paragraphs {
			for _, t := range q.parts {
				if t.head == none {
					continue
				}
				status := none
				if about, _ := before.find(t.head); about != nil {
					status = about.status
				}
				g.variants = append(g.variants, seenVariant{step, variant{p.place, t.head, status}, t.text})
			}
		}
	}
	if kind := m.Wording.pageKindOf(k.first); kind != none {
		p := m.Wording.readPage(k.scene, kind, k.first)
		look(0, p)
		m.Rules.arrive(k.scene, m.Wording, d.memory, p.clone())
	}
	through := none
	d.memory.last = textHash(k.first)
	for t := range k.steps {
		step := &k.steps[t]
		c := k.scene.commands[step.command]
		at := seenContext{d.memory.place, through}
		g.answers = append(g.answers, seenAnswer{t, at, step.command, statusOf(d.memory, &c), d.memory.last})
		d.memory.last = textHash(step.text)
		if m.Rules.Moves[step.event] {
			through = step.command
		}
		if p := step.reading.page; p != nil {
			look(t, p)
			g.ways = append(g.ways, seenWay{t, d.memory.place, p.place, step.command})
			shown := step.reading
			shown.page = p.clone()
			m.Rules.apply(k.scene, m.Wording, d.memory, &k.scene.commands[step.command], step.event, &shown)
			continue
		}
		m.Rules.apply(k.scene, m.Wording, d.memory, &k.scene.commands[step.command], step.event, &step.reading)
	}
}

// adopt takes into a dream what was seen in the steps from and before to.
func (g *pageLesson) adopt(d *dreamer, k *walk, from, to int) {
	in := func(step int) bool { return step >= from && step < to }
	place := func(p int32) int32 {
		if p == none {
			return none
		}
		return d.scene.place(k.scene.places[p])
	}
	same := func(e int32) int32 { return d.scene.entity(k.scene.entities[e].name) }
	for _, s := range g.pages {
		if !in(s.step) || d.memory.page(place(s.page.place)) != nil {
			continue
		}
		p := s.page.clone()
		p.place = place(p.place)
		for i := range p.paragraphs {
			for j := range p.paragraphs[i].parts {
				t := &p.paragraphs[i].parts[j]
				t.status = none
				if t.head != none {
					t.head = same(t.head)
					d.memory.know(t.head)
				}
				items := make([]int32, len(t.items))
				for n, x := range t.items {
					items[n] = same(x)
					d.memory.know(items[n])
				}
				t.items = items
			}
		}
		d.memory.setPage(p)
	}
	for _, s := range g.answers {
		if !in(s.step) {
			continue
		}
		context := startContext
		if s.context.place != none {
			context = d.scene.placeContext(place(s.context.place))
		} else if s.context.command != none {
			c := d.scene.commands[d.scene.command(k.scene.commands[s.context.command].text)]
			context = d.scene.context(&c)
		}
		command := d.scene.command(k.scene.commands[s.command].text)
		for _, q := range []asked{{context, command, s.status}, {none, command, s.status}, {whatever, command, s.after}} {
			d.scene.addAnswer(q, k.steps[s.step].text, false)
		}
		if q := (asked{whatever, command, s.after}); d.scene.allowed[q] == (allowance{}) {
			d.scene.allowed[q] = allowance{walk: k, step: s.step}
		}
	}
	for _, s := range g.variants {
		v := variant{place(s.of.place), 0, s.of.status}
		if !in(s.step) {
			continue
		}
		v.head = same(s.of.head)
		d.scene.addVariant(v, s.text, false)
	}
	for _, s := range g.ways {
		if in(s.step) {
			w := way{place(s.from), d.scene.command(k.scene.commands[s.command].text)}
			if _, known := d.scene.ways[w]; !known {
				d.scene.ways[w] = place(s.to)
			}
		}
	}
}
