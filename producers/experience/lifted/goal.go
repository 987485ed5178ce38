package lifted

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// goals are what success takes. Each word of an instruction demands what held at
// every win whose instruction has the word: what it takes is all that its words
// demand, of one choice of entities of the types that it names.
type goals struct {
	// Words are those of instructions, less the types they name; with the number
	// of these, as a word may mean something else where more is named.
	Words map[string]*demand
	// Doubted are kinds of instructions for which the demands of often won words
	// were met without a win, in tasks that they were not learned from or in any;
	// Refuted those for which the demands of all words were.
	Doubted, Refuted map[string]bool
}

// demand is what held at every win of instructions with a word.
type demand struct {
	Conditions []condition
	// Wins is how many it was learned from, and Tasks how many tasks they are of.
	Wins, Tasks int
	// Precedents are events of real wins.
	Precedents []string
}

// goal is what success takes for one instruction.
type goal struct {
	conditions []condition
	// wins and tasks are those of the word that was won least often.
	wins, tasks int
	precedents  []string
}

// of returns the goal of a kind of instruction; nil: some word of it was not won
// often enough, or the demands are doubted, so that nobody knows what it takes.
func (g *goals) of(kind string) *goal {
	if g.Doubted[kind] {
		return nil
	}
	return g.sum(kind, fewWins, fewTasks)
}

// precedented returns the goal of a kind of instruction for a task of which a
// win was shown: its words may be won seldom, since what fewer wins have in
// common is more, and all of it is demanded.
func (g *goals) precedented(kind, event string) *goal {
	if g.Refuted[kind] {
		return nil
	}
	known := g.sum(kind, rareWins, 1)
	if known != nil {
		known.precedents = append([]string{event}, known.precedents...)
	}
	return known
}

func (g *goals) sum(kind string, wins, tasks int) *goal {
	all := &goal{wins: -1}
	for _, word := range demandingWords(kind) {
		d := g.Words[word]
		if d == nil || d.Wins < wins || d.Tasks < tasks {
			return nil
		}
		for _, c := range d.Conditions {
			if !slices.Contains(all.conditions, c) {
				all.conditions = append(all.conditions, c)
			}
		}
		if all.wins < 0 || d.Wins < all.wins {
			all.wins, all.tasks, all.precedents = d.Wins, d.Tasks, d.Precedents
		}
	}
	if len(all.conditions) == 0 {
		return nil
	}
	return all
}

// demandingWords lists the words of a kind of instruction, each with the number
// of types that are named.
func demandingWords(kind string) []string {
	var words []string
	named := map[rune]bool{}
	for _, word := range strings.Fields(kind) {
		if r, _ := utf8.DecodeRuneInString(word); isSlot(r) {
			named[r] = true
		} else if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	for i := range words {
		words[i] += "/" + strconv.Itoa(len(named))
	}
	return words
}

// predicate is the form of a condition.
type predicate int8

const (
	happenedNow   predicate = iota // the event of the action is Value
	admittedAlone                  // X is admitted with frame Value
	admittedWith                   // X and Y are, in this order
	everDone                       // X took role Role in a command of frame Value
	doneAfter                      // X did so later than with frame Other
	standsIn                       // X stands in relation Value, which has no head
	doneNow                        // X has role Role in the action, of frame Value
	within                         // X stands in a relation to Y
	severalWithin                  // X and another of its type do
	neverAfter                     // X never did so later than with frame Other
)

// condition is a predicate of one or two of the entities that are named.
type condition struct {
	Is           predicate
	X, Y         int8
	Value, Other int32
	Role, Role2  int8
}

// opposite returns what holds where a doneAfter does not, and the reverse.
func (c condition) opposite() condition {
	if c.Is == neverAfter {
		c.Is = doneAfter
	} else {
		c.Is = neverAfter
	}
	return c
}

const (
	mostNamed    = 3    // types of an instruction; the others are taken for words
	mostBindings = 2000 // choices of entities that are tried
)

// instructionKind replaces the types that an instruction names by their numbers,
// and returns them.
func (x *lexicon) instructionKind(text string) (string, []int32) {
	words := strings.FieldsFunc(strings.ToLower(clean(text)), func(r rune) bool { return r < 128 && !wordByte(byte(r)) })
	var out []string
	var named []int32
	for i := 0; i < len(words); {
		n, kind := x.longestType(words[i:])
		if n == 0 || len(named) >= mostNamed && !slices.Contains(named, kind) {
			out = append(out, words[i])
			i++
			continue
		}
		at := slices.Index(named, kind)
		if at < 0 {
			at = len(named)
			named = append(named, kind)
		}
		out = append(out, string(slotArg+rune(at)))
		i += n
	}
	return strings.Join(out, " "), named
}

// longestType finds the longest type that words begin with, also in the plural.
func (x *lexicon) longestType(words []string) (n int, kind int32) {
	for l := min(len(words), x.longest); l > 0; l-- {
		phrase := strings.Join(words[:l], " ")
		for _, plural := range []string{"", "s", "es"} {
			if t, known := x.types[strings.TrimSuffix(phrase, plural)]; known {
				return l, t
			}
		}
	}
	return 0, none
}

// reached says whether a goal is reached at an instant.
func (g *goal) reached(t *instant, named []int32) bool {
	return slices.ContainsFunc(t.bindings(named), func(b [mostNamed]int32) bool {
		return !slices.ContainsFunc(g.conditions, func(c condition) bool { return !t.holds(c, b) })
	})
}
