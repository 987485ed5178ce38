package lifted

import "strings"

// leastAlike is how alike two texts must be for one to stand for the other.
const leastAlike = 0.6

// nearest returns the candidate that has most words in common with a text, where
// one is alike enough.
func nearest(text string, candidates []string) (string, bool) {
	best, most := "", leastAlike
	for _, c := range candidates {
		if a := alike(text, c); a > most || a == most && (best == "" || c < best) {
			best, most = c, a
		}
	}
	return best, best != ""
}

// alike is the share of words that two texts have in common, by Dice: twice the
// number in common over the number of both.
func alike(a, b string) float64 {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x)+len(y) == 0 {
		return 1
	}
	counts := make(map[string]int, len(x))
	for _, w := range x {
		counts[w]++
	}
	common := 0
	for _, w := range y {
		if counts[w] > 0 {
			counts[w]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}
