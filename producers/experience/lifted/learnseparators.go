package lifted

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// What it takes for a gap between entities to be taken for a separator.
const (
	separatorPairs = 5  // pairs of different types that it stands between
	separatorBytes = 16 // its length
)

// learnSeparators finds what parts the items of lists, in rows of three entities
// and more; where there are none, in rows of two.
func (w *wording) learnSeparators(walks []*walk) {
	w.learnSeparatorsOf(walks, 3)
	if len(w.Separators) == 0 {
		w.learnSeparatorsOf(walks, 2)
	}
	w.learnAdjectives(walks)
}

// learnSeparatorsOf learns from rows of at least so many entities: separators are
// gaps with at most one word beside determiners, and determiners the last words
// of such gaps that also stand before the first of a row.
func (w *wording) learnSeparatorsOf(walks []*walk, least int) {
	pairs := map[string]map[[2]string]bool{}
	before := map[string]int{}   // last words before a row
	openings := map[string]int{} // the same with more words
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			for _, row := range rows(k.scene.mentions(step.text), step.text, c.args[:c.n], least) {
				before[lastWord(step.text[:row[0].start])]++
				openings[strings.Join(lastWords(step.text[:row[0].start]), " ")+" "]++
				for j, m := range row[1:] {
					gap := step.text[row[j].end:m.start]
					if pairs[gap] == nil {
						pairs[gap] = map[[2]string]bool{}
					}
					pairs[gap][[2]string{k.scene.entities[row[j].entity].word, k.scene.entities[m.entity].word}] = true
				}
			}
		}
	}
	for gap, between := range pairs {
		if !strings.ContainsAny(gap, ",;/|\n") && !interchangeable(between) {
			delete(pairs, gap)
		}
	}
	w.learnDeterminers(pairs, before)
	for opening, n := range openings {
		if d := w.determinerBefore(opening); d != "" { // "an" of "an raw egg"
			before[lastWord(strings.TrimSuffix(opening, d))] += n
		}
	}
	items := maps.Clone(pairs)
	maps.DeleteFunc(items, func(gap string, between map[[2]string]bool) bool {
		return strings.Contains(gap, "\n") || !interchangeable(between)
	})
	w.learnDeterminers(items, before)
	separators := map[string]int{}
	for gap, between := range pairs {
		rest := strings.TrimSuffix(gap, w.determinerBefore(gap))
		most := 1
		if strings.Contains(rest, "\n") {
			most = 0 // a line is an item, whatever it begins with
		}
		if len(strings.Fields(strings.Map(letters, rest))) <= most && len(between) >= separatorPairs {
			separators[rest] += len(between)
		}
	}
	w.Separators = sortedKeys(separators)
}

// learnDeterminers adds the last words of gaps, less determiners that are known,
// that were met before a row.
func (w *wording) learnDeterminers(pairs map[string]map[[2]string]bool, before map[string]int) {
	for _, gap := range sortedKeys(pairs) {
		last := lastWord(strings.TrimSuffix(gap, w.determinerBefore(gap)))
		if last != "" && before[last] > 0 && len(pairs[gap]) >= separatorPairs && !slices.Contains(w.Determiners, last) {
			w.Determiners = append(w.Determiners, last)
		}
	}
	slices.SortStableFunc(w.Determiners, func(a, b string) int {
		return cmp.Or(cmp.Compare(before[b], before[a]), strings.Compare(a, b))
	})
}

// interchangeable says whether some types stand on both sides of a gap, as items
// of lists do: in "on the shelf lies a cup" they never do.
func interchangeable(pairs map[[2]string]bool) bool {
	left, right := map[string]bool{}, map[string]bool{}
	for p := range pairs {
		left[p[0]], right[p[1]] = true, true
	}
	both := 0
	for kind := range left {
		both += boolOrder(right[kind])
	}
	return both > 0
}

func letters(r rune) rune {
	if r < 128 && !wordByte(byte(r)) {
		return ' '
	}
	return r
}

// lastWord returns the word that a text ends in, with the blank behind it;
// empty where it does not end in a word and a blank.
func lastWord(text string) string {
	if !strings.HasSuffix(text, " ") {
		return ""
	}
	start := len(text) - 1
	for start > 0 && wordByte(text[start-1]) {
		start--
	}
	if start == len(text)-1 {
		return ""
	}
	return text[start:]
}

// rows returns the rows of at least so many entities that no argument is among,
// and no end of a sentence or long text between.
func rows(mentions []mention, text string, args []int32, least int) [][]mention {
	var all [][]mention
	var row []mention
	flush := func() {
		if len(row) >= least {
			all = append(all, row)
		}
		row = nil
	}
	for _, m := range mentions {
		if slices.Contains(args, m.entity) {
			flush()
			continue
		}
		if len(row) > 0 {
			gap := text[row[len(row)-1].end:m.start]
			if len(gap) > separatorBytes || strings.ContainsAny(gap, ".!?") {
				flush()
			}
		}
		row = append(row, m)
	}
	flush()
	return all
}
