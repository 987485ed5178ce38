package lifted

import (
	"cmp"
	"slices"
	"strings"
)

// learnLexicon learns from distinct commands.
func learnLexicon(commands map[string]int) *lexicon {
	verbs := map[string][][]string{}
	for _, command := range sortedKeys(commands) {
		words := wordsOf(command)
		if len(words) > 0 {
			verbs[words[0]] = append(verbs[words[0]], words)
		}
	}
	frames := map[string]frame{}
	for _, verb := range sortedKeys(verbs) {
		for _, f := range framesOf(verbs[verb], commands) {
			frames[f.String()] = f
		}
	}
	x := &lexicon{}
	for _, name := range sortedKeys(frames) {
		x.Frames = append(x.Frames, frames[name])
	}
	x.index()
	x.divide(verbs)
	x.learnEntities(commands)
	x.index()
	x.openRare()
	return x
}

// openRare makes an argument of what all commands of a verb name where other
// verbs name it, too: "read cookbook" reads what can be taken.
func (x *lexicon) openRare() {
	for i := range x.Frames {
		words := x.Frames[i].Words
		if _, names := x.types[strings.Join(words[1:], " ")]; names && x.Frames[i].arity() == 0 && len(x.byVerb[words[0]]) == 1 {
			x.Frames[i] = frame{Words: []string{words[0], ""}}
		}
	}
	slices.SortFunc(x.Frames, func(a, b frame) int { return cmp.Compare(a.String(), b.String()) })
	x.index()
}

// fewCommands is how many commands of a verb it takes to tell arguments from
// fixed words by how often each word occurs.
const fewCommands = 3

// fewMet is how often a command must be met to be a frame of its own.
const fewMet = 3

// framesOf finds the frames of one verb: words that nearly all its commands
// have are fixed, the others name entities.
func framesOf(commands [][]string, counts map[string]int) []frame {
	if len(commands) < fewCommands {
		return rareFrames(slices.DeleteFunc(slices.Clone(commands), func(words []string) bool {
			return counts[unspaced.Replace(strings.Join(words, " "))] < fewMet
		}))
	}
	occurs := map[string]int{}
	for _, words := range commands {
		for i, w := range words[1:] {
			if numbered := i+2 < len(words) && isNumber(words[i+2]); !isNumber(w) && !numbered {
				occurs[w]++
			}
		}
	}
	fixed := func(w string) bool { return occurs[w]*20 >= len(commands)*19 }
	shapes := map[string]frame{}
	for _, words := range commands {
		f := frame{Words: words[:1:1]}
		for _, w := range words[1:] {
			switch {
			case fixed(w):
				f.Words = append(f.Words, w)
			case f.Words[len(f.Words)-1] != "":
				f.Words = append(f.Words, "")
			}
		}
		if f.arity() <= maxArity {
			shapes[f.String()] = f
		}
	}
	var frames []frame
	for _, name := range sortedKeys(shapes) {
		frames = append(frames, shapes[name])
	}
	return frames
}

// rareFrames are those of a verb with hardly any commands: a number and the
// word before it are an argument, all else is fixed.
func rareFrames(commands [][]string) []frame {
	var frames []frame
	for _, words := range commands {
		f := frame{Words: words[:1:1]}
		for i := 1; i < len(words); i++ {
			if i+1 < len(words) && isNumber(words[i+1]) {
				f.Words = append(f.Words, "")
				i++
				continue
			}
			f.Words = append(f.Words, words[i])
		}
		if f.arity() <= maxArity && !slices.ContainsFunc(frames, func(g frame) bool { return g.String() == f.String() }) {
			frames = append(frames, f)
		}
	}
	return frames
}

// divide splits arguments that have an entity of another verb inside: where
// "door to south" and "door to north" open, and one moves south and north, the
// door is part of the frame.
func (x *lexicon) divide(verbs map[string][][]string) {
	fillers := map[string]map[string]bool{} // whole arguments -> verbs
	for _, verb := range sortedKeys(verbs) {
		for _, words := range verbs[verb] {
			_, args := x.parse(strings.Join(words, " "))
			for _, a := range args {
				if fillers[a] == nil {
					fillers[a] = map[string]bool{}
				}
				fillers[a][verb] = true
			}
		}
	}
	inside := map[string]map[string]bool{} // what stands before an entity -> those entities
	for filler := range fillers {
		words := strings.Fields(filler)
		for cut := 1; cut < len(words); cut++ {
			if rest := strings.Join(words[cut:], " "); fillers[rest] != nil && !isNumber(rest) {
				before := strings.Join(words[:cut], " ")
				if inside[before] == nil {
					inside[before] = map[string]bool{}
				}
				inside[before][rest] = true
			}
		}
	}
	for _, before := range sortedKeys(inside) {
		// An adjective goes with some things; what is part of the frame goes with
		// all that the other verb takes, and with nothing else.
		if len(inside[before]) < fewCommands || !strings.Contains(before, " ") {
			continue
		}
		for i := range x.Frames {
			f := &x.Frames[i]
			if at := slices.Index(f.Words, ""); at == len(f.Words)-1 && at >= 0 {
				divided := frame{Words: slices.Concat(f.Words[:at], strings.Fields(before), []string{""})}
				if x.occurs(divided, verbs) {
					x.Frames = append(x.Frames, divided)
				}
			}
		}
	}
	slices.SortFunc(x.Frames, func(a, b frame) int { return cmp.Compare(a.String(), b.String()) })
	x.Frames = slices.CompactFunc(x.Frames, func(a, b frame) bool { return a.String() == b.String() })
	x.index()
	x.dropUnused(verbs)
}

// occurs says whether a frame fits some command.
func (x *lexicon) occurs(f frame, verbs map[string][][]string) bool {
	for _, words := range verbs[f.Words[0]] {
		if _, ok := f.match(words); ok {
			return true
		}
	}
	return false
}

// dropUnused drops frames that no command is parsed by any longer.
func (x *lexicon) dropUnused(verbs map[string][][]string) {
	used := make([]bool, len(x.Frames))
	for _, commands := range verbs {
		for _, words := range commands {
			if f, _ := x.parse(strings.Join(words, " ")); f >= 0 {
				used[f] = true
			}
		}
	}
	var kept []frame
	for i, f := range x.Frames {
		if used[i] {
			kept = append(kept, f)
		}
	}
	x.Frames = kept
	x.index()
}

// learnEntities notes the types of all arguments, and whether they are
// numbered.
func (x *lexicon) learnEntities(commands map[string]int) {
	types := map[string]bool{}
	numbered, all := 0, 0
	seen := map[string]bool{}
	for command := range commands {
		_, args := x.parse(command)
		for _, a := range args {
			if seen[a] {
				continue
			}
			seen[a] = true
			kind, number := typeOf(a)
			types[kind] = true
			all++
			if number > 0 {
				numbered++
			}
		}
	}
	x.Types = sortedKeys(types)
	x.Numbered = numbered*10 > all*9
}
