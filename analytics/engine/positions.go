package engine

import "math/bits"

// Position is where an event lies in the log.
type Position struct{ Generation, Partition, Offset int64 }

// Positions is a set of log positions, each with a number. It is filled first
// and then only read, by any number of goroutines.
//
// A query asks it for every row it reads and nearly always hears no. So a
// filter of one bit a hash, small enough for the processor's nearest cache,
// stands before the hash table with open addressing, at most half full.
type Positions struct {
	filter      []uint64
	filterShift int
	slots       []slot
	slotShift   int
	count       int
}

type slot struct {
	Position
	value float64
	used  bool
}

// filterBits is how many bits of the filter there are for a position: one row
// in so many passes it without having a number.
const filterBits = 16

// NewPositions returns an empty set that takes up to n positions.
func NewPositions(n int) *Positions {
	n = max(n, 4)
	slots, filter := bits.Len(uint(2*n-1)), bits.Len(uint(filterBits*n-1))
	return &Positions{
		filter: make([]uint64, 1<<filter/64), filterShift: 64 - filter,
		slots: make([]slot, 1<<slots), slotShift: 64 - slots,
	}
}

// Len is the number of positions.
func (p *Positions) Len() int { return p.count }

// Set adds a position, or changes its number.
func (p *Positions) Set(at Position, value float64) {
	hash := at.hash()
	s := p.find(at, hash)
	if !s.used {
		p.count++
	}
	*s = slot{at, value, true}
	bit := hash >> p.filterShift
	p.filter[bit/64] |= 1 << (bit % 64)
}

// Get returns the number of a position.
func (p *Positions) Get(at Position) (value float64, ok bool) {
	s := p.find(at, at.hash())
	return s.value, s.used
}

// replace puts the number of each position that has one into values, and
// returns the indexes of these. The slices are equally long.
func (p *Positions) replace(generation, partition, offset []int64, values []float64) (found []int) {
	filter, shift := p.filter, p.filterShift
	partition, generation = partition[:len(offset)], generation[:len(offset)]
	for i := range offset {
		at := Position{generation[i], partition[i], offset[i]}
		hash := at.hash()
		if bit := hash >> (shift & 63); filter[bit/64]>>(bit%64)&1 == 0 {
			continue
		}
		if s := p.find(at, hash); s.used {
			values[i] = s.value
			found = append(found, i)
		}
	}
	return found
}

// hash is Fibonacci hashing of the offset; partition and generation only set
// equal offsets apart.
func (at Position) hash() uint64 {
	const golden = 0x9E3779B97F4A7C15
	return (uint64(at.Offset) + uint64(at.Partition)<<40 + uint64(at.Generation)<<52) * golden
}

// find returns the slot of a position, or the free one that it would take.
func (p *Positions) find(at Position, hash uint64) *slot {
	for i := hash >> p.slotShift; ; i++ {
		s := &p.slots[i&uint64(len(p.slots)-1)]
		if !s.used || s.Position == at {
			return s
		}
	}
}
