package embedding

import (
	"fmt"
	"math"
)

// vectors of an index, in small integers. Their dot products are exact, so that
// the order of additions does not matter.
type vectors struct {
	// ends is where the components of each vector end in values.
	ends []uint64
	// values are the components in proportion to the largest, see quantise.
	values []int16
	// dims says which component each value is, where sparse; else there is a value
	// for every component.
	dims   []uint16
	sparse bool
	// squares is the squared length of each vector.
	squares []uint64
}

// largestComponent is what the largest of a vector becomes. Twelve bits keep
// cosines right to about a hundred-thousandth; with eight, one of a hundred
// nearest neighbours was mistaken for another on real steps.
const largestComponent = 1<<12 - 1

// quantise fills components with those of v in proportion to the largest.
func quantise(components []int16, v []float32) {
	clear(components)
	largest := magnitude(v)
	if largest == 0 {
		return
	}
	for i, x := range v {
		if x != 0 {
			components[i] = int16(math.RoundToEven(float64(x) * largestComponent / largest))
		}
	}
}

// checkFinite refuses a vector with a component that is infinite or no number.
func checkFinite(v []float32) error {
	for i, x := range v {
		if y := x - x; y != 0 {
			return fmt.Errorf("component %d is %v", i, x)
		}
	}
	return nil
}

// magnitude is that of the largest component.
func magnitude(v []float32) float64 {
	var low, high float32
	for _, x := range v {
		if x > high {
			high = x
		} else if x < low {
			low = x
		}
	}
	return float64(max(high, -low))
}

// mostlyZero says whether vectors are smaller where each component takes two
// bytes for itself and two for its place: where less than half are not zero.
func mostlyZero(vectors [][]float32) bool {
	var n, all int
	for _, v := range vectors {
		all += len(v)
		for _, x := range v {
			if x != 0 {
				n++
			}
		}
	}
	return 2*n < all
}

// append adds a vector.
func (vs *vectors) append(components []int16) {
	for i, x := range components {
		if !vs.sparse {
			vs.values = append(vs.values, x)
		} else if x != 0 {
			vs.values, vs.dims = append(vs.values, x), append(vs.dims, uint16(i))
		}
	}
	vs.ends, vs.squares = append(vs.ends, uint64(len(vs.values))), append(vs.squares, squared(components))
}

func squared(components []int16) (sum uint64) {
	for _, x := range components {
		sum += uint64(int64(x) * int64(x))
	}
	return sum
}

// cosine of a vector and the components of another, quantised; 0 where either is
// zero.
func (vs *vectors) cosine(row int, components []int16, squares uint64) float64 {
	if squares == 0 || vs.squares[row] == 0 {
		return 0
	}
	return Quantise(float64(vs.dot(row, components)) / math.Sqrt(float64(squares)*float64(vs.squares[row])))
}

func (vs *vectors) dot(row int, components []int16) (sum int64) {
	var start uint64
	if row > 0 {
		start = vs.ends[row-1]
	}
	values := vs.values[start:vs.ends[row]]
	if !vs.sparse {
		components = components[:len(values)]
		for i, x := range values {
			sum += int64(x) * int64(components[i])
		}
		return sum
	}
	dims := vs.dims[start:vs.ends[row]]
	for i, x := range values {
		sum += int64(x) * int64(components[dims[i]])
	}
	return sum
}
