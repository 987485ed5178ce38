package lifted

import (
	"strings"
)

// write renders a response.
func (w *wording) write(s *scene, response int32, c *command, lists [][]int32, p *page, roll []described) string {
	var b strings.Builder
	next := 0
	for _, n := range w.Responses[response] {
		text := w.Segments[n]
		for _, r := range text {
			switch {
			case r >= slotPage && r < slotPage+mostPages:
				if p != nil {
					b.WriteString(w.writePage(s, p))
				}
			case r == slotRoll:
				w.writeRoll(&b, s, roll)
			case r == slotList:
				w.writeList(&b, s, n, lists[next], w.plans[response].lists[next].relation)
				next++
			case r >= slotArg && r < slotArg+maxArity:
				b.WriteString(s.name(c, int(r-slotArg)))
			case r >= slotTitle && r < slotTitle+maxArity:
				b.WriteString(capitalised(s.name(c, int(r-slotTitle))))
			default:
				b.WriteRune(r)
			}
		}
	}
	return b.String()
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

// writeList renders the items of a relation's list.
func (w *wording) writeList(b *strings.Builder, s *scene, segment int32, items []int32, relation int32) {
	if len(items) == 0 {
		b.WriteString(w.nothing(segment))
		return
	}
	w.joinItems(b, s, items, w.Styles[relation])
}

// joinItems writes the items of a list.
func (w *wording) joinItems(b *strings.Builder, s *scene, items []int32, how style) {
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
			b.WriteString(w.article(s.entities[e].kind))
		}
		b.WriteString(s.entities[e].name)
	}
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

func (w *wording) article(kind int32) string {
	if d, known := w.Articles[kind]; known && int(d) < len(w.Determiners) {
		return w.Determiners[d]
	}
	if len(w.Determiners) > 0 {
		return w.Determiners[0]
	}
	return ""
}

// writePage renders a page.
func (w *wording) writePage(s *scene, p *page) string {
	var b strings.Builder
	for _, g := range p.paragraphs {
		for j := range g.parts {
			if j > 0 {
				b.WriteByte(' ')
			}
			t := &g.parts[j]
			if t.opened {
				b.WriteString(w.Pages[p.kind].opening(j - 1))
			}
			w.writePart(&b, s, t)
		}
		b.WriteString(g.end)
	}
	return b.String()
}

func (w *wording) writePart(b *strings.Builder, s *scene, t *part) {
	for _, r := range t.text {
		switch r {
		case slotHead:
			b.WriteString(s.entities[t.head].name)
		case slotHeadTitle:
			b.WriteString(capitalised(s.entities[t.head].name))
		case slotList:
			w.joinItems(b, s, t.items, w.PartStyle)
		default:
			b.WriteRune(r)
		}
	}
}
