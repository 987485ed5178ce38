package lifted

import (
	"cmp"
	"maps"
	"slices"
)

// claim is that a list of a relation is empty where a fact is said.
type claim struct{ fact, relation int32 }

// fewVoids is how often a fact must have been said of something whose list was
// believed to be empty.
const fewVoids = 3

// learnVoids finds facts that say that a list is empty without being worded like
// it: what stands "bare" once the last thing was taken from it.
func (r *rules) learnVoids(walks []*walk) {
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
	for _, c := range sortedClaims(empty) {
		if empty[c] >= fewVoids && other[c] == 0 {
			r.Voids[c.fact] = append(r.Voids[c.fact], c.relation)
		}
	}
}

func sortedClaims(counts map[claim]int) []claim {
	claims := slices.Collect(maps.Keys(counts))
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.fact, b.fact), cmp.Compare(a.relation, b.relation))
	})
	return claims
}

// family are wordings that differ in whether they list what a thing holds or say
// that it holds nothing: responses to one frame, or descriptions.
type family struct {
	void int32
	full []lister // the most like void first, one for each relation
}

// lister is a wording that has the list of a relation.
type lister struct{ wording, relation int32 }

// findFamilies finds, for each wording that says that lists are empty, those
// most like it that have them, and the other way round.
func (m *Model) findFamilies() {
	m.families, m.describedBesides = map[event]*family{}, map[int32]*family{}
	w := m.Wording
	for _, void := range m.Rules.Events {
		var all []lister
		for _, full := range m.Rules.Events {
			if full.Frame != void.Frame || full.Response == void.Response {
				continue
			}
			for _, l := range w.plans[full.Response].lists {
				if m.Rules.empties(w.plans[void.Response].facts, l) {
					all = append(all, lister{full.Response, l.relation})
				}
			}
		}
		if f := newFamily(void.Response, all, w.inCommon); f != nil {
			m.families[void] = f
			for _, full := range f.full {
				if e := (event{void.Frame, full.wording}); m.families[e] == nil {
					m.families[e] = f
				}
			}
		}
	}
	for void := range int32(len(w.Descriptions)) {
		var all []lister
		for full := range int32(len(w.Descriptions)) {
			for _, relation := range w.parts[full].lists {
				if slices.ContainsFunc(w.parts[void].facts, func(f int32) bool { return slices.Contains(m.Rules.Voids[f], relation) }) {
					all = append(all, lister{full, relation})
				}
			}
		}
		if f := newFamily(void, all, func(a, b int32) int { return int(100 * alike(w.Descriptions[a], w.Descriptions[b])) }); f != nil {
			m.describedBesides[void] = f
			for _, full := range f.full {
				if m.describedBesides[full.wording] == nil {
					m.describedBesides[full.wording] = f
				}
			}
		}
	}
}

// empties says whether one of the facts is that a list of the same argument is
// empty.
func (r *rules) empties(facts []planned, l planned) bool {
	return slices.ContainsFunc(facts, func(f planned) bool {
		return f.head == l.head && slices.Contains(r.Voids[f.relation], l.relation)
	})
}

// newFamily keeps of the listings of each relation the one most like void; nil:
// there are none.
func newFamily(void int32, all []lister, inCommon func(a, b int32) int) *family {
	slices.SortStableFunc(all, func(a, b lister) int {
		return cmp.Or(cmp.Compare(inCommon(void, b.wording), inCommon(void, a.wording)), cmp.Compare(a.wording, b.wording))
	})
	f := &family{void: void}
	for _, l := range all {
		if !slices.ContainsFunc(f.full, func(o lister) bool { return o.relation == l.relation }) {
			f.full = append(f.full, l)
		}
	}
	if len(f.full) == 0 {
		return nil
	}
	return f
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

// fullOrVoid picks the response of a family by what is remembered of the lists
// of an argument.
func (d *dreamer) fullOrVoid(p *foreseen, c *command, response int32) int32 {
	f := d.m.families[event{c.frame, response}]
	if f == nil {
		return response
	}
	for _, l := range d.m.Wording.plans[f.full[0].wording].lists {
		if l.relation == f.full[0].relation && l.head >= 0 && int(l.head) < c.n {
			return d.pick(p, f, c.args[l.head], response)
		}
	}
	return response
}

// pick picks the wording of a family by what is remembered of the lists of a
// thing, else by what is imagined, which is then remembered.
func (d *dreamer) pick(p *foreseen, f *family, head, wording int32) int32 {
	var holding, nothing, part []lister
	for _, full := range f.full {
		i, found := d.memory.at(full.relation, head)
		switch {
		case found && len(d.memory.lists[i].items) == 0:
			nothing = append(nothing, full)
		case found && !d.memory.lists[i].partial:
			holding = append(holding, full)
		case found:
			part = append(part, full)
		}
	}
	switch {
	case len(holding) > 0:
		return d.likely(holding, head, wording).wording
	case len(nothing) > 0:
		return f.void
	case d.dice == nil && len(part) == 0:
		return f.void
	case d.dice == nil:
		return d.likely(part, head, wording).wording
	case len(part) == 0:
		part = f.full
	}
	full := d.likely(part, head, wording)
	items := d.contents(p, full.relation, head, d.memory.context)
	p.imagined = append(p.imagined, list{relation: full.relation, head: head, items: items, source: source{recording: none}})
	if len(items) == 0 {
		return f.void
	}
	return full.wording
}

// likely returns what most likely has the list of a thing: the wording that was
// expected, else what such things were seen with.
func (d *dreamer) likely(all []lister, head, wording int32) lister {
	if i := slices.IndexFunc(all, func(l lister) bool { return l.wording == wording }); i >= 0 {
		return all[i]
	}
	if i := slices.IndexFunc(all, func(l lister) bool {
		return slices.ContainsFunc(d.m.Contents[contentKey{l.relation, d.scene.entities[head].kind}], func(items []int32) bool { return len(items) > 0 })
	}); i >= 0 {
		return all[i]
	}
	return all[0]
}
