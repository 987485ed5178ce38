package ground

import "context"

// explore adds to the model what can become true, until nothing is new.
func (m *model) explore(ctx context.Context) error {
	triggers := map[int32][]trigger{}
	for i := range m.rules {
		r := &m.rules[i]
		started := false
		for k, p := range r.body {
			if m.n.grows(p.predicate) {
				triggers[int32(p.predicate)] = append(triggers[int32(p.predicate)], trigger{r, k})
				started = true
			}
		}
		if !started {
			if err := m.matches(ctx, r, func(binding []int32) error { return m.conclude(r, binding) }); err != nil {
				return err
			}
		}
	}
	for id := int32(0); int(id) < len(m.predicate); id++ {
		for _, t := range triggers[m.predicate[id]] {
			if err := m.matchesWith(ctx, t, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// trigger is a pattern of a rule that a new atom may match.
type trigger struct {
	rule *rule
	at   int
}

// grows says whether exploring may find further atoms of a predicate.
func (n *normalised) grows(predicate int) bool { return n.changing[predicate] || n.derived[predicate] }

// conclude adds the heads of a rule.
func (m *model) conclude(r *rule, binding []int32) error {
	var args [16]uint16
	for _, head := range r.heads {
		if err := m.add(head.predicate, bind(args[:0], head, binding)); err != nil {
			return err
		}
	}
	return nil
}

// matchesWith concludes from every match of a rule that has an atom in one
// place and, of what grows, no younger atom anywhere and not the atom itself in
// an earlier place: so each match is met once.
func (m *model) matchesWith(ctx context.Context, t trigger, id int32) error {
	j := m.newJoin(ctx, t.rule, func(binding []int32) error { return m.conclude(t.rule, binding) })
	for i, p := range t.rule.body {
		switch {
		case !m.n.grows(p.predicate):
			j.below[i] = int32(len(m.predicate))
		case i < t.at:
			j.below[i] = id
		default:
			j.below[i] = id + 1
		}
	}
	j.open[t.at] = false
	var set []term
	if !j.unify(t.rule.body[t.at], id, &set) {
		return nil
	}
	return j.next()
}
