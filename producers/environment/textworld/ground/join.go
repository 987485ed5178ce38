package ground

import (
	"context"
	"fmt"
	"slices"
)

// free marks a variable that has no value.
const free = -1

// join finds the matches of a rule's body among the atoms of a model.
type join struct {
	m       *model
	ctx     context.Context
	rule    *rule
	binding []int32
	open    []bool  // the patterns of the body still to be matched
	below   []int32 // of each pattern: its atom must have a smaller number
	yield   func(binding []int32) error
	args    []uint16 // scratch
}

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

// matches yields every match of a rule.
func (m *model) matches(ctx context.Context, r *rule, yield func(binding []int32) error) error {
	j := m.newJoin(ctx, r, yield)
	for i := range j.below {
		j.below[i] = int32(len(m.predicate))
	}
	return j.next()
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

func (m *model) newJoin(ctx context.Context, r *rule, yield func([]int32) error) *join {
	j := &join{
		m: m, ctx: ctx, rule: r, yield: yield, binding: slices.Repeat([]int32{free}, r.variables),
		open: slices.Repeat([]bool{true}, len(r.body)), below: make([]int32, len(r.body)),
	}
	return j
}

// next matches the open pattern with the fewest candidates, and goes on.
func (j *join) next() error {
	if err := j.step(); err != nil {
		return err
	}
	best, candidates := -1, []int32(nil)
	for i, p := range j.rule.body {
		if !j.open[i] {
			continue
		}
		found := j.candidates(p)
		if best < 0 || len(found) < len(candidates) {
			best, candidates = i, found
		}
		if len(candidates) == 0 {
			return nil
		}
	}
	if best < 0 {
		return j.yield(j.binding)
	}
	j.open[best] = false
	defer func() { j.open[best] = true }()
	var set []term
	for _, id := range candidates {
		if id >= j.below[best] {
			break
		}
		if j.unify(j.rule.body[best], id, &set) {
			if err := j.next(); err != nil {
				return err
			}
		}
		for _, t := range set {
			j.binding[t] = free
		}
		set = set[:0]
	}
	return nil
}

// step counts the work.
func (j *join) step() error {
	j.m.work--
	if j.m.work < 0 {
		return fmt.Errorf("more than %d partial matches of conditions: %w", j.m.limits.Work, ErrTooLarge)
	}
	if j.m.work&0xffff == 0 {
		return j.ctx.Err()
	}
	return nil
}

// candidates returns the atoms that may match a pattern under the binding: the
// shortest of the lists that hold them all.
func (j *join) candidates(p pattern) []int32 {
	r := j.m.relations[p.predicate]
	best := r.all
	for i, t := range p.terms {
		value := t.value(j.binding)
		if value == free {
			continue
		}
		if list := r.with[i][uint16(value)]; len(list) < len(best) || len(list) == 0 {
			best = list
		}
	}
	return best
}

// unify binds the variables of a pattern to the arguments of an atom; set takes
// those that had no value.
func (j *join) unify(p pattern, id int32, set *[]term) bool {
	for i, arg := range j.m.args.row(int(id)) {
		t := p.terms[i]
		switch value := t.value(j.binding); value {
		case free:
			j.binding[t] = int32(arg)
			*set = append(*set, t)
		case int32(arg):
		default:
			return false
		}
	}
	return true
}

// value returns the object that a term stands for, or free.
func (t term) value(binding []int32) int32 {
	if t < 0 {
		return int32(^t)
	}
	return binding[t]
}

// bind appends the arguments of a pattern under a complete binding.
func bind(args []uint16, p pattern, binding []int32) []uint16 {
	for _, t := range p.terms {
		args = append(args, uint16(t.value(binding)))
	}
	return args
}

// matchesFrom yields every match of a rule whose first variables have values.
func (m *model) matchesFrom(ctx context.Context, r *rule, values []int32, yield func(binding []int32) error) error {
	j := m.newJoin(ctx, r, yield)
	copy(j.binding, values)
	for i := range j.below {
		j.below[i] = int32(len(m.predicate))
	}
	return j.next()
}
