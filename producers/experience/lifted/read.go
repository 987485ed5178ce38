package lifted

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// clean returns a text without the runes that stand for slots, of which no
// honest one has any.
func clean(text string) string {
	if !strings.ContainsFunc(text, reserved) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if reserved(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

func reserved(r rune) bool { return r >= slotArg && r < slotPage+mostPages }

// reading is an observation taken apart.
type reading struct {
	response int32 // none: worded as nothing before
	lists    []listed
	facts    []stated
	page     *page // nil: it is none
	// described are the things that it describes; what a roll says of them stands
	// among lists and facts as well.
	described []described
	manners   []mannered
}

// listed is a list that was shown: what stands in relation to the head.
type listed struct {
	relation, head int32
	items          []int32
	rolled         bool // it is said of a thing in a roll
}

// stated is a fact that was said of an entity.
type stated struct{ fact, entity int32 }

// read takes an observation apart that answers a command, as the scene has it
// (see scene.text).
func (w *wording) read(s *scene, text string, c *command) reading {
	if kind := w.pageKindOf(text); kind != none {
		segment := w.segment(string(slotPage + rune(kind)))
		return reading{response: w.response([]int32{segment}), page: w.readPage(s, kind, text)}
	}
	if _, rolls := slices.BinarySearch(w.Rolls, c.frame); rolls {
		around, all := w.readRoll(s, text)
		r := w.interpret(around, c)
		if len(all) > 0 {
			r.see(all, w.rollRelation)
		}
		return r
	}
	return w.interpret(w.template(s, text, c.args[:c.n]), c)
}

// interpret makes of a template and the contents of its slots what it says.
func (w *wording) interpret(t template, c *command) reading {
	r := reading{manners: t.manners}
	lists := t.lists
	var segments []int32
	next := 0
	for _, text := range cutSegments(t.text) {
		n := w.segment(text)
		if e, ok := w.Empty[n]; ok {
			n = e.Full
			for range strings.Count(w.Segments[n], string(slotList)) {
				lists = slices.Insert(lists, next, nil)
				next++
			}
		} else {
			next += strings.Count(text, string(slotList))
		}
		segments = append(segments, n)
	}
	r.response = w.response(segments)
	var p plan
	if r.response != none {
		p = w.plans[r.response]
	} else {
		p = w.plan(segments)
	}
	arg := func(i int8) int32 {
		if i < 0 {
			return none
		}
		return c.args[i]
	}
	for i, l := range p.lists {
		if l.relation == none || i >= len(lists) {
			continue
		}
		head := arg(l.head)
		if l.head == listBefore {
			if len(lists[i-1]) != 1 {
				continue
			}
			head = lists[i-1][0]
		}
		r.lists = append(r.lists, listed{relation: l.relation, head: head, items: lists[i]})
	}
	for _, f := range p.facts {
		if f.relation != none {
			r.facts = append(r.facts, stated{f.relation, arg(f.head)})
		}
	}
	for _, d := range p.described {
		r.described = append(r.described, described{entity: arg(d.head), form: d.relation})
	}
	return r
}

// template is a text with slots in the place of entities: one for each mention of
// an argument, and one for each list of others.
type template struct {
	text    string
	lists   [][]int32
	manners []mannered
}

// template makes the template of a text.
func (w *wording) template(s *scene, text string, args []int32) template {
	slotted, t := w.slots(s, text, args)
	varying, kept := w.mannerSlots(slotted, t.manners)
	return template{varying, t.lists, append(kept, t.ofItems...)}
}

// slotted is what the slots of a text hold.
type slotted struct {
	lists [][]int32
	// manners are those of arguments, for each of which there is a slot, and
	// ofItems those of the items of lists.
	manners, ofItems []mannered
}

// slots puts slots in the place of entities, and of the manners of arguments.
func (w *wording) slots(s *scene, text string, args []int32) (string, slotted) {
	var b strings.Builder
	var t slotted
	at, listEnd := 0, -1
	for _, m := range s.mentions(text) {
		if i := slices.Index(args, m.entity); i >= 0 {
			gap := text[at:m.start]
			if words := w.determinerBefore(gap); words != "" {
				gap = gap[:len(gap)-len(words)] + string(slotManner)
				t.manners = append(t.manners, mannered{m.entity, words})
			}
			b.WriteString(gap)
			slot := slotArg
			if m.title {
				slot = slotTitle
			}
			b.WriteRune(slot + rune(i))
			at, listEnd = m.end, -1
			continue
		}
		gap := text[at:m.start]
		words := w.determinerBefore(gap)
		if words != "" {
			t.ofItems = append(t.ofItems, mannered{m.entity, words})
		}
		if listEnd >= 0 && listEnd == at && w.separates(gap) {
			t.lists[len(t.lists)-1] = append(t.lists[len(t.lists)-1], m.entity)
		} else {
			b.WriteString(gap[:len(gap)-len(words)])
			b.WriteRune(slotList)
			t.lists = append(t.lists, []int32{m.entity})
		}
		at, listEnd = m.end, m.end
	}
	b.WriteString(text[at:])
	return b.String(), t
}

// separates says whether a gap between two entities parts items of a list.
func (w *wording) separates(gap string) bool {
	return slices.Contains(w.Separators, strings.TrimSuffix(gap, w.determinerBefore(gap)))
}

// determinerBefore returns the determiners that a text ends in, with the
// adjectives behind them, and blanks.
func (w *wording) determinerBefore(text string) string {
	start, end := len(text), len(text)
	for {
		if d := endsInWord(text[:end], w.Determiners); d != "" {
			end -= len(d)
			start = end
		} else if d := endsInWord(text[:end], w.Adjectives); d != "" {
			end -= len(d)
		} else {
			return text[start:]
		}
	}
}

// endsInWord returns the word, with its blank, that a text ends in; empty: none
// of them.
func endsInWord(text string, words []string) string {
	for _, d := range words {
		if strings.HasSuffix(text, d) && (len(text) == len(d) || !wordByte(text[len(text)-len(d)-1])) {
			return d
		}
	}
	return ""
}

// cutSegments cuts a template behind the ends of sentences and lines. What
// parts two segments belongs to the first.
func cutSegments(text string) []string {
	var segments []string
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		end := c == '\n' || (c == '.' || c == '!' || c == '?') && i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\n')
		if !end {
			continue
		}
		j := i + 1
		for j < len(text) && (text[j] == ' ' || text[j] == '\n') {
			j++
		}
		segments = append(segments, text[start:j])
		start, i = j, j-1
	}
	if start < len(text) {
		segments = append(segments, text[start:])
	}
	return segments
}
