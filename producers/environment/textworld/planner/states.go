package planner

import (
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// states holds every state that was met once, and the shortest way to it that
// was found.
type states struct {
	words int
	bits  []uint64 // of all states, one after another
	from  []arrival
	slots []int32 // a hash table of numbers of states, plus 1; 0: empty
}

// arrival is how a state was met: by an action in a state before, length
// actions from the beginning. The action is -1 at the beginning.
type arrival struct {
	parent, action, length int32
}

func newStates(words int) *states {
	return &states{words: words, slots: make([]int32, 1<<10)}
}

func (s *states) len() int { return len(s.from) }

// state returns a state by number; it is valid until the next is added.
func (s *states) state(i int32) ground.State {
	from := int(i) * s.words
	return s.bits[from : from+s.words : from+s.words]
}

// add returns the number of a state, and whether this way to it is new: it was
// never met, or not by so short a way.
func (s *states) add(state ground.State, by arrival) (number int32, better bool) {
	if 2*len(s.from) >= len(s.slots) {
		s.grow()
	}
	slot := s.find(state)
	if at := s.slots[slot]; at != 0 {
		number = at - 1
		if by.length >= s.from[number].length {
			return number, false
		}
		s.from[number] = by
		return number, true
	}
	number = int32(len(s.from))
	s.from, s.bits = append(s.from, by), append(s.bits, state...)
	s.slots[slot] = number + 1
	return number, true
}

// find returns the slot where the state is, or the empty one where it belongs.
func (s *states) find(state ground.State) int {
	last := len(s.slots) - 1
	for slot := int(hash(state)) & last; ; slot = (slot + 1) & last {
		at := s.slots[slot]
		if at == 0 || slices.Equal(s.state(at-1), state) {
			return slot
		}
	}
}

func (s *states) grow() {
	s.slots = make([]int32, 2*len(s.slots))
	for i := range s.from {
		s.slots[s.find(s.state(int32(i)))] = int32(i) + 1
	}
}

// hash mixes the words of a state (after FNV-1a, a word at a time).
func hash(state ground.State) uint64 {
	h := uint64(14695981039346656037)
	for _, word := range state {
		h = (h ^ word) * 1099511628211
		h ^= h >> 29
	}
	return h
}

// path returns the actions that lead to a state.
func (s *states) path(number int32) []int {
	var path []int
	for at := s.from[number]; at.action >= 0; at = s.from[at.parent] {
		path = append(path, int(at.action))
	}
	slices.Reverse(path)
	return path
}

// bytes is about how much memory the states take.
func (s *states) bytes() int64 {
	return 8*int64(cap(s.bits)) + 12*int64(cap(s.from)) + 4*int64(len(s.slots))
}
