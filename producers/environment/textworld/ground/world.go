package ground

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// nobody is the number of an object that is named and does not exist: nothing
// is ever true of it.
const nobody = math.MaxUint16

// world is the objects of a problem and their types.
type world struct {
	objects []Object // in byte order
	number  map[string]uint16
	parents map[string][]string
	types   [][]string // the declared types of each object
}

func newWorld(domain *pddl.Domain, problem *pddl.Problem) (*world, error) {
	w := &world{number: map[string]uint16{}, parents: map[string][]string{pddl.Root: nil}}
	for _, t := range domain.Types {
		if t.Name != pddl.Root {
			w.parents[t.Name] = append(w.parents[t.Name], t.Parents...)
		}
	}
	all := slices.Concat(domain.Constants, problem.Objects)
	slices.SortStableFunc(all, func(a, b pddl.Object) int { return strings.Compare(a.Name, b.Name) })
	if len(all) >= nobody {
		return nil, fmt.Errorf("%d objects; at most %d are supported", len(all), nobody-1)
	}
	for i, o := range all {
		if _, twice := w.number[o.Name]; twice {
			return nil, fmt.Errorf("a second object “%s”", o.Name)
		}
		for _, t := range o.Types {
			if _, known := w.parents[t]; !known {
				return nil, fmt.Errorf("object “%s” is of type “%s”, which the domain does not declare", o.Name, t)
			}
		}
		w.number[o.Name] = uint16(i)
		w.objects = append(w.objects, Object{ID: o.Name, Type: strings.Clone(o.Types[0])})
		w.types = append(w.types, o.Types)
	}
	return w, nil
}

// members returns the objects of any of the types, in order. A type that is
// not declared has none.
func (w *world) members(types []string) []uint16 {
	var members []uint16
	for i, declared := range w.types {
		if w.isAny(declared, types) {
			members = append(members, uint16(i))
		}
	}
	return members
}

// isAny says whether one of the types of an object is, or descends from, one of
// the types that are wanted.
func (w *world) isAny(declared, wanted []string) bool {
	seen := map[string]bool{}
	for queue := slices.Clone(declared); len(queue) > 0; queue = queue[1:] {
		t := queue[0]
		if slices.Contains(wanted, t) || slices.Contains(wanted, pddl.Root) {
			return true
		}
		if !seen[t] {
			seen[t] = true
			queue = append(queue, w.parents[t]...)
		}
	}
	return false
}

// object returns the number of an object, or nobody.
func (w *world) object(name string) uint16 {
	if n, ok := w.number[name]; ok {
		return n
	}
	return nobody
}
