package lifted

import (
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// dreamer lives one episode: it remembers what came, and predicts what comes.
type dreamer struct {
	m      *Model
	scene  *scene
	memory *memory
	view   viewer
	task   int32 // while a model is fitted: the task at hand; else none
	past   []occurrence
	taken  map[*lesson]int // demonstrations in memory, up to which step
	// shownBy are the recordings that demonstrations are steps of.
	shownBy []*walk
	dice    *rand.Rand
	wanted  []int32 // types that the instruction names
}

// occurrence is an action of the past, with its event.
type occurrence struct{ command, event int32 }

func newDreamer(m *Model, x *lexicon, task int32) *dreamer {
	d := &dreamer{m: m, scene: newScene(x), memory: newMemory(), task: task, taken: map[*lesson]int{}}
	d.view = viewer{m: m, s: d.scene, pairs: map[pairKind]bool{}, task: task}
	return d
}

// begin takes in the first observation.
func (d *dreamer) begin(o *producers.Observation) {
	if o.Admissible != nil {
		d.memory.admitted = d.scene.admitted(o.Admissible)
		d.note(d.memory.admitted)
	}
	r := d.m.Wording.read(d.scene, o.Text, &command{frame: none})
	if r.page != nil {
		d.m.Rules.arrive(d.scene, d.m.Wording, d.memory, r.page)
		d.learnVariants(r.page)
	}
	for _, l := range r.lists {
		for _, e := range l.items {
			d.memory.know(e)
		}
	}
}

// note learns from what is admitted which entities there are.
func (d *dreamer) note(a *admitted) {
	for _, n := range a.list {
		c := &d.scene.commands[n]
		for _, e := range c.args[:c.n] {
			d.memory.know(e)
		}
		if c.n == 2 {
			d.view.pairs[pairKind{c.frame, d.scene.entities[c.args[0]].kind, d.scene.entities[c.args[1]].kind}] = true
		}
	}
}

// actual is what came of an action, taken apart.
type actual struct {
	text     string
	event    int32
	reading  reading
	admitted *admitted
}

// understand takes apart what came of an action.
func (d *dreamer) understand(n int32, o *producers.Observation) *actual {
	a := &actual{text: o.Text}
	if o.Admissible != nil {
		a.admitted = d.scene.admitted(o.Admissible)
	}
	c := d.scene.commands[n]
	a.reading = d.m.Wording.read(d.scene, o.Text, &c)
	a.event = d.m.Rules.event(c.frame, a.reading.response)
	d.m.Rules.complete(a.event, &a.reading)
	return a
}

// settle takes what came of an action into memory.
func (d *dreamer) settle(n int32, a *actual) {
	c := d.scene.commands[n]
	left := d.memory.place
	d.remember(n, a.text)
	if a.reading.page != nil {
		d.learnVariants(a.reading.page)
	}
	d.m.Rules.apply(d.scene, d.m.Wording, d.memory, &c, a.event, &a.reading)
	d.conclude(n, a, left)
}

// conclude notes the end of a step, before which we were at the place left.
func (d *dreamer) conclude(n int32, a *actual, left int32) {
	d.m.Rules.commit(d.memory, n, a.event, a.admitted)
	if p := a.reading.page; p != nil {
		d.scene.ways[way{left, n}] = p.place
	}
	if a.admitted != nil {
		d.note(a.admitted)
	}
	d.past = append(d.past, occurrence{n, a.event})
}

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
	guessed  bool     // some of it was imagined
	followed bool     // it is in the words of a precedent
	after    *memory
}

// foresee predicts what comes of an action.
func (d *dreamer) foresee(n int32) *foreseen {
	d.view.look(d.memory)
	c := d.scene.commands[n]
	p := &foreseen{}
	text, precedented := d.precedent(n)
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
	p.admitted = d.admission(w)
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
	if idle != none {
		p.text = d.m.Wording.write(d.scene, idle, &c, make([][]int32, len(d.m.Wording.plans[idle].lists)), nil)
	}
	p.reading.response = idle
	p.after = d.memory.clone()
	p.admitted = d.memory.admitted
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
		p.reading.lists = append(p.reading.lists, listed{l.relation, head, items})
	}
	for _, f := range plan.facts {
		if f.relation != none && int(f.head) < c.n {
			p.reading.facts = append(p.reading.facts, stated{f.relation, c.args[f.head]})
		}
	}
	if kind := d.m.Wording.pageIn(response); kind != none {
		p.reading.page = d.destination(p, kind, c)
	}
	p.text = d.m.Wording.write(d.scene, response, c, p.lists, p.reading.page)
	r.complete(p.event, &p.reading)
}

// bareOrFull picks the response with a list or the one that says that it is
// empty, by what is remembered of the list.
func (d *dreamer) bareOrFull(c *command, response int32) int32 {
	for e, b := range d.m.Rules.Bare {
		ev := d.m.Rules.Events[e]
		if ev.Frame != c.frame || response != ev.Response && response != b.Full {
			continue
		}
		if l, known := d.memory.whole(b.Relation, none); known {
			if len(l.items) == 0 {
				return ev.Response
			}
			return b.Full
		}
	}
	return response
}

// contents returns what a list holds: as remembered, else as imagined.
func (d *dreamer) contents(p *foreseen, relation, head int32, context int32) []int32 {
	if about, _ := d.memory.page(d.memory.place).find(head); about != nil && len(about.items) > 0 {
		return slices.Clone(about.items)
	}
	if l, known := d.memory.whole(relation, head); known {
		if words := d.origin(l, head); words != "" {
			p.origins = append(p.origins, words)
		}
		return slices.Clone(l.items)
	}
	for _, l := range p.imagined {
		if l.relation == relation && l.head == head {
			return slices.Clone(l.items)
		}
	}
	if head < none {
		return d.besidesContext(relation, context)
	}
	p.guessed = true
	var partial []int32
	if i, found := d.memory.at(relation, head); found {
		partial = slices.Clone(d.memory.lists[i].items)
	}
	if d.dice == nil || head < 0 {
		return partial
	}
	p.origins = append(p.origins, "What is with "+d.scene.entities[head].name+" is imagined.")
	return d.imagine(relation, head, partial)
}

// besidesContext is what a list of a place holds that was not seen there yet:
// where moving there puts the place itself in, all places that one cannot move
// to, as one is there.
func (d *dreamer) besidesContext(relation, context int32) []int32 {
	here := d.view.contextEntity(context)
	if here == none {
		return nil
	}
	for _, moved := range sortedKeys(d.m.Rules.Moves) {
		for _, f := range d.m.Rules.Effects[moved] {
			if f.Relation == relation && f.Head < 0 && f.In && f.Item == 0 {
				return d.placesHere(relation, here, d.m.Rules.Events[moved].Frame)
			}
		}
	}
	return nil
}

// placesHere lists the places that a frame of moves is not admitted for.
func (d *dreamer) placesHere(relation, here, frame int32) []int32 {
	var items []int32
	for e := range int32(len(d.scene.entities)) {
		n, known := d.scene.madeOf[made{frame, [maxArity]int32{e, none, none}}]
		place := known && d.memory.knows(e) && d.m.Kinds.affords(frame, 0, d.scene.entities[e].kind, none) == affordsIt
		if e == here || place && !d.memory.admitted.has(n) {
			items = d.m.Rules.put(d.scene, relation, items, e)
		}
	}
	return items
}

// imagine draws what a list may hold from what those of its kind held. In a task
// of which demonstrations were shown it is the likeliest: what they do not show
// is seldom much.
func (d *dreamer) imagine(relation, head int32, partial []int32) []int32 {
	choices := d.m.Contents[contentKey{relation, d.scene.entities[head].kind}]
	if len(choices) == 0 {
		return partial
	}
	choice := choices[d.dice.IntN(len(choices))]
	if len(d.taken) > 0 {
		choice = likeliest(choices)
	} else if serving := d.serving(choices); len(serving) > 0 && d.dice.IntN(2) == 0 {
		choice = serving[d.dice.IntN(len(serving))]
	}
	items := partial
	for _, kind := range choice {
		if kind == none {
			continue
		}
		word := d.m.Lexicon.Types[kind]
		name := word
		if d.m.Lexicon.Numbered {
			for number := 1; ; number++ {
				name = word + " " + itoa(number)
				e, known := d.scene.entityOf[name]
				if !known || !d.memory.knows(e) && !slices.Contains(items, e) {
					break
				}
			}
		}
		items = d.m.Rules.put(d.scene, relation, items, d.scene.entity(name))
	}
	return items
}

// serving returns the lists that have what the instruction names and nobody has
// seen yet: a task that is made up should not be in vain.
func (d *dreamer) serving(choices [][]int32) (found [][]int32) {
	for _, kind := range d.wanted {
		met := false
		for e := range int32(len(d.scene.entities)) {
			met = met || d.scene.entities[e].kind == kind && d.memory.knows(e)
		}
		if met {
			continue
		}
		for _, c := range choices {
			if slices.Contains(c, kind) {
				found = append(found, c)
			}
		}
	}
	return found
}

// likeliest returns the list that is there most often, of equals the shortest.
func likeliest(choices [][]int32) []int32 {
	best, most := choices[0], 0
	for _, c := range choices {
		n := 0
		for _, o := range choices {
			n += boolOrder(slices.Equal(c, o))
		}
		if n > most || n == most && len(c) < len(best) {
			best, most = c, n
		}
	}
	return best
}

// admission predicts what is admitted after a moment.
func (d *dreamer) admission(w *moment) *admitted {
	r := d.m.Rules
	if d.memory.admitted == nil {
		return nil
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
