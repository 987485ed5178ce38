package reward

import (
	"strings"
	"unicode"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// Shares of the wanted title's nouns that must be in the bought one.
const (
	sameTitle      = 0.2 // above it the titles alone make it the same kind
	strangeTitle   = 0.1 // below it it is hardly the same kind, whatever else
	titleWithout   = 0.2 // stands for the share where a title has no noun
	categoryShared = 2   // steps of the paths that make it the same category
)

// typeOf says how far bought is the kind of thing that wanted is.
func (g *Grader) typeOf(wanted, bought *catalogue.Product) float64 {
	title := g.titleShare(wanted.Title, bought.Title)
	switch {
	case title == 0:
		return 0
	case title < strangeTitle:
		return 0.1
	case bought.Query == wanted.Query, pathsShared(wanted.Path, bought.Path) >= categoryShared, title > sameTitle:
		return 1
	}
	return 0.5
}

// pathsShared counts the steps that two paths have in common, in any order.
func pathsShared(a, b []string) int {
	steps := map[string]bool{}
	for _, s := range a {
		steps[s] = true
	}
	n := 0
	for _, s := range b {
		if steps[s] {
			n++
			delete(steps, s)
		}
	}
	return n
}

// titleShare returns the share of the wanted title's nouns that are nouns of
// the bought one. A noun that stands twice in the wanted title counts twice
// below the line and once above it, as in the benchmark.
func (g *Grader) titleShare(wanted, bought string) float64 {
	asked := g.nouns(wanted)
	if len(asked) == 0 {
		return titleWithout
	}
	has := map[string]bool{}
	for _, n := range g.nouns(bought) {
		has[n] = true
	}
	shared := 0
	for _, n := range asked {
		if has[n] {
			shared++
			delete(has, n)
		}
	}
	return float64(shared) / float64(len(asked))
}

// nouns returns the words of a title that name something, in lower case.
func (g *Grader) nouns(title string) []string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\''
	})
	found := words[:0]
	for _, w := range words {
		w = strings.TrimSuffix(strings.Trim(w, "'"), "'s")
		if strings.ContainsFunc(w, unicode.IsLetter) && !g.notNouns[w] {
			found = append(found, w)
		}
	}
	return found
}
