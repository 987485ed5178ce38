package webshop

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
)

// unpriced is the price in dollars of what the file has no price of.
const unpriced = 100.0

// parsePrice reads a price, "$9.98", or the two ends of a range, "$9.98 -
// $19.99", and writes its tag as the original does. A price within a range is
// drawn by the product's id.
func parsePrice(asin, text string) (price float64, tag string, err error) {
	if text == "" {
		return unpriced, "$100.0", nil
	}
	parts := strings.Split(text, "$")[1:]
	if len(parts) == 0 {
		return 0, "", fmt.Errorf("pricing %q has no dollar sign", text)
	}
	ends := make([]float64, min(len(parts), 2))
	for i := range ends {
		if ends[i], err = strconv.ParseFloat(digits(parts[i]), 64); err != nil {
			return 0, "", fmt.Errorf("pricing %q is not a price", text)
		}
	}
	if len(ends) == 1 {
		return ends[0], "$" + number(ends[0]), nil
	}
	price = ends[0] + drawn(asin, 0).Float64()*(ends[1]-ends[0])
	return price, "$" + number(ends[0]) + " to $" + number(ends[1]), nil
}

// digits drops all but digits and points.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// number writes a number with at least one digit after the point.
func number(n float64) string {
	text := strconv.FormatFloat(n, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// drawn returns a random source of a product's own, the n-th of them.
func drawn(asin string, n int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(asin))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(n)))
}
