package lifted

import (
	"cmp"
	"slices"
	"strings"
)

// lexicon says how commands are made: which words are the frame, which name
// entities. It is learned from the commands that environments admitted.
type lexicon struct {
	// Frames by their number.
	Frames []frame
	// Types of entities, by their number: what is left of an entity without its
	// number, such as "mug" of "mug 2".
	Types []string
	// Numbered: entities end in a number. Then any word before a number is one,
	// also of a type never met.
	Numbered bool

	byVerb  map[string][]int32 // frames by their first word, most words first
	types   map[string]int32
	longest int // words of the longest type
}

// frame is the fixed part of commands: its words, with "" for an argument.
type frame struct{ Words []string }

func (f *frame) arity() int {
	n := 0
	for _, w := range f.Words {
		if w == "" {
			n++
		}
	}
	return n
}

func (f *frame) String() string {
	words := slices.Clone(f.Words)
	for i, w := range words {
		if w == "" {
			words[i] = "_"
		}
	}
	return strings.Join(words, " ")
}

// maxArity is the most arguments that a command may have; the others are taken
// for words of its frame.
const maxArity = 3

// mostWords bounds the words of an entity that is looked for in texts.
const mostWords = 8

// isNumber says whether a word is a number.
func isNumber(word string) bool {
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' {
			return false
		}
	}
	return word != ""
}

// typeOf returns an entity without its number, and the number; 0: it has none.
func typeOf(entity string) (string, int) {
	cut := strings.LastIndexByte(entity, ' ')
	if cut < 0 || !isNumber(entity[cut+1:]) || len(entity)-cut > 9 {
		return entity, 0
	}
	n := 0
	for _, digit := range entity[cut+1:] {
		n = n*10 + int(digit-'0')
	}
	return entity[:cut], n
}

// index makes what is derived.
func (x *lexicon) index() {
	x.byVerb = map[string][]int32{}
	for i, f := range x.Frames {
		x.byVerb[f.Words[0]] = append(x.byVerb[f.Words[0]], int32(i))
	}
	for _, frames := range x.byVerb {
		slices.SortStableFunc(frames, func(a, b int32) int {
			return cmp.Compare(len(x.Frames[b].Words)-x.Frames[b].arity(), len(x.Frames[a].Words)-x.Frames[a].arity())
		})
	}
	x.types = map[string]int32{}
	for i, t := range x.Types {
		x.types[t] = int32(i)
		x.longest = min(mostWords, max(x.longest, strings.Count(t, " ")+1))
	}
}

// parse takes a command apart; frame -1: it is of no frame known.
func (x *lexicon) parse(command string) (int32, []string) {
	words := wordsOf(command)
	if len(words) == 0 {
		return -1, nil
	}
	for _, i := range x.byVerb[words[0]] {
		if args, ok := x.Frames[i].match(words); ok {
			return i, args
		}
	}
	return -1, nil
}

// match returns the arguments of a command of the frame. Every argument is as
// short as it can be.
func (f *frame) match(words []string) (args []string, ok bool) {
	at := 0
	for i, w := range f.Words {
		if w != "" {
			if at >= len(words) || words[at] != w {
				return nil, false
			}
			at++
			continue
		}
		end := at + 1
		if i+1 < len(f.Words) {
			for end < len(words) && words[end] != f.Words[i+1] {
				end++
			}
		} else {
			end = len(words)
		}
		if at >= len(words) {
			return nil, false
		}
		args = append(args, strings.Join(words[at:end], " "))
		at = end
	}
	return args, at == len(words)
}

// command puts a command together.
func (x *lexicon) command(f int32, args ...string) string {
	words := slices.Clone(x.Frames[f].Words)
	n := 0
	for i, w := range words {
		if w == "" {
			words[i] = args[n]
			n++
		}
	}
	return unspaced.Replace(strings.Join(words, " "))
}

// Brackets are words of their own: in "click[buy now]" one clicks "buy now".
var (
	spaced   = strings.NewReplacer("[", "[ ", "(", "( ", "]", " ]", ")", " )")
	unspaced = strings.NewReplacer("[ ", "[", "( ", "(", " ]", "]", " )", ")")
)

func wordsOf(command string) []string { return strings.Fields(spaced.Replace(command)) }

// sortedKeys returns the keys of a map in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
