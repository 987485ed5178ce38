package embedding

import "fmt"

// Attributes returns those of a row.
func (ix *Index) Attributes(row int) Attributes {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.rows.attributes[row]
}

// AddFrom appends rows of another index of the same encoder, with attributes in
// the place of theirs: nothing is embedded again. Nothing is ever taken out of an
// index: who must not find some of its rows adds the others to an empty one.
func (ix *Index) AddFrom(other *Index, numbers []int, attributes []Attributes) error {
	if other.encoder != ix.encoder || other.dim != ix.dim {
		return fmt.Errorf("add to an index of %q: the rows are of %q", ix.encoder, other.encoder)
	}
	if len(numbers) != len(attributes) {
		return fmt.Errorf("add to the index: %d rows with attributes of %d", len(numbers), len(attributes))
	}
	other.mu.RLock()
	all := other.rows
	other.mu.RUnlock()
	ix.adding.Lock()
	defer ix.adding.Unlock()
	next := ix.rows // nobody else writes it
	if len(next.attributes) == 0 {
		next.vectors.sparse = all.vectors.sparse
	}
	components := make([]int16, ix.dim)
	for i, row := range numbers {
		if row < 0 || row >= len(all.attributes) {
			return fmt.Errorf("add to the index: there is no row %d among %d", row, len(all.attributes))
		}
		all.vectors.expand(row, components)
		next.append(attributes[i], all.sketches[row], components)
	}
	ix.publish(next)
	return nil
}

// expand fills components with those of a vector.
func (vs *vectors) expand(row int, components []int16) {
	var start uint64
	if row > 0 {
		start = vs.ends[row-1]
	}
	values := vs.values[start:vs.ends[row]]
	if !vs.sparse {
		copy(components, values)
		return
	}
	clear(components)
	for i, d := range vs.dims[start:vs.ends[row]] {
		components[d] = values[i]
	}
}
