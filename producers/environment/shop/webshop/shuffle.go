package webshop

import (
	"math/bits"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// shuffleSeed is the seed with which the original puts its goals in order.
const shuffleSeed = 233

// shuffle orders the goals as the original does, with Python's random.shuffle.
func shuffle(goals []catalogue.Goal) {
	r := newTwister(shuffleSeed)
	for i := len(goals) - 1; i > 0; i-- {
		j := r.below(uint32(i + 1))
		goals[i], goals[j] = goals[j], goals[i]
	}
}

const (
	twisterSize  = 624
	twisterShift = 397
)

// twister is the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998),
// seeded as Python seeds it.
type twister struct {
	state [twisterSize]uint32
	next  int
}

// newTwister seeds by array, with the seed as its one element.
func newTwister(seed uint32) *twister {
	t := &twister{next: twisterSize}
	s := &t.state
	s[0] = 19650218
	for i := 1; i < twisterSize; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + uint32(i)
	}
	i := 1
	for range twisterSize {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1664525) + seed
		i = t.step(i)
	}
	for range twisterSize - 1 {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1566083941) - uint32(i)
		i = t.step(i)
	}
	s[0] = 1 << 31
	return t
}

// step goes to the next word while seeding; the first takes over the last.
func (t *twister) step(i int) int {
	if i++; i < twisterSize {
		return i
	}
	t.state[0] = t.state[twisterSize-1]
	return 1
}

// uint32 returns the next 32 random bits.
func (t *twister) uint32() uint32 {
	if t.next == twisterSize {
		t.twist()
	}
	y := t.state[t.next]
	t.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (t *twister) twist() {
	s := &t.state
	for i := range twisterSize {
		y := s[i]&(1<<31) | s[(i+1)%twisterSize]&(1<<31-1)
		s[i] = s[(i+twisterShift)%twisterSize] ^ y>>1 ^ y&1*0x9908b0df
	}
	t.next = 0
}

// below returns a number below n: as many high bits as n has, drawn again
// until they are below it.
func (t *twister) below(n uint32) uint32 {
	for {
		if v := t.uint32() >> (32 - bits.Len32(n)); v < n {
			return v
		}
	}
}
