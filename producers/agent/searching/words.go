package searching

import (
	"strings"
	"unicode"
)

// act is what a verb makes one do.
type act int

const (
	other act = iota
	goTo
	open
	take
	put
	inspect
	use
	treat
	enter // words into a field
	click // on a label
)

// actOf returns the act of a verb, which may have a particle.
func actOf(verb string) act {
	switch verb {
	case "go", "walk", "run", "head", "enter", "travel", "teleport":
		return goTo
	case "open":
		return open
	case "take", "get", "grab", "pick", "pick up", "fetch", "find", "hold", "bring":
		return take
	case "put", "put down", "move", "place", "insert", "set", "leave", "drop", "stack":
		return put
	case "examine", "inspect", "look", "read":
		return inspect
	case "use", "toggle", "activate", "turn on", "switch on", "light":
		return use
	}
	if treatmentOf(verb) != "" {
		return treat
	}
	return other
}

// treatment is what a thing may have to undergo.
type treatment string

const (
	cleaned treatment = "clean"
	heated  treatment = "heat"
	cooled  treatment = "cool"
)

// treatmentOf returns what a verb does, or what an adjective says was done.
func treatmentOf(word string) treatment {
	switch word {
	case "clean", "cleaned", "wash", "washed", "rinse", "rinsed":
		return cleaned
	case "heat", "heated", "hot", "warm", "warmed", "cook", "cooked":
		return heated
	case "cool", "cooled", "cold", "chill", "chilled":
		return cooled
	}
	return ""
}

// stations are words for what serves a treatment, the likeliest first: as much
// as anyone knows of a home that they have never seen.
func stations(t treatment) []string {
	switch t {
	case cleaned:
		return []string{"sink", "basin", "tub", "bath"}
	case heated:
		return []string{"microwave", "oven", "stove"}
	default:
		return []string{"fridge", "refrigerator", "freezer", "icebox"}
	}
}

func isArticle(word string) bool { return word == "a" || word == "an" || word == "the" }

func isPreposition(word string) bool {
	switch word {
	case "to", "from", "with", "in", "on", "in/on", "into", "onto", "inside", "under", "at", "using":
		return true
	}
	return false
}

// isFunction says whether a word is one that any instruction may have, so that
// it says nothing of this one.
func isFunction(word string) bool {
	switch word {
	case "some", "of", "and", "or", "it", "its", "them", "one", "two", "both", "that", "is", "be", "has", "have",
		"i", "you", "your", "am", "for", "by", "then", "there", "this", "task", "need", "want", "looking", "up", "down", "out":
		return true
	}
	return isArticle(word) || isPreposition(word)
}

// tokens cuts a text into lower-case words and numbers.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

// kindOf returns a name without its numbers: drawer of drawer 3.
func kindOf(name string) string {
	var words []string
	for word := range strings.FieldsSeq(name) {
		if !isNumber(word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// rank returns the index of the first word that is part of the name; len(words)
// where none is.
func rank(name string, words []string) int {
	for i, word := range words {
		if strings.Contains(name, word) {
			return i
		}
	}
	return len(words)
}
