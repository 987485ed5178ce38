package ground

import "slices"

// Atom is a predicate and the numbers of the objects that it is said of.
type Atom struct {
	Predicate string
	Args      []uint16
}

// atoms holds many atoms in few slices.
type atoms struct {
	predicates []string
	predicate  []uint16 // of each atom
	args       table[uint16]
}

func (a *atoms) len() int { return len(a.predicate) }

func (a *atoms) at(i int) Atom {
	return Atom{Predicate: a.predicates[a.predicate[i]], Args: a.args.row(i)}
}

func (a *atoms) add(atom Atom) {
	at := slices.Index(a.predicates, atom.Predicate)
	if at < 0 {
		at = len(a.predicates)
		a.predicates = append(a.predicates, atom.Predicate)
	}
	a.predicate = append(a.predicate, uint16(at))
	a.args.add(atom.Args)
}

// table holds many short rows in two slices: a slice for each row would cost
// more than what is in it.
type table[T any] struct {
	ends []int32
	all  []T
}

func (t *table[T]) len() int { return len(t.ends) }

func (t *table[T]) row(i int) []T {
	from := int32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.all[from:t.ends[i]:t.ends[i]]
}

func (t *table[T]) add(row []T) {
	t.all = append(t.all, row...)
	t.ends = append(t.ends, int32(len(t.all)))
}

// clip gives back what the slices hold beyond their length.
func (t *table[T]) clip() {
	t.ends, t.all = slices.Clip(t.ends), slices.Clip(t.all)
}
