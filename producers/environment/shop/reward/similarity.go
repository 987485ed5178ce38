package reward

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// similarity is the token set ratio of two texts, from 0 to 100: the words
// that they share against these with the rest of either, whatever their order
// and repetition. It is that of the Python package thefuzz 0.19 without its
// optional accelerator, which the benchmark uses; a text whose words are all
// in the other has 100.
func similarity(a, b string) int {
	a, b = plain(a), plain(b)
	if a == "" || b == "" {
		return 0
	}
	if a == b {
		return 100
	}
	both, onlyA, onlyB := splitWords(strings.Fields(a), strings.Fields(b))
	shared := strings.Join(both, " ")
	withA := strings.TrimSpace(shared + " " + strings.Join(onlyA, " "))
	withB := strings.TrimSpace(shared + " " + strings.Join(onlyB, " "))
	return max(ratio(shared, withA), ratio(shared, withB), ratio(withA, withB))
}

// plain leaves letters, digits and underscores of a text, in lower case;
// everything else becomes a space. The characters 128 to 255 fall out.
func plain(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= 128 && r <= 255:
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '_':
			return unicode.ToLower(r)
		}
		return ' '
	}, text))
}

// splitWords returns the words of both, of a alone and of b alone, each sorted
// and without repetition.
func splitWords(a, b []string) (both, onlyA, onlyB []string) {
	a, b = distinct(a), distinct(b)
	for _, w := range a {
		if slices.Contains(b, w) {
			both = append(both, w)
		} else {
			onlyA = append(onlyA, w)
		}
	}
	for _, w := range b {
		if !slices.Contains(a, w) {
			onlyB = append(onlyB, w)
		}
	}
	return both, onlyA, onlyB
}

func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// ratio is twice the number of matching characters by the length of both, in
// percent, rounded half to even (Ratcliff and Obershelp, "Pattern Matching:
// The Gestalt Approach", 1988).
func ratio(a, b string) int {
	if a == "" || b == "" {
		return 0
	}
	x, y := []rune(a), []rune(b)
	return int(math.RoundToEven(100 * 2 * float64(matching(x, y)) / float64(len(x)+len(y))))
}

// matching counts the characters of the longest common run, and of those to
// its left and right, and so on.
func matching(a, b []rune) int {
	i, j, n := longestRun(a, b)
	if n == 0 {
		return 0
	}
	return matching(a[:i], b[:j]) + n + matching(a[i+n:], b[j+n:])
}

// longestRun returns where the longest common run begins in a and in b, and
// its length: of several the earliest in a, and of these the earliest in b.
func longestRun(a, b []rune) (atA, atB, length int) {
	before := make([]int, len(b)+1) // of runs that end at the last character of a
	for i := range a {
		now := make([]int, len(b)+1)
		for j := range b {
			if a[i] != b[j] {
				continue
			}
			now[j+1] = before[j] + 1
			if n := now[j+1]; n > length {
				atA, atB, length = i-n+1, j-n+1, n
			}
		}
		before = now
	}
	return atA, atB, length
}
