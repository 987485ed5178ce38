package lifted

import "slices"

// rules are how the environment changes what is remembered. They are learned.
type rules struct {
	// Events are what actions lead to: the frame of the command with the
	// response. Its number is an event's.
	Events []event
	// Idle are responses to what cannot be done: nothing changes.
	Idle map[int32]bool
	// Still are events after which the same commands are admitted as before.
	Still map[int32]bool
	// Ends are events that end the task without success.
	Ends map[int32]bool
	// Effects of events on lists.
	Effects map[int32][]effect
	// Moves are events that lead to another context.
	Moves map[int32]bool
	// Local are relations without a head that hold in one context only.
	Local map[int32]bool
	// Bare are events whose response says that a list is empty without being
	// worded like it, with the relation of that list and the response that has it.
	Bare map[int32]bare
	// Voids are facts that say that the lists of the same entity are empty, with
	// the relations of the lists.
	Voids map[int32][]int32
	// Turns decide how a part of a page is worded after an event; nil: there are
	// no pages. Reveals are events that show what a part holds from then on.
	Turns   *tree
	Reveals map[int32]bool
	// Hides are events after which the page no longer shows what a part holds,
	// though nothing was taken out.
	Hides map[int32]bool
	// Back leads back by a command from where another led, by their words.
	Back map[string]string
	// Here are relations without a head whose list is mostly nothing but the place
	// where we are.
	Here map[int32]bool
	// Describes decides on how a thing in a roll is described; nil: there are no
	// rolls. Reach is the relation of the list of what a roll is about beside the
	// thing here; none: there is none.
	Describes *tree
	Reach     int32
	// Manners are how events change the manners of arguments, by role.
	Manners map[int32]mannerChange
	// Twins are verbs whose commands are often answered as the same with another
	// verb.
	Twins map[string]string
	// Retold says which part of the first observation commands without arguments
	// tell again at the start, by frame.
	Retold map[int32]excerpt
	// Orders of the items of lists, by relation; Order is that of the others.
	Orders map[int32]order
	Order  order

	eventOf map[event]int32
	futile  map[int32]bool // see findFutile
}

// event is what an action led to.
type event struct{ Frame, Response int32 }

// bare is a list that a response says is empty.
type bare struct{ Relation, Full int32 }

// complete adds to what a response shows the list that it says is empty.
func (r *rules) complete(e int32, shown *reading) {
	for _, f := range shown.facts {
		for _, relation := range r.Voids[f.fact] {
			shown.lists = append(shown.lists, listed{relation: relation, head: f.entity})
		}
	}
	if b, ok := r.Bare[e]; ok {
		shown.lists = []listed{{relation: b.Relation, head: none}}
	}
}

// effect puts an argument into a list, or takes it out.
type effect struct {
	Relation int32
	Head     int8 // argument that is the list's head; -1: it has none; anyHead
	Item     int8 // argument that goes in or out
	In       bool
}

// order is how the items of a list are arranged.
type order int8

const (
	asAdded    order = iota // new ones come last
	ascending               // by type, then number
	descending              // by type, then number, the highest first
)

func (r *rules) index() {
	r.eventOf = map[event]int32{}
	for i, e := range r.Events {
		r.eventOf[e] = int32(i)
	}
}

// event returns the number of an event; none: it never happened.
func (r *rules) event(frame, response int32) int32 {
	if e, known := r.eventOf[event{frame, response}]; known {
		return e
	}
	return none
}

// idle says whether an event changes nothing.
func (r *rules) idle(e int32) bool { return e != none && r.Idle[r.Events[e].Response] }

// findFutile finds the events that change nothing while others of their frame
// move things: "your hands are full" is no taking. To heat a thing moves none,
// and is done though the same commands are admitted as before.
func (r *rules) findFutile() {
	moving := map[int32]bool{} // frames whose commands move things
	for e, effects := range r.Effects {
		if r.effective(e) && len(effects) > 0 {
			moving[r.Events[e].Frame] = true
		}
	}
	r.futile = map[int32]bool{}
	for e := range r.Still {
		if e != none && moving[r.Events[e].Frame] && len(r.Effects[e]) == 0 {
			r.futile[e] = true
		}
	}
}

// effective says whether an event changes something.
func (r *rules) effective(e int32) bool { return e != none && !r.idle(e) && !r.Still[e] }

func (r *rules) orderOf(relation int32) order {
	if o, known := r.Orders[relation]; known {
		return o
	}
	return r.Order
}

// compare orders entities: by type, then by number as o has it.
func (o order) compare(a, b *entity) int {
	switch {
	case a.word != b.word:
		if a.word < b.word {
			return -1
		}
		return 1
	case o == descending:
		return b.number - a.number
	default:
		return a.number - b.number
	}
}

// put returns items with one more.
func (r *rules) put(s *scene, relation int32, items []int32, e int32) []int32 {
	o := r.orderOf(relation)
	at := len(items)
	if o != asAdded {
		at = 0
		for at < len(items) && o.compare(&s.entities[items[at]], &s.entities[e]) <= 0 {
			at++
		}
	}
	more := make([]int32, 0, len(items)+1)
	more = append(more, items[:at]...)
	more = append(more, e)
	return append(more, items[at:]...)
}

// without returns items less one.
func without(items []int32, e int32) []int32 {
	return slices.DeleteFunc(slices.Clone(items), func(x int32) bool { return x == e })
}

// apply takes an event and what was shown with it into memory.
func (r *rules) apply(s *scene, w *wording, m *memory, c *command, e int32, shown *reading) {
	m.time++
	if r.Moves[e] {
		m.context = s.context(c)
	}
	if e != none {
		r.change(s, m, c, e)
		r.changeManners(s, w, m, c, e)
	}
	m.see(shown.manners)
	if p := shown.page; p != nil {
		r.arrive(s, w, m, p)
	} else if p := m.page(m.place); p != nil {
		if q := r.turn(s, w, p, c, e, shown); q != p {
			m.setPage(q)
		}
	}
	for _, l := range shown.lists {
		head := l.head
		if head == none && r.Local[l.relation] {
			head = contextHead(m.context)
		}
		m.set(list{relation: l.relation, head: head, items: l.items, source: source{recording: none, step: m.time}})
		for _, x := range l.items {
			m.know(x)
		}
	}
	for _, f := range shown.facts {
		t := m.thing(f.entity)
		t.fact, t.known = f.fact, true
	}
	for _, l := range shown.lists {
		if l.head != none {
			m.thing(l.head).fact = l.relation
		}
	}
	for _, d := range shown.described {
		m.thing(d.entity).described = d.form
	}
	if e == none || r.idle(e) {
		return
	}
	for i, x := range c.args[:c.n] {
		m.thing(x).happen(happened{e, int8(i), m.time})
	}
}

// arrive takes a page into memory, and with it where we are.
func (r *rules) arrive(s *scene, w *wording, m *memory, p *page) {
	before := m.page(p.place)
	for i := range p.paragraphs {
		for j := range p.paragraphs[i].parts {
			t := &p.paragraphs[i].parts[j]
			m.see(t.manners)
			if t.head == none {
				continue
			}
			m.know(t.head)
			for _, x := range t.items {
				m.know(x)
			}
			about, _ := before.find(t.head)
			if about == nil {
				continue
			}
			if t.status == none {
				t.status = about.status
			}
			if len(t.items) == 0 && t.form == about.form {
				t.hidden = about.hidden
			}
		}
	}
	m.setPage(p)
	if w.Pages[p.kind].Wanders {
		m.place = p.place
		m.context = s.placeContext(p.place)
	}
}

// change brings remembered lists up to date with an event.
func (r *rules) change(s *scene, m *memory, c *command, e int32) {
	for _, f := range r.Effects[e] {
		if f.Head < 0 && r.Local[f.Relation] || int(f.Item) >= c.n || int(f.Head) >= c.n {
			continue
		}
		if f.Head == anyHead {
			m.takeOut(f.Relation, c.args[f.Item])
			continue
		}
		head := none
		if f.Head >= 0 {
			head = c.args[f.Head]
		}
		x := c.args[f.Item]
		i, known := m.at(f.Relation, head)
		switch {
		case !known && f.In:
			m.set(list{relation: f.Relation, head: head, items: []int32{x}, partial: head != none, source: source{none, m.time}})
		case !known:
			if head == none {
				m.set(list{relation: f.Relation, head: head, source: source{none, m.time}})
			}
		case f.In && !slices.Contains(m.lists[i].items, x):
			m.lists[i].items = r.put(s, f.Relation, m.lists[i].items, x)
		case !f.In && slices.Contains(m.lists[i].items, x):
			m.lists[i].items = without(m.lists[i].items, x)
		}
	}
}

// commit notes what a command led to, once it is known what is admitted now.
func (r *rules) commit(m *memory, c, e int32, now *admitted) {
	m.setAnswer(c, answer{e, now, true})
	if now != nil {
		m.setContextAdmitted(m.context, now)
	}
	m.admitted = now
}
