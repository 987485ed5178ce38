package catalogue

import (
	"slices"
	"strings"
)

// listed joins words as in a sentence: a, b and c.
func listed(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// capital writes the first letter of a text large.
func capital(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}

// capitals writes the first letter of every word large, as in a title, and
// all letters of an acronym.
func (w *words) capitals(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = capital(word)
		if slices.Contains(w.wording.Acronyms, word) {
			words[i] = strings.ToUpper(word)
		}
	}
	return strings.Join(words, " ")
}

// pluralSlots makes a text about one thing a text about several.
var pluralSlots = strings.NewReplacer(
	" a {attributes}", " {attributes}", " one {kind}", " your {kind}",
	" a {kind} that is", " {kind} that are", " a {kind} that lasts", " {kind} that last", " a {kind}", " {kind}",
	"it should be", "they should be",
)

// numbered fits a text with slots to the kind: one thing or, by its last
// letter, several.
func (s *sketch) numbered(text string) string {
	if !strings.HasSuffix(s.kind, "s") || strings.HasSuffix(s.kind, "ss") {
		return text
	}
	return pluralSlots.Replace(text)
}

// withArticles writes an for a, and An for A, before a vowel.
func withArticles(text string) string {
	words := strings.Split(text, " ")
	for i := range len(words) - 1 {
		if strings.EqualFold(words[i], "a") && vowel(words[i+1]) {
			words[i] += "n"
		}
	}
	return strings.Join(words, " ")
}

// vowel says whether a word begins with the sound of a vowel, as far as its
// letters tell: usb and usda do not.
func vowel(word string) bool {
	return strings.ContainsAny(word[:1], "aeio8") || strings.HasPrefix(word, "ul") || strings.HasPrefix(word, "un")
}
