package lifted

import (
	"strings"
)

// writer renders observations in the words of a wording, about the things of a
// scene, as they are in a memory; nil: as things of their type mostly are.
type writer struct {
	strings.Builder
	w *wording
	s *scene
	m *memory
}

// response renders a response to a command, with what fills its slots.
func (b *writer) response(n int32, c *command, lists [][]int32, p *page, roll []described) {
	next, mannered := 0, false
	for _, segment := range b.w.Responses[n] {
		for _, r := range b.w.Segments[segment] {
			switch {
			case r >= slotPage && r < slotPage+mostPages:
				if p != nil {
					b.page(p)
				}
			case r == slotRoll:
				b.roll(roll)
			case r == slotList:
				b.list(segment, lists[next], b.w.plans[n].lists[next].relation)
				next++
			case r == slotManner:
				mannered = true
			case r >= slotArg && r < slotArg+maxArity:
				b.argument(c, int(r-slotArg), mannered, false)
				mannered = false
			case r >= slotTitle && r < slotTitle+maxArity:
				b.argument(c, int(r-slotTitle), mannered, true)
				mannered = false
			default:
				b.WriteRune(r)
			}
		}
	}
}

func (b *writer) argument(c *command, arg int, mannered, title bool) {
	if arg >= c.n {
		return
	}
	if mannered {
		b.WriteString(b.manner(c.args[arg]))
	}
	name := b.s.name(c, arg)
	if title {
		name = capitalised(name)
	}
	b.WriteString(name)
}

func (s *scene) name(c *command, arg int) string {
	if arg >= c.n {
		return ""
	}
	return s.entities[c.args[arg]].name
}

func capitalised(name string) string {
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		return name
	}
	return string(name[0]-'a'+'A') + name[1:]
}

// list renders the items of a relation's list.
func (b *writer) list(segment int32, items []int32, relation int32) {
	if len(items) == 0 {
		b.WriteString(b.w.nothing(segment))
		return
	}
	b.items(items, b.w.Styles[relation])
}

// items renders the items of a list.
func (b *writer) items(items []int32, how style) {
	for i, e := range items {
		switch {
		case i == 0:
		case len(items) == 2:
			b.WriteString(how.Two)
		case i == len(items)-1:
			b.WriteString(how.Last)
		default:
			b.WriteString(how.Middle)
		}
		if i == 0 && how.First || i > 0 && how.Rest {
			b.WriteString(b.manner(e))
		}
		b.WriteString(b.s.entities[e].name)
	}
}

// manner is what stands before an entity, with its blank.
func (b *writer) manner(e int32) string {
	if b.m != nil {
		if manner := b.m.look(e).manner; manner != "" {
			return manner
		}
	}
	return b.w.article(b.s.entities[e].kind)
}

// nothing is the word for an empty list in a segment.
func (w *wording) nothing(segment int32) string {
	word, from := "nothing", none
	for _, n := range sortedKeys(w.Empty) {
		if e := w.Empty[n]; e.Full == segment && from == none {
			word, from = e.Word, n
		}
	}
	return word
}

// article is what mostly stands before things of a type.
func (w *wording) article(kind int32) string {
	if words, known := w.Articles[kind]; known {
		return words
	}
	if len(w.Determiners) > 0 {
		return w.Determiners[0]
	}
	return ""
}

// page renders a page.
func (b *writer) page(p *page) {
	for _, g := range p.paragraphs {
		for j := range g.parts {
			if j > 0 {
				b.WriteByte(' ')
			}
			t := &g.parts[j]
			if t.opened {
				b.WriteString(b.w.Pages[p.kind].opening(j - 1))
			}
			b.part(t)
		}
		b.WriteString(g.end)
	}
}

func (b *writer) part(t *part) {
	for _, r := range t.text {
		switch r {
		case slotHead:
			b.WriteString(b.s.entities[t.head].name)
		case slotHeadTitle:
			b.WriteString(capitalised(b.s.entities[t.head].name))
		case slotList:
			b.items(t.items, b.w.PartStyle)
		default:
			b.WriteRune(r)
		}
	}
}

// roll renders descriptions.
func (b *writer) roll(all []described) {
	for i, d := range all {
		if i > 0 {
			b.WriteString(b.w.RollGap)
		}
		next := 0
		for _, r := range b.w.Descriptions[d.form] {
			switch {
			case r == slotHead:
				b.WriteString(b.s.entities[d.entity].name)
			case r == slotHeadTitle:
				b.WriteString(capitalised(b.s.entities[d.entity].name))
			case r == slotList && next < len(d.lists):
				b.items(d.lists[next].items, b.w.Styles[d.lists[next].relation])
				next++
			default:
				b.WriteRune(r)
			}
		}
	}
}
