package lifted

import (
	"cmp"
	"slices"
)

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
			if head < 0 && (l.relation == onPage || l.head != none && c.n == 1) {
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
