package lifted

import (
	"slices"
	"strings"
)

// What it takes for a word to be part of a manner.
const (
	mostAdjectives = 4 // words of a manner
	fewNouns       = 2 // types that it stands before
)

// adjectives gathers the words that stand before entities, with their types.
type adjectives struct{ first, later map[string]map[string]bool }

func (a *adjectives) note(words []string, kind string) {
	for i, word := range words {
		of := a.later
		if i == 0 {
			of = a.first
		}
		if of[word] == nil {
			of[word] = map[string]bool{}
		}
		of[word][kind] = true
	}
}

// learnAdjectives finds the words of manners that are no determiners yet: those
// between a separator and an item, those of a line that has nothing else than an
// item, and then those between a determiner and what it belongs to.
func (w *wording) learnAdjectives(walks []*walk) {
	if len(w.Determiners) == 0 {
		return
	}
	a := adjectives{map[string]map[string]bool{}, map[string]map[string]bool{}}
	core := slices.Clone(w.Determiners)
	w.eachGap(walks, func(gap string, ends bool, kind string) {
		a.note(w.mannerIn(gap, ends, core), kind)
	})
	for _, word := range sortedKeys(a.first) {
		if len(a.first[word]) >= fewNouns && !slices.Contains(core, word+" ") {
			w.Determiners = append(w.Determiners, word+" ")
		}
	}
	w.eachGap(walks, func(gap string, _ bool, kind string) {
		words := lastWords(gap)
		for i := len(words) - 1; i >= 0; i-- {
			if slices.Contains(w.Determiners, words[i]+" ") {
				a.note(words[i:], kind)
				return
			}
		}
	})
	for _, word := range sortedKeys(a.later) {
		if len(a.later[word]) >= fewNouns && !slices.Contains(w.Determiners, word+" ") {
			w.Adjectives = append(w.Adjectives, word+" ")
		}
	}
}

// eachGap tells what stands between an entity and the one before it, whether its
// line ends behind it, and its type. Arguments are left out: what is said of one
// may be told in other words elsewhere.
func (w *wording) eachGap(walks []*walk, tell func(gap string, ends bool, kind string)) {
	for _, k := range walks {
		for i := range k.steps {
			text, at := k.steps[i].text, 0
			c := &k.scene.commands[k.steps[i].command]
			for _, m := range k.scene.mentions(text) {
				if !slices.Contains(c.args[:c.n], m.entity) {
					ends := m.end == len(text) || text[m.end] == '\n'
					tell(text[at:m.start], ends, k.scene.entities[m.entity].word)
				}
				at = m.end
			}
		}
	}
}

// mannerIn returns the words between a separator and an item, or of a line that
// ends in one. A determiner that is known comes first: "dice the carrot" is no
// item.
func (w *wording) mannerIn(gap string, ends bool, core []string) []string {
	start, known := -1, func(word string) bool { return slices.Contains(core, word+" ") }
	for _, s := range w.Separators {
		if strings.HasPrefix(gap, s) && len(s) > start && !strings.Contains(s, "\n") {
			start = len(s)
		}
	}
	if line := strings.LastIndexByte(gap, '\n'); line >= 0 && ends {
		start = line + 1 + len(gap[line+1:]) - len(strings.TrimLeft(gap[line+1:], " "))
	}
	if start < 0 {
		return nil
	}
	words := lastWords(gap)
	if len(words) == 0 || strings.Join(words, " ")+" " != gap[start:] {
		return nil
	}
	if !known(words[0]) && slices.ContainsFunc(words[1:], known) {
		return nil
	}
	return words
}

// lastWords returns the words that a text ends in, in small letters and with a
// blank behind each; none where they are too many.
func lastWords(text string) []string {
	var words []string
	for end := len(text); ; {
		word := lastWord(text[:end])
		if word == "" || !isLower(word[:len(word)-1]) {
			slices.Reverse(words)
			return words
		}
		if len(words) == mostAdjectives {
			return nil
		}
		words = append(words, word[:len(word)-1])
		end -= len(word)
	}
}

// fewManners is how many manners of an argument there must be for a slot.
const fewManners = 3

// learnMannered finds the segments in which the manner of an argument varies.
func (w *wording) learnMannered(walks []*walk) {
	if len(w.Determiners) == 0 {
		return
	}
	manners := map[string]map[string]bool{} // by segment
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			if w.pageKindOf(step.text) != none {
				continue
			}
			c := &k.scene.commands[step.command]
			text, found := w.slots(k.scene, step.text, c.args[:c.n])
			next := 0
			for _, segment := range cutSegments(text) {
				segment = strings.TrimRight(segment, " \n")
				for range strings.Count(segment, string(slotManner)) {
					if manners[segment] == nil {
						manners[segment] = map[string]bool{}
					}
					manners[segment][found.manners[next].words] = true
					next++
				}
			}
		}
	}
	for _, segment := range sortedKeys(manners) {
		if len(manners[segment]) >= fewManners {
			w.Mannered = append(w.Mannered, segment)
		}
	}
}

// learnManners finds how events change the manners of arguments, from each look
// at an entity and the next.
func (r *rules) learnManners(walks []*walk) {
	still, changed := map[int32]int{}, map[int32]int{}
	r.mannersBetween(walks, func(roles []int32, before, after string) {
		if len(roles) == 1 && before == after {
			still[roles[0]]++
		} else if len(roles) == 1 {
			changed[roles[0]]++
		}
	})
	seen := map[int32][][2]string{}
	r.mannersBetween(walks, func(roles []int32, before, after string) {
		roles = slices.DeleteFunc(slices.Clone(roles), func(e int32) bool { return still[e] > changed[e] })
		if len(roles) == 1 {
			seen[roles[0]] = append(seen[roles[0]], [2]string{before, after})
		}
	})
	for _, e := range sortedKeys(seen) {
		if change, ok := mannerChangeOf(seen[e]); ok {
			r.Manners[e] = change
		}
	}
}

// mannersBetween tells of each two looks at an entity the roles that it played
// in events between them.
func (r *rules) mannersBetween(walks []*walk, tell func(roles []int32, before, after string)) {
	for _, k := range walks {
		last := map[int32]string{}
		roles := map[int32][]int32{}
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			if !r.idle(step.event) {
				for arg, x := range c.args[:c.n] {
					roles[x] = append(roles[x], role(step.event, arg))
				}
			}
			for _, seen := range step.reading.shownManners() {
				if before, known := last[seen.entity]; known {
					tell(roles[seen.entity], before, seen.words)
				}
				last[seen.entity] = seen.words
				delete(roles, seen.entity)
			}
		}
	}
}

// shownManners are those of the whole observation.
func (r *reading) shownManners() []mannered {
	if r.page == nil {
		return r.manners
	}
	all := slices.Clone(r.manners)
	for _, g := range r.page.paragraphs {
		for _, t := range g.parts {
			all = append(all, t.manners...)
		}
	}
	return all
}

// mannerChangeOf finds the change that leads from each first manner to the second in
// most cases.
func mannerChangeOf(pairs [][2]string) (x mannerChange, ok bool) {
	removed, had, added := map[string]int{}, map[string]int{}, map[string]int{}
	front, back := 0, 0
	for _, p := range pairs {
		before, after := strings.Fields(p[0]), strings.Fields(p[1])
		for _, w := range before {
			had[w]++
			removed[w] += boolOrder(!slices.Contains(after, w))
		}
		more := slices.DeleteFunc(slices.Clone(after), func(w string) bool { return slices.Contains(before, w) })
		added[strings.Join(more, " ")]++
		if at := slices.IndexFunc(after, func(w string) bool { return slices.Contains(more, w) }); at > 0 {
			front += boolOrder(at < len(after)-len(more))
			back += boolOrder(at > 1)
		}
	}
	most := mostOften(added)
	x.Add = strings.Fields(most)
	for _, w := range sortedKeys(had) {
		if removed[w]*2 > had[w] {
			x.Remove = append(x.Remove, w)
		}
	}
	x.Front = front >= back
	right := 0
	for _, p := range pairs {
		right += boolOrder(x.of(p[0]) == p[1])
	}
	return x, len(x.Add)+len(x.Remove) > 0 && right >= 2 && right*2 > len(pairs)
}
