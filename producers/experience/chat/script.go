package chat

import (
	"fmt"
	"unicode"
)

// scripts are those that models slip into. Which language is written in one of
// them, letters do not say.
var scripts = []string{"Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Thai", "Hangul", "Hiragana", "Katakana", "Han"}

// foreign says why a member of an answer is in another language than all that was
// shown; nil: it is in a script that was shown, or says nothing in letters.
func foreign(member, said, shown string) error {
	counts, letters := letterCounts(said)
	known, _ := letterCounts(shown)
	for i, n := range counts {
		if 2*n > letters && known[i] == 0 {
			return fmt.Errorf("%q is written in %s letters, and nothing that was shown is: answer in the language of what is shown", member, scripts[i])
		}
	}
	return nil
}

// letterCounts counts the letters of each script, and all letters.
func letterCounts(text string) (counts []int, letters int) {
	counts = make([]int, len(scripts))
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for i, name := range scripts {
			if unicode.Is(unicode.Scripts[name], r) {
				counts[i]++
				break
			}
		}
	}
	return counts, letters
}
