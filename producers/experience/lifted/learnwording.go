package lifted

import (
	"cmp"
	"slices"
	"strings"
)

// learnWording learns templates from walks, and reads the walks with them.
func learnWording(walks []*walk) *wording {
	w := newWording()
	w.learnSeparators(walks)
	w.learnMannered(walks)
	w.learnPages(walks)
	w.learnEmpty(walks)
	crowded := w.crowded(walks)
	w.readAll(walks, func(frame int32) bool { return crowded[frame] == nil })
	w.learnRolls(walks, crowded)
	w.readAll(walks, func(frame int32) bool { return crowded[frame] != nil || len(w.Rolls) > 0 })
	w.learnStyles(walks)
	w.learnPartStyle(walks)
	w.index()
	return w
}

// readAll reads the answers to commands of some frames.
func (w *wording) readAll(walks []*walk, of func(frame int32) bool) {
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			if c := &k.scene.commands[step.command]; of(c.frame) {
				step.reading = w.read(k.scene, step.text, c)
			}
		}
	}
}

// mostNothing is the longest word for an empty list, in bytes.
const mostNothing = 40

// leastBefore is how many bytes a segment has at least before its list.
const leastBefore = 5

// learnEmpty finds segments that are like one with a list, but for a word where
// the list would be: "you see nothing" beside "you see a cup".
func (w *wording) learnEmpty(walks []*walk) {
	counts := map[string]int{}
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			if w.pageKindOf(step.text) != none {
				continue
			}
			c := &k.scene.commands[step.command]
			for _, segment := range cutSegments(w.template(k.scene, step.text, c.args[:c.n]).text) {
				counts[segment]++
			}
		}
	}
	type listing struct{ text, before, after string }
	listings := map[string][]listing{} // by their first bytes
	for _, text := range sortedKeys(counts) {
		if strings.Count(text, string(slotList)) == 1 {
			before, after, _ := strings.Cut(text, string(slotList))
			if len(before) >= leastBefore {
				listings[before[:leastBefore]] = append(listings[before[:leastBefore]], listing{text, before, after})
			}
		}
	}
	for _, text := range sortedKeys(counts) {
		if strings.ContainsRune(text, slotList) {
			continue
		}
		best := listing{}
		if len(text) < leastBefore {
			continue
		}
		for _, l := range listings[text[:leastBefore]] {
			if len(text) <= len(l.before)+len(l.after) || !strings.HasPrefix(text, l.before) || !strings.HasSuffix(text, l.after) {
				continue
			}
			word := text[len(l.before) : len(text)-len(l.after)]
			if len(word) > mostNothing || strings.ContainsAny(word, ".!?\n0123456789") || strings.ContainsFunc(word, isSlot) {
				continue
			}
			if best.text == "" || counts[l.text] > counts[best.text] {
				best = l
			}
		}
		if best.text != "" {
			word := text[len(best.before) : len(text)-len(best.after)]
			w.Empty[w.segment(text)] = emptyForm{w.segment(best.text), word}
		}
	}
}

func isSlot(r rune) bool { return r >= slotArg && r <= slotManner }

// learnStyles finds how each relation joins its items, and which determiner
// each type has.
func (w *wording) learnStyles(walks []*walk) {
	styles := map[int32]*styleCount{}
	articles := map[int32]map[string]int{}
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			w.countStyles(k.scene, step, styles, articles)
		}
	}
	for relation, c := range styles {
		w.Styles[relation] = c.style()
	}
	for kind, counts := range articles {
		w.Articles[kind] = mostOften(counts)
	}
}

// styleCount counts how lists were written.
type styleCount struct {
	first, rest       map[bool]int
	two, middle, last map[string]int
}

func newStyleCount() *styleCount {
	return &styleCount{map[bool]int{}, map[bool]int{}, map[string]int{}, map[string]int{}, map[string]int{}}
}

// count notes how item i of n is joined to the one before.
func (c *styleCount) count(i, n int, gap string, determined bool) {
	switch {
	case i == 0:
		c.first[determined]++
		return
	case n == 2:
		c.two[gap]++
	case i == n-1:
		c.last[gap]++
	default:
		c.middle[gap]++
	}
	c.rest[determined]++
}

func (c *styleCount) style() style {
	s := style{First: mostOftenTrue(c.first), Two: mostOften(c.two), Middle: mostOften(c.middle), Last: mostOften(c.last)}
	s.Rest = s.First
	if len(c.rest) > 0 {
		s.Rest = mostOftenTrue(c.rest)
	}
	s.Last = cmp.Or(s.Last, s.Two, s.Middle, ", ")
	s.Two = cmp.Or(s.Two, s.Last)
	s.Middle = cmp.Or(s.Middle, s.Last)
	return s
}

func mostOftenTrue(c map[bool]int) bool { return c[true] > c[false] }

// mostOften returns what was counted most often, of equals the first.
func mostOften[K cmp.Ordered](counts map[K]int) (most K) {
	n := 0
	for _, k := range sortedKeys(counts) {
		if counts[k] > n {
			most, n = k, counts[k]
		}
	}
	return most
}

// countStyles looks at how the lists of one step were written.
func (w *wording) countStyles(s *scene, step *walked, styles map[int32]*styleCount, articles map[int32]map[string]int) {
	c := &s.commands[step.command]
	type item struct {
		gap, determiner string
		entity          int32
	}
	var lists [][]item
	at, end := 0, -1
	for _, m := range s.mentions(step.text) {
		if slices.Contains(c.args[:c.n], m.entity) {
			at, end = m.end, -1
			continue
		}
		gap := step.text[at:m.start]
		d := w.determinerBefore(gap)
		it := item{strings.TrimSuffix(gap, d), d, m.entity}
		if end >= 0 && w.separates(gap) {
			lists[len(lists)-1] = append(lists[len(lists)-1], it)
		} else {
			lists = append(lists, []item{it})
		}
		at, end = m.end, m.end
	}
	next := 0
	for _, l := range step.reading.lists {
		if len(l.items) == 0 || next >= len(lists) {
			continue
		}
		items := lists[next]
		next++
		count := styles[l.relation]
		if count == nil {
			count = newStyleCount()
			styles[l.relation] = count
		}
		for i, it := range items {
			if kind := s.entities[it.entity].kind; it.determiner != "" && kind != none {
				if articles[kind] == nil {
					articles[kind] = map[string]int{}
				}
				articles[kind][it.determiner]++
			}
			count.count(i, len(items), it.gap, it.determiner != "")
		}
	}
}
