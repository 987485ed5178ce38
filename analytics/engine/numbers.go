package engine

import "math/bits"

// Numbers gives some keys a number each. It is filled first and then only
// read, by any number of goroutines.
//
// A query asks it for every row it reads and nearly always hears no. So a
// filter stands before the hash table, a bit a key: 64 keys in succession, as
// the rows of a file are, share a word of it, so that it is read in order and
// seldom says yes in vain. The hash table has open addressing and is at most
// half full.
type Numbers struct {
	filter      []uint64
	filterShift int
	slots       []slot
	slotShift   int
	count       int
}

type slot struct {
	key   int64
	value float64
	used  bool
}

// filterBits is how many bits of the filter there are for a key.
const filterBits = 64

// Key packs two numbers into a key: a file and a row in it, or a partition and
// an offset. low must be less than 2^40, high less than 2^23.
func Key(high uint64, low int64) int64 { return int64(high<<40) + low }

// NewNumbers returns an empty one that takes up to n keys.
func NewNumbers(n int) *Numbers {
	n = max(n, 4)
	slots, words := bits.Len(uint(2*n-1)), bits.Len(uint(filterBits*n/64))
	return &Numbers{
		filter: make([]uint64, 1<<words), filterShift: 64 - words,
		slots: make([]slot, 1<<slots), slotShift: 64 - slots,
	}
}

// Len is how many keys have a number.
func (n *Numbers) Len() int { return n.count }

// Set gives a key a number.
func (n *Numbers) Set(key int64, value float64) {
	s := n.find(key)
	if !s.used {
		n.count++
	}
	*s = slot{key, value, true}
	n.filter[block(key)>>n.filterShift] |= 1 << (key & 63)
}

// Get returns the number of a key.
func (n *Numbers) Get(key int64) (value float64, ok bool) {
	s := n.find(key)
	return s.value, s.used
}

// replace puts the number of each key that has one into values, and returns
// the indexes of these. The slices are equally long.
func (n *Numbers) replace(high []uint64, low []int64, values []float64) (found []int) {
	filter, shift := n.filter, n.filterShift&63
	high = high[:len(low)]
	for i := range low {
		key := Key(high[i], low[i])
		if filter[block(key)>>shift]>>(key&63)&1 == 0 {
			continue
		}
		if s := n.find(key); s.used {
			values[i] = s.value
			found = append(found, i)
		}
	}
	return found
}

// golden spreads numbers over 64 bits by multiplication (Fibonacci hashing).
const golden = 0x9E3779B97F4A7C15

// block is a hash that 64 keys in succession share.
func block(key int64) uint64 { return uint64(key>>6) * golden }

// find returns the slot of a key, or the free one that it would take.
func (n *Numbers) find(key int64) *slot {
	for i := uint64(key) * golden >> n.slotShift; ; i++ {
		s := &n.slots[i&uint64(len(n.slots)-1)]
		if !s.used || s.key == key {
			return s
		}
	}
}
