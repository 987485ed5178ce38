package searching

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// goal is what the words of an instruction say.
type goal struct {
	// phrase is the instruction in lower-case words, each with a blank before
	// and behind it; without the bound of a price.
	phrase string
	// words are those that say something, also as singulars.
	words map[string]bool
	// treatments are what the thing asked for has to undergo.
	treatments []treatment
	// pair: two of the thing are asked for.
	pair bool
	// errand: it is about finding a thing and doing something with it.
	errand bool
	// bound is the highest price in dollars; 0: any.
	bound float64
}

// priceBound finds how instructions of shops bound the price.
var priceBound = regexp.MustCompile(`(?i)(?:price|cost)s?\s+(?:is\s+)?(?:lower|less|cheaper)\s+than\s+\$?([0-9]+(?:\.[0-9]+)?)`)

// readGoal understands an instruction word by word. It never fails: one that
// says nothing leaves a goal that nothing is relevant for.
func readGoal(instruction string) *goal {
	g := &goal{words: map[string]bool{}}
	if m := priceBound.FindStringSubmatch(instruction); m != nil {
		g.bound, _ = strconv.ParseFloat(m[1], 64) // the pattern lets only numbers through
		instruction = strings.Replace(instruction, m[0], "", 1)
	}
	words := tokens(instruction)
	g.phrase = " " + strings.Join(words, " ") + " "
	for _, word := range words {
		g.understand(word)
	}
	return g
}

func (g *goal) understand(word string) {
	if t := treatmentOf(word); t != "" && !slices.Contains(g.treatments, t) {
		g.treatments = append(g.treatments, t)
	}
	switch actOf(word) {
	case take, put, inspect, treat:
		g.errand = true
	}
	g.errand = g.errand || treatmentOf(word) != ""
	g.pair = g.pair || word == "two" || word == "2" || word == "both"
	if isFunction(word) || isNumber(word) {
		return
	}
	g.words[word] = true
	for _, plural := range []string{"s", "es"} {
		if one, ok := strings.CutSuffix(word, plural); ok && len(one) > 2 {
			g.words[one] = true
		}
	}
}

// names says whether the instruction names a thing or place, without its
// number.
func (g *goal) names(name string) bool {
	kind := strings.Fields(kindOf(name))
	return len(kind) > 0 && !slices.ContainsFunc(kind, func(word string) bool { return !g.words[word] })
}

// says whether the instruction has the words of a label one behind the other.
func (g *goal) says(label string) bool {
	words := tokens(label)
	return len(words) > 0 && strings.Contains(g.phrase, " "+strings.Join(words, " ")+" ")
}

// overlap counts the words of a text that the instruction has, each once.
func (g *goal) overlap(text string) int {
	common := map[string]bool{}
	for _, word := range tokens(text) {
		if g.words[word] {
			common[word] = true
		}
	}
	return len(common)
}
