package ground

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// layer sorts the rules into components of derived facts that depend on each
// other, each after those that it depends on. A fact that depends on its own
// negation has no meaning, and is an error.
func (p *Problem) layer() error {
	s := &search{p: p, byHead: make([][]int32, p.Facts()), index: make([]int32, p.Facts()), component: make([]int32, p.Facts())}
	for i, r := range p.rules {
		s.byHead[r.Head] = append(s.byHead[r.Head], int32(i))
	}
	for fact := p.fluents; fact < p.Facts(); fact++ {
		if s.index[fact] == 0 {
			s.visit(int32(fact))
		}
	}
	for _, r := range p.rules {
		for _, l := range r.Body {
			if l.Negated() && l.Fact() >= p.fluents && s.component[l.Fact()] == s.component[r.Head] {
				return fmt.Errorf("the derived fact %s depends on its own negation, which is not supported",
					strings.ReplaceAll(p.FactName(r.Head), "@", "")) // a helper of ours begins with an @
			}
		}
	}
	slices.SortStableFunc(p.rules, func(a, b Rule) int {
		return cmp.Compare(s.component[a.Head], s.component[b.Head])
	})
	from := 0
	for i := range p.parts {
		upTo := from
		for upTo < len(p.rules) && int(s.component[p.rules[upTo].Head]) == i {
			upTo++
		}
		p.parts[i].from, p.parts[i].upTo = int32(from), int32(upTo)
		p.parts[i].recursive = p.recursive(&p.parts[i])
		from = upTo
	}
	return nil
}

// recursive says whether a rule of the component needs a fact of it.
func (p *Problem) recursive(c *component) bool {
	for _, r := range p.rules[c.from:c.upTo] {
		for _, l := range r.Body {
			if slices.Contains(c.heads, int32(l.Fact())) {
				return true
			}
		}
	}
	return false
}

// search finds the components by Tarjan's algorithm, dependencies first.
type search struct {
	p         *Problem
	byHead    [][]int32
	index     []int32 // from 1, in the order of visits; 0: not visited
	component []int32
	stack     []int32
	visits    int32
}

// visit returns the oldest fact on the stack that a fact leads to.
func (s *search) visit(fact int32) (oldest int32) {
	s.visits++
	s.index[fact] = s.visits
	s.component[fact] = -1 // on the stack
	s.stack = append(s.stack, fact)
	oldest = s.visits
	for _, r := range s.byHead[fact] {
		for _, l := range s.p.rules[r].Body {
			other := int32(l.Fact())
			switch {
			case l.Fact() < s.p.fluents:
			case s.index[other] == 0:
				oldest = min(oldest, s.visit(other))
			case s.component[other] == -1:
				oldest = min(oldest, s.index[other])
			}
		}
	}
	if oldest == s.index[fact] {
		s.close(fact)
	}
	return oldest
}

// close makes a component of what lies on the stack from a fact on.
func (s *search) close(fact int32) {
	from := slices.Index(s.stack, fact)
	var c component
	for _, member := range s.stack[from:] {
		s.component[member] = int32(len(s.p.parts))
		c.heads = append(c.heads, member)
	}
	s.stack = s.stack[:from]
	s.p.parts = append(s.p.parts, c)
}
