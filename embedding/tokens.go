package embedding

import (
	"unicode"
	"unicode/utf8"
)

// word is the hash of a word.
type word uint64

// FNV-1a over 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// eachWord calls do with the words of a text, in lower case: runs of letters and
// digits. Scripts that put no blanks between words give a word a character.
func eachWord(text string, do func(word)) {
	h, inside := word(fnvOffset), false
	end := func() {
		if inside {
			do(h)
			h, inside = fnvOffset, false
		}
	}
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			i++
			if c = ascii[c]; c == 0 {
				end()
				continue
			}
			h, inside = (h^word(c))*fnvPrime, true
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if !unicode.In(r, unicode.L, unicode.M, unicode.N) || r == utf8.RuneError {
			end()
			continue
		}
		alone := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
		if alone {
			end()
		}
		h, inside = (h^word(unicode.ToLower(r)))*fnvPrime, true
		if alone {
			end()
		}
	}
	end()
}

// ascii has the lower case of letters and digits, and 0 for what separates words.
var ascii = func() (table [utf8.RuneSelf]byte) {
	for c := byte('0'); c <= '9'; c++ {
		table[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = c, c
	}
	return table
}()

// mix makes one well-spread hash of two (the finaliser of splitmix64).
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
