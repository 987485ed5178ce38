package reward

import (
	_ "embed"
	"strings"
)

//go:embed data/colors.txt
var colorList string

//go:embed data/not_nouns.txt
var notNounList string

// Grader grades purchases. It is safe for concurrent use.
type Grader struct {
	colors   []string // in the order in which they are looked for
	notNouns map[string]bool
}

// New returns a grader with the word lists of the package.
func New() *Grader {
	g := &Grader{colors: entries(colorList), notNouns: map[string]bool{}}
	for _, w := range entries(notNounList) {
		g.notNouns[w] = true
	}
	return g
}

// entries returns the words of a list, less its comments.
func entries(list string) []string {
	var words []string
	for line := range strings.Lines(list) {
		if !strings.HasPrefix(line, "#") {
			words = append(words, strings.Fields(line)...)
		}
	}
	return words
}

// plainColor returns the first colour of the list that the text has in it,
// even within a word, and else the text itself.
func (g *Grader) plainColor(text string) string {
	for _, c := range g.colors {
		if strings.Contains(text, c) {
			return c
		}
	}
	return text
}
