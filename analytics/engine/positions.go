package engine

import "math/bits"

// Position is where an event lies in the log.
type Position struct{ Generation, Partition, Offset int64 }

// Positions is a set of log positions, each with a number. It is filled first
// and then only read, by any number of goroutines.
//
// A query asks it for every row it reads and nearly always hears no. So a
// filter stands before the hash table, one bit a position: 64 offsets in
// succession, as the steps of an episode mostly are, share a word of it, and
// the whole is small enough for the processor's nearest cache. The hash table
// has open addressing and is at most half full.
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
	slots, words := bits.Len(uint(2*n-1)), bits.Len(uint(filterBits*n/64))
	return &Positions{
		filter: make([]uint64, 1<<words), filterShift: 64 - words,
		slots: make([]slot, 1<<slots), slotShift: 64 - slots,
	}
}

// Len is the number of positions.
func (p *Positions) Len() int { return p.count }

// Set adds a position, or changes its number.
func (p *Positions) Set(at Position, value float64) {
	s := p.find(at)
	if !s.used {
		p.count++
	}
	*s = slot{at, value, true}
	p.filter[at.block()>>p.filterShift] |= 1 << (at.Offset & 63)
}

// Get returns the number of a position.
func (p *Positions) Get(at Position) (value float64, ok bool) {
	s := p.find(at)
	return s.value, s.used
}

// replace puts the number of each position that has one into values, and
// returns the indexes of these. The slices are equally long.
func (p *Positions) replace(generation, partition, offset []int64, values []float64) (found []int) {
	filter, shift := p.filter, p.filterShift&63
	generation, partition = generation[:len(offset)], partition[:len(offset)]
	for i := range offset {
		at := Position{generation[i], partition[i], offset[i]}
		if filter[at.block()>>shift]>>(at.Offset&63)&1 == 0 {
			continue
		}
		if s := p.find(at); s.used {
			values[i] = s.value
			found = append(found, i)
		}
	}
	return found
}

// golden spreads numbers over 64 bits by multiplication (Fibonacci hashing).
const golden = 0x9E3779B97F4A7C15

// block is a hash that 64 offsets in succession share.
func (at Position) block() uint64 {
	return (uint64(at.Offset)>>6 + uint64(at.Partition)<<40 + uint64(at.Generation)<<52) * golden
}

// hash sets positions apart.
func (at Position) hash() uint64 { return (at.block() + uint64(at.Offset)) * golden }

// find returns the slot of a position, or the free one that it would take.
func (p *Positions) find(at Position) *slot {
	for i := at.hash() >> p.slotShift; ; i++ {
		s := &p.slots[i&uint64(len(p.slots)-1)]
		if !s.used || s.Position == at {
			return s
		}
	}
}
