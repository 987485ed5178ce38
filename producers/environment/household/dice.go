package household

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// newDice returns randomness that depends on the words alone.
func newDice(words ...any) *rand.Rand {
	sum := digest(words...)
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])))
}

// digest hashes the words. A word must not contain a line break.
func digest(words ...any) [sha256.Size]byte {
	h := sha256.New()
	for _, word := range words {
		fmt.Fprintln(h, word)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// between returns a number from least to most, both included.
func between(dice *rand.Rand, least, most int) int { return least + dice.IntN(most-least+1) }

// pick returns one of the items, of which there must be one.
func pick[T any](dice *rand.Rand, items []T) T { return items[dice.IntN(len(items))] }
