package planner

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

func TestStatesAreKnownAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, 3).Draw(t, "words")
		met, known := newStates(words), map[string]int32{}
		lengths := map[int32]int32{}
		for range rapid.IntRange(1, 3000).Draw(t, "states") {
			state := make(ground.State, words)
			for i := range state {
				state[i] = rapid.Uint64Range(0, 40).Draw(t, "word")
			}
			length := rapid.Int32Range(0, 5).Draw(t, "length")
			number, better := met.add(state, arrival{length: length, action: -1})
			key := string(stateBytes(state))
			if want, ok := known[key]; ok {
				require.Equal(t, want, number)
				require.Equal(t, length < lengths[number], better)
			} else {
				require.True(t, better)
				require.Equal(t, len(known), int(number))
				known[key], lengths[number] = number, length
			}
			lengths[number] = min(lengths[number], length)
			require.Equal(t, state, met.state(number))
		}
		require.Equal(t, len(known), met.len())
	})
}

func stateBytes(s ground.State) []byte {
	var b []byte
	for _, word := range s {
		for ; word >= 128; word >>= 7 {
			b = append(b, byte(word)|128)
		}
		b = append(b, byte(word))
	}
	return b
}

func TestTheQueueGivesTheSmallestAndOldestFirst(t *testing.T) {
	var q queue
	q.push(3, step{state: 1})
	q.push(1, step{state: 2})
	q.push(3, step{state: 3})
	require.Equal(t, int32(2), popped(t, &q))
	q.push(0, step{state: 4})
	require.Equal(t, int32(4), popped(t, &q))
	require.Equal(t, int32(1), popped(t, &q))
	require.Equal(t, int32(3), popped(t, &q))
	_, ok := q.pop()
	require.False(t, ok)
	q.push(2, step{state: 5})
	require.Equal(t, int32(5), popped(t, &q))
	require.Zero(t, q.bytes())
}

func popped(t *testing.T, q *queue) int32 {
	s, ok := q.pop()
	require.True(t, ok)
	return s.state
}
