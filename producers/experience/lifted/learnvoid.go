package lifted

import (
	"math"
	"slices"
)

// fewVoids is how often a fact must have been said of something whose list was
// believed to be empty.
const fewVoids = 3

// learnVoids finds facts that say that a list is empty without being worded like
// it: what stands "bare" once the last thing was taken from it.
func (r *rules) learnVoids(walks []*walk) {
	type claim struct{ fact, relation int32 }
	empty, other := map[claim]int{}, map[claim]int{}
	for _, k := range walks {
		m := newMemory()
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			r.change(k.scene, m, c, step.event)
			for _, f := range step.reading.facts {
				for _, l := range m.about(f.entity) {
					switch {
					case l.partial:
					case len(l.items) == 0:
						empty[claim{f.fact, l.relation}]++
					default:
						other[claim{f.fact, l.relation}]++
					}
				}
			}
			for _, l := range step.reading.lists {
				if l.head != none {
					m.set(list{relation: l.relation, head: l.head, items: slices.Clone(l.items)})
				}
			}
		}
	}
	for _, fact := range factsOf(empty, func(c claim) int32 { return c.fact }) {
		best, most := none, fewVoids-1
		for c, n := range empty {
			if c.fact == fact && other[c] == 0 && (n > most || n == most && best != none && c.relation < best) {
				best, most = c.relation, n
			}
		}
		if best != none {
			r.Voids[fact] = best
		}
	}
}

func factsOf[K comparable](counts map[K]int, of func(K) int32) []int32 {
	var facts []int32
	for c := range counts {
		facts = append(facts, of(c))
	}
	slices.Sort(facts)
	return slices.Compact(facts)
}

// siblings are responses to one frame that differ in whether they list what an
// argument holds or say that it is empty.
type siblings struct{ full, void int32 }

// pairSiblings finds, for each response that says that a list is empty, the one
// most like it that lists, and the other way round.
func (m *Model) pairSiblings() {
	m.siblings = map[event]siblings{}
	for _, void := range m.Rules.Events {
		for _, f := range m.Wording.plans[void.Response].facts {
			relation, ok := m.Rules.Voids[f.relation]
			if !ok {
				continue
			}
			best, most := none, math.MinInt
			for _, full := range m.Rules.Events {
				if full.Frame != void.Frame || full.Response == void.Response {
					continue
				}
				lists := m.Wording.plans[full.Response].lists
				if !slices.ContainsFunc(lists, func(l planned) bool { return l.relation == relation && l.head == f.head }) {
					continue
				}
				if n := m.Wording.inCommon(void.Response, full.Response); n > most || n == most && full.Response < best {
					best, most = full.Response, n
				}
			}
			if best != none {
				m.siblings[void] = siblings{best, void.Response}
				m.siblings[event{void.Frame, best}] = siblings{best, void.Response}
			}
		}
	}
}

// inCommon is twice the number of segments that two responses share, less those
// that they do not.
func (w *wording) inCommon(a, b int32) int {
	n := 0
	for _, s := range w.Responses[a] {
		n += boolOrder(slices.Contains(w.Responses[b], s))
	}
	return 4*n - len(w.Responses[a]) - len(w.Responses[b])
}

// fullOrVoid picks between siblings by what is remembered of the list, else by
// what is imagined, which is then remembered.
func (d *dreamer) fullOrVoid(p *foreseen, c *command, response int32) int32 {
	pair, ok := d.m.siblings[event{c.frame, response}]
	if !ok {
		return response
	}
	for _, f := range d.m.Wording.plans[pair.void].facts {
		relation, ok := d.m.Rules.Voids[f.relation]
		if !ok || int(f.head) >= c.n {
			continue
		}
		l, known := d.memory.whole(relation, c.args[f.head])
		if !known && d.dice != nil {
			items := d.contents(p, relation, c.args[f.head], d.memory.context)
			l = &list{relation: relation, head: c.args[f.head], items: items, source: source{recording: none}}
			p.imagined = append(p.imagined, *l)
			known = true
		}
		switch {
		case !known:
			if i, partly := d.memory.at(relation, c.args[f.head]); !partly || len(d.memory.lists[i].items) == 0 {
				return pair.void
			}
		case len(l.items) == 0:
			return pair.void
		default:
			return pair.full
		}
	}
	return response
}
