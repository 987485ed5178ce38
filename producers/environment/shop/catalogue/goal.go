package catalogue

import (
	"fmt"
	"math/rand/v2"
)

// Goal is what a customer asks for.
type Goal struct {
	// Product is the index of the product that the goal was written for; any
	// other that fits as well is as good.
	Product int
	// Instruction is the goal in words, with the bound of the price.
	Instruction string
	// Attributes and Options are what the bought product must have, and what
	// must have been chosen of it.
	Attributes, Options []string
	// PriceUpper is the highest price in dollars; 0: any.
	PriceUpper float64
	// Split is the part of the goals that it belongs to.
	Split string
}

// Splits of the goals. ValidUnseen has the kinds of things that no other has.
const (
	Train       = "train"
	Dev         = "dev"
	ValidSeen   = "valid_seen"
	ValidUnseen = "valid_unseen"
	Test        = "test" // of the original's goals only
)

// Bounds of prices are multiples of ten dollars up to 990, as in the original.
const (
	boundStep    = 10
	highestBound = 990
)

// PriceBound draws the bound of a goal for a product of the price: of the next
// four multiples of ten above it two are drawn, and the higher one holds. It
// returns 0 where fewer than two are left.
func PriceBound(r *rand.Rand, price float64) float64 {
	next := int(price/boundStep) + 1
	left := min(highestBound/boundStep-next+1, 4)
	if left < 2 {
		return 0
	}
	first := r.IntN(left)
	second := r.IntN(left - 1)
	if second >= first {
		second++
	}
	return float64((next + max(first, second)) * boundStep)
}

// WithBound ends an instruction with the bound of its price.
func WithBound(instruction string, bound float64) string {
	if bound == 0 {
		return instruction
	}
	return fmt.Sprintf("%s, and price lower than %.2f dollars", instruction, bound)
}
