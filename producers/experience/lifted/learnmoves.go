package lifted

import (
	"slices"
)

// What it takes for events to be taken for moves.
const (
	fewGaps    = 10  // looks at an item across the event
	seldomKept = 0.2 // share of them that still see it
)

// learnMoves finds the events after which a list without a head shows other
// things, though nothing was moved: we are somewhere else. All events of their
// frames are moves.
func (r *rules) learnMoves(walks []*walk, ch *changes) {
	main := none
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

// learnHere finds the lists that mostly name the place where we are, and seldom
// others beside it.
func (r *rules) learnHere(walks []*walk) {
	place, beside, other := map[int32]int{}, map[int32]int{}, map[int32]int{}
	for _, k := range walks {
		here := none
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			if r.Moves[step.event] && c.n == 1 {
				here = c.args[0]
			}
			for _, l := range step.reading.lists {
				switch {
				case l.head != none:
				case here != none && len(l.items) == 1 && l.items[0] == here:
					place[l.relation]++
				case here != none && slices.Contains(l.items, here):
					beside[l.relation]++
				default:
					other[l.relation]++
				}
			}
		}
	}
	for relation, n := range place {
		if n > other[relation] && n > 10*beside[relation] {
			r.Here[relation] = true
		}
	}
}
