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
}

// matches yields every match of a rule.
func (m *model) matches(ctx context.Context, r *rule, yield func(binding []int32) error) error {
	return m.matchesFrom(ctx, r, nil, yield)
}

func (m *model) newJoin(ctx context.Context, r *rule, yield func([]int32) error) *join {
	return &join{
		m: m, ctx: ctx, rule: r, yield: yield, binding: slices.Repeat([]int32{free}, r.variables),
		open: slices.Repeat([]bool{true}, len(r.body)), below: make([]int32, len(r.body)),
	}
}

// next matches the open pattern with the fewest candidates, and goes on.
func (j *join) next() error {
	if err := j.step(); err != nil {
		return err
	}
	at, candidates := j.choose()
	if at < 0 {
		return j.yield(j.binding)
	}
	j.open[at] = false
	defer func() { j.open[at] = true }()
	var set []term
	for _, id := range candidates {
		if id >= j.below[at] {
			break
		}
		if j.unify(j.rule.body[at], id, &set) {
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

// choose returns the open pattern with the fewest candidates; at is -1 where
// none is open.
func (j *join) choose() (at int, candidates []int32) {
	at = -1
	for i, p := range j.rule.body {
		if !j.open[i] {
			continue
		}
		if found := j.candidates(p); at < 0 || len(found) < len(candidates) {
			at, candidates = i, found
		}
		if len(candidates) == 0 {
			break
		}
	}
	return at, candidates
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
