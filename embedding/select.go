package embedding

import "fmt"

// Attributes returns those of a row.
func (ix *Index) Attributes(row int) Attributes {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.rows.attributes[row]
}

// Select returns another index of some of the rows, in the order given, with
// attributes in the place of theirs. Nothing is taken out of an index: who must
// not find a row again selects the others.
func (ix *Index) Select(numbers []int, attributes []Attributes) (*Index, error) {
	if len(numbers) != len(attributes) {
		return nil, fmt.Errorf("select from the index: %d rows with attributes of %d", len(numbers), len(attributes))
	}
	ix.mu.RLock()
	all := ix.rows
	ix.mu.RUnlock()
	next := rows{vectors: vectors{sparse: all.vectors.sparse}}
	for i, row := range numbers {
		if row < 0 || row >= len(all.attributes) {
			return nil, fmt.Errorf("select from the index: row %d of %d", row, len(all.attributes))
		}
		next.attributes = append(next.attributes, attributes[i])
		next.sketches = append(next.sketches, all.sketches[row])
		next.vectors.copy(&all.vectors, row)
	}
	selected := newIndex(ix.encoder, ix.dim)
	selected.publish(next)
	return selected, nil
}

// copy appends a vector of others, which are sparse where these are.
func (vs *vectors) copy(others *vectors, row int) {
	var start uint64
	if row > 0 {
		start = others.ends[row-1]
	}
	vs.values = append(vs.values, others.values[start:others.ends[row]]...)
	if vs.sparse {
		vs.dims = append(vs.dims, others.dims[start:others.ends[row]]...)
	}
	vs.ends, vs.squares = append(vs.ends, uint64(len(vs.values))), append(vs.squares, others.squares[row])
}
