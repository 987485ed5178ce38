package lifted

import (
	"math/rand/v2"

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
	seen   string          // the last observation
	taken  map[*lesson]int // demonstrations in memory, up to which step
	// shownBy are the recordings that demonstrations are steps of.
	shownBy []*walk
	dice    *rand.Rand
	wanted  []int32 // types that the instruction names
}

// occurrence is an action of the past, with its event.
type occurrence struct{ command, event int32 }

func newDreamer(m *Model, x *lexicon, instruction string, task int32) *dreamer {
	d := &dreamer{m: m, scene: newScene(x, instruction), memory: newMemory(), task: task, taken: map[*lesson]int{}}
	d.view = viewer{m: m, s: d.scene, pairs: map[pairKind]bool{}, task: task}
	return d
}

// begin takes in the first observation.
func (d *dreamer) begin(o *producers.Observation) {
	if o.Admissible != nil {
		d.memory.admitted = d.scene.admitted(o.Admissible)
		d.note(d.memory.admitted)
	}
	text := d.scene.text(o.Text)
	d.memory.last, d.seen = textHash(text), text
	d.expectRetelling(text)
	r := d.m.Wording.read(d.scene, text, &command{frame: none})
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
	a := &actual{text: d.scene.text(o.Text)}
	if o.Admissible != nil {
		a.admitted = d.scene.admitted(o.Admissible)
	}
	c := d.scene.commands[n]
	a.reading = d.m.Wording.read(d.scene, a.text, &c)
	a.event = d.m.Rules.event(c.frame, a.reading.response)
	d.m.Rules.complete(a.event, &a.reading)
	return a
}

// settle takes what came of an action into memory.
func (d *dreamer) settle(n int32, a *actual) {
	c := d.scene.commands[n]
	left := d.memory.place
	d.remember(n, a)
	if a.reading.page != nil {
		d.learnVariants(a.reading.page)
	}
	d.m.Rules.apply(d.scene, d.m.Wording, d.memory, &c, a.event, &a.reading)
	d.conclude(n, a, left)
}

// conclude notes the end of a step, before which we were at the place left.
func (d *dreamer) conclude(n int32, a *actual, left int32) {
	d.m.Rules.commit(d.memory, n, a.event, a.admitted)
	d.memory.last, d.seen = textHash(a.text), a.text
	if p := a.reading.page; p != nil {
		d.scene.ways[way{left, n}] = p.place
	}
	if a.admitted != nil {
		d.note(a.admitted)
	}
	d.past = append(d.past, occurrence{n, a.event})
}
