package lifted

import (
	"unicode/utf8"
)

// mention is an entity in a text.
type mention struct {
	start, end int
	entity     int32
	title      bool // with a capital letter
}

// mentions finds the entities in a text: the longest that fit, from the left.
func (s *scene) mentions(text string) []mention {
	var found []mention
	for at := 0; at < len(text); {
		start, end := nextWord(text, at)
		if start < 0 {
			break
		}
		stop, name := s.longestEntity(text, start, end)
		if stop < 0 {
			at = end
			continue
		}
		title := text[start] != name[0]
		found = append(found, mention{start, stop, s.entity(name), title})
		at = stop
	}
	return found
}

// longestEntity returns where the longest entity ends that begins with the word
// from start to end, and its name; -1: none does.
func (s *scene) longestEntity(text string, start, end int) (int, string) {
	x := s.lexicon
	best, name := -1, ""
	for words := 1; ; words++ {
		phrase := text[start:end]
		_, typed := x.types[phrase]
		if c := phrase[0]; !typed && c >= 'A' && c <= 'Z' {
			phrase = string(c+'a'-'A') + phrase[1:]
			_, typed = x.types[phrase]
		}
		if x.Numbered {
			if typed || words == 1 && isLower(phrase) {
				if a, b := nextWord(text, end); a == end+1 && text[end] == ' ' && isNumber(text[a:b]) {
					best, name = b, phrase+text[end:b]
				}
			}
		} else if isNumber(phrase) {
			// it is a price, or a count
		} else if typed {
			best, name = end, phrase
		} else if _, known := s.entityOf[phrase]; known {
			best, name = end, phrase
		}
		if words >= max(x.longest, 4) || end >= len(text) || text[end] != ' ' {
			return best, name
		}
		a, b := nextWord(text, end)
		if a != end+1 {
			return best, name
		}
		end = b
	}
}

func isLower(word string) bool {
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// nextWord returns the next word at or after a place; -1: there is none.
func nextWord(text string, at int) (start, end int) {
	for at < len(text) && !wordByte(text[at]) {
		at++
	}
	if at == len(text) {
		return -1, -1
	}
	end = at
	for end < len(text) && wordByte(text[end]) {
		end++
	}
	return at, end
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '\'' || c == '-' || c >= utf8.RuneSelf
}
