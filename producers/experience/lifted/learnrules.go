package lifted

import (
	"cmp"
	"slices"
)

// learnRules learns events, effects and contexts from walks that were read.
func learnRules(w *wording, walks []*walk) *rules {
	r := &rules{Reveals: map[int32]bool{}, Back: map[string]string{}, Idle: map[int32]bool{}, Still: map[int32]bool{}, Ends: map[int32]bool{}, Effects: map[int32][]effect{},
		Moves: map[int32]bool{}, Bare: map[int32]bare{}, Voids: map[int32]int32{}, Local: map[int32]bool{}, Orders: map[int32]order{}}
	r.index()
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			step.event = r.number(event{k.scene.commands[step.command].frame, step.reading.response})
		}
	}
	r.learnIdle(walks)
	r.learnBare(w)
	for _, k := range walks {
		for i := range k.steps {
			r.complete(k.steps[i].event, &k.steps[i].reading)
		}
	}
	r.learnStill(walks)
	r.learnOrders(walks)
	changes := observeChanges(r, walks)
	r.learnEffects(changes)
	r.learnVoids(w, walks)
	for _, k := range walks {
		for i := range k.steps {
			r.complete(k.steps[i].event, &k.steps[i].reading)
		}
	}
	if len(w.Pages) == 0 {
		r.learnMoves(walks, changes)
	}
	r.learnReveals(walks)
	r.learnTurns(w, walks)
	r.learnWays(w, walks)
	return r
}

func (r *rules) number(e event) int32 {
	if n, known := r.eventOf[e]; known {
		return n
	}
	n := int32(len(r.Events))
	r.Events = append(r.Events, e)
	r.eventOf[e] = n
	return n
}

// fewFrames is how many kinds of commands must be answered alike, while they are
// not admitted, for the answer to mean that nothing was done.
const fewFrames = 3

// learnIdle finds the answers to what is not admitted, whatever it is.
func (r *rules) learnIdle(walks []*walk) {
	frames := map[int32]map[int32]bool{}
	for _, k := range walks {
		before := k.admittedAtStart()
		for i := range k.steps {
			step := &k.steps[i]
			if before != nil && !before.has(step.command) {
				if frames[step.reading.response] == nil {
					frames[step.reading.response] = map[int32]bool{}
				}
				frames[step.reading.response][k.scene.commands[step.command].frame] = true
			}
			before = step.admitted
		}
	}
	for response, of := range frames {
		if len(of) >= fewFrames {
			r.Idle[response] = true
		}
	}
}

func (k *walk) admittedAtStart() *admitted {
	if k.start == nil {
		return nil
	}
	a := &admitted{}
	for _, c := range k.start {
		a.add(c)
	}
	return a
}

// learnBare finds commands without arguments that are answered in two ways, one
// with a list and one without any slot: what one carries, and that one carries
// nothing.
func (r *rules) learnBare(w *wording) {
	lists, others := map[int32][]int32{}, map[int32][]int32{}
	for i, e := range r.Events {
		if e.Frame == none || r.Idle[e.Response] {
			continue
		}
		listing, slots := 0, 0
		for _, n := range w.Responses[e.Response] {
			for _, c := range w.Segments[n] {
				listing += boolOrder(c == slotList)
				slots += boolOrder(isSlot(c))
			}
		}
		switch {
		case listing == 1 && slots == 1:
			lists[e.Frame] = append(lists[e.Frame], int32(i))
		case slots == 0:
			others[e.Frame] = append(others[e.Frame], int32(i))
		}
	}
	for frame, full := range lists {
		if len(full) == 1 && len(others[frame]) == 1 {
			response := r.Events[full[0]].Response
			r.Bare[others[frame][0]] = bare{w.plans[response].lists[0].relation, response}
		}
	}
}

// fewEvents is how often an event must have left all as it was, and never
// otherwise, for us to count on it.
const fewEvents = 8

// learnStill finds the events that never change what is admitted.
func (r *rules) learnStill(walks []*walk) {
	same, other := map[int32]int{}, map[int32]int{}
	for _, k := range walks {
		before := k.admittedAtStart()
		for i := range k.steps {
			step := &k.steps[i]
			if before != nil && step.admitted != nil {
				if before.equal(step.admitted) {
					same[step.event]++
				} else {
					other[step.event]++
				}
			}
			before = step.admitted
		}
	}
	for e, n := range same {
		if n >= fewEvents && other[e] == 0 {
			r.Still[e] = true
		}
	}
}

// learnOrders finds how the items of each relation's lists are arranged.
func (r *rules) learnOrders(walks []*walk) {
	type count struct{ up, down, all int }
	counts := map[int32]*count{}
	for _, k := range walks {
		for i := range k.steps {
			for _, l := range k.steps[i].reading.lists {
				c := counts[l.relation]
				if c == nil {
					c = &count{}
					counts[l.relation] = c
				}
				for j := 1; j < len(l.items); j++ {
					a, b := &k.scene.entities[l.items[j-1]], &k.scene.entities[l.items[j]]
					if ascending.compare(a, b) <= 0 {
						c.up++
					}
					if descending.compare(a, b) <= 0 {
						c.down++
					}
					c.all++
				}
			}
		}
	}
	votes := map[order]int{}
	for relation, c := range counts {
		if c.all == 0 {
			continue
		}
		o, n := ascending, c.up
		if c.down > c.up {
			o, n = descending, c.down
		}
		if n*100 < c.all*93 {
			o = asAdded
		}
		r.Orders[relation] = o
		votes[o] += c.all
	}
	r.Order = mostOften(votes)
}

// seenChange is an entity that was in a list or not, at two looks at it, with the
// events between that could have moved it.
type seenChange struct {
	before, after bool
	causes        []cause
	n             int
}

// cause is a possible effect.
type cause struct {
	event      int32
	head, item int8
}

// gap is an item that was in a list without a head, and what had happened before
// the next look when nothing had touched it.
type gap struct {
	events []int32
	still  bool // it was there again
}

// changes are what all walks show of the lists of each relation.
type changes struct {
	moved map[int32][]seenChange
	gaps  map[int32][]gap
}

// observeChanges compares each look at a list with the next.
func observeChanges(r *rules, walks []*walk) *changes {
	moved := map[int32]map[string]*seenChange{}
	ch := &changes{moved: map[int32][]seenChange{}, gaps: map[int32][]gap{}}
	type key struct{ relation, place, head int32 }
	type look struct {
		step  int
		items []int32
	}
	for _, k := range walks {
		last := map[key]look{}
		for t := range k.steps {
			lists := k.steps[t].reading.lists
			place := none
			if p := k.steps[t].reading.page; p != nil {
				place, lists = p.place, p.lists()
			}
			for _, l := range lists {
				id := key{l.relation, place, l.head}
				if before, seen := last[id]; seen {
					ch.compare(r, k, l, before.step, t, before.items, moved)
				}
				last[id] = look{t, l.items}
			}
		}
	}
	for relation, of := range moved {
		for _, text := range sortedKeys(of) {
			ch.moved[relation] = append(ch.moved[relation], *of[text])
		}
	}
	return ch
}

func (ch *changes) compare(r *rules, k *walk, l listed, from, to int, before []int32, moved map[int32]map[string]*seenChange) {
	items := slices.Concat(before, l.items)
	slices.Sort(items)
	for _, x := range slices.Compact(items) {
		was, is := slices.Contains(before, x), slices.Contains(l.items, x)
		var causes []cause
		var between []int32
		for i := from + 1; i <= to; i++ {
			step := &k.steps[i]
			if r.idle(step.event) {
				continue
			}
			if i < to {
				between = append(between, step.event)
			}
			c := &k.scene.commands[step.command]
			item := slices.Index(c.args[:c.n], x)
			head := -1
			if l.head != none {
				head = slices.Index(c.args[:c.n], l.head)
			}
			if l.relation == onPage && head < 0 {
				head = int(anyHead)
			}
			if item >= 0 && (l.head == none || head != -1) {
				causes = append(causes, cause{step.event, int8(head), int8(item)})
			}
		}
		switch {
		case len(causes) > 0:
			id := changeID(was, is, causes)
			if moved[l.relation] == nil {
				moved[l.relation] = map[string]*seenChange{}
			}
			if moved[l.relation][id] == nil {
				moved[l.relation][id] = &seenChange{before: was, after: is, causes: causes}
			}
			moved[l.relation][id].n++
		case was && l.head == none:
			ch.gaps[l.relation] = append(ch.gaps[l.relation], gap{between, is})
		}
	}
}

// changeID is the same for changes that are alike.
func changeID(was, is bool, causes []cause) string {
	b := []byte{byte(boolOrder(was)), byte(boolOrder(is))}
	for _, c := range causes {
		b = append(b, byte(c.event), byte(c.event>>8), byte(c.event>>16), byte(c.head), byte(c.item))
	}
	return string(b)
}

// leastExplained is how many observations an effect must explain that others do
// not, to be believed.
const leastExplained = 2

// mostEffects bounds the effects on the lists of one relation.
const mostEffects = 200

// learnEffects finds, for each relation, the fewest effects that explain what
// was seen: always the one next that explains most of what is left. An effect
// of the last mention alone would credit the wrong events.
func (r *rules) learnEffects(ch *changes) {
	for _, relation := range sortedKeys(ch.moved) {
		seen := ch.moved[relation]
		believed := map[cause]bool{}
		known := map[cause]struct{}{}
		candidates := map[cause][]int{} // with the observations that they are causes of
		for i, s := range seen {
			for _, c := range s.causes {
				if at := candidates[c]; len(at) == 0 || at[len(at)-1] != i {
					candidates[c] = append(at, i)
				}
			}
		}
		explained := func(s *seenChange, more cause, in bool) bool {
			is := s.before
			for _, c := range s.causes {
				if c == more {
					is = in
				} else if _, k := known[c]; k {
					is = believed[c]
				}
			}
			return is == s.after
		}
		order := make([]cause, 0, len(candidates))
		for c, at := range candidates {
			n := 0
			for _, i := range at {
				n += seen[i].n
			}
			if n >= leastExplained {
				order = append(order, c)
			}
		}
		slices.SortFunc(order, func(a, b cause) int {
			return cmp.Or(cmp.Compare(a.event, b.event), cmp.Compare(a.head, b.head), cmp.Compare(a.item, b.item))
		})
		nobody := cause{event: none}
		for {
			best, bestIn, most := nobody, false, leastExplained-1
			for _, c := range order {
				if _, k := known[c]; k {
					continue
				}
				for _, in := range []bool{true, false} {
					if in && c.head == anyHead {
						continue
					}
					won := 0
					for _, i := range candidates[c] {
						won += seen[i].n * (boolOrder(explained(&seen[i], c, in)) - boolOrder(explained(&seen[i], nobody, false)))
					}
					if won > most {
						best, bestIn, most = c, in, won
					}
				}
			}
			if best == nobody || len(known) == mostEffects {
				break
			}
			known[best], believed[best] = struct{}{}, bestIn
			r.Effects[best.event] = append(r.Effects[best.event], effect{relation, best.head, best.item, bestIn})
		}
	}
}

// What it takes for events to be taken for moves.
const (
	fewGaps    = 10  // looks at an item across the event
	seldomKept = 0.2 // share of them that still see it
)

// learnMoves finds the events after which a list without a head shows other
// things, though nothing was moved: we are somewhere else. All events of their
// frames are moves.
func (r *rules) learnMoves(walks []*walk, ch *changes) {
	var main int32 = none
	clears := map[int32]map[int32]bool{}
	for _, relation := range sortedKeys(ch.gaps) {
		if events := clearing(ch.gaps[relation]); len(events) > 0 {
			clears[relation] = events
			if main == none || len(ch.gaps[relation]) > len(ch.gaps[main]) {
				main = relation
			}
		}
	}
	if main == none {
		return
	}
	frames := map[int32]bool{}
	for e := range clears[main] {
		frames[r.Events[e].Frame] = true
	}
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			if frames[c.frame] && c.n > 0 && !r.idle(step.event) {
				r.Moves[step.event] = true
			}
		}
	}
	r.Local[main] = true
	for relation, gaps := range ch.gaps {
		kept, all := 0, 0
		for _, g := range gaps {
			if slices.ContainsFunc(g.events, func(e int32) bool { return r.Moves[e] }) {
				kept += boolOrder(g.still)
				all++
			}
		}
		if all >= 5 && kept*2 < all {
			r.Local[relation] = true
		}
	}
}

// clearing finds the events that items hardly ever outlast, the clearest first.
func clearing(gaps []gap) map[int32]bool {
	found := map[int32]bool{}
	for {
		kept, all := map[int32]int{}, map[int32]int{}
		for _, g := range gaps {
			if slices.ContainsFunc(g.events, func(e int32) bool { return found[e] }) {
				continue
			}
			seen := map[int32]bool{}
			for _, e := range g.events {
				if !seen[e] {
					seen[e] = true
					all[e]++
					kept[e] += boolOrder(g.still)
				}
			}
		}
		best, most := none, 0
		for _, e := range sortedKeys(all) {
			if all[e] >= fewGaps && float64(kept[e]) <= seldomKept*float64(all[e]) && all[e] > most {
				best, most = e, all[e]
			}
		}
		if best == none {
			return found
		}
		found[best] = true
	}
}
