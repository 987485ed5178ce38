package lifted

import (
	"slices"
	"strings"
)

// mostHeader is the number of words of a page's beginning that tell its kind.
const mostHeader = 3

// beginning returns the first words of a text.
func beginning(text string) string {
	words := strings.SplitN(text, " ", mostHeader+1)
	return strings.Join(words[:min(len(words), mostHeader)], " ")
}

// pageKindOf returns the kind of page that a text is; none: it is no page.
func (w *wording) pageKindOf(text string) int32 {
	if len(w.Pages) == 0 {
		return none
	}
	b := beginning(text)
	return int32(slices.IndexFunc(w.Pages, func(k pageKind) bool { return k.Prefix == b }))
}

// readPage takes a page apart.
func (w *wording) readPage(s *scene, kind int32, text string) *page {
	p := &page{kind: kind}
	for i, lines := range cutParagraphs(text) {
		body := strings.TrimRight(lines, " \n")
		g := paragraph{end: lines[len(body):]}
		for j, segment := range cutSegments(body) {
			segment = strings.TrimRight(segment, " ")
			if i == 0 && j == 0 {
				p.place = s.place(segment)
				g.parts = append(g.parts, part{text: segment, form: none, head: none, status: none})
				continue
			}
			opening := ""
			if i == 0 {
				opening = w.Pages[kind].opening(j - 1)
			}
			rest, opened := strings.CutPrefix(segment, opening)
			b := w.readPart(s, rest)
			b.opened = opened && opening != ""
			g.parts = append(g.parts, b)
		}
		p.paragraphs = append(p.paragraphs, g)
	}
	return p
}

// opening is how the segment of a place in the first paragraph begins; empty:
// nobody knows.
func (k *pageKind) opening(i int) string {
	if i < 0 || i >= len(k.Openings) {
		return ""
	}
	return k.Openings[i]
}

// cutParagraphs cuts a text behind each row of line breaks.
func cutParagraphs(text string) []string {
	var found []string
	start := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '\n' {
			continue
		}
		for i+1 < len(text) && (text[i+1] == '\n' || text[i+1] == ' ') {
			i++
		}
		found = append(found, text[start:i+1])
		start = i + 1
	}
	if start < len(text) {
		found = append(found, text[start:])
	}
	return found
}

// readPart finds what a segment is about.
func (w *wording) readPart(s *scene, text string) part {
	b := part{status: none}
	b.text, b.head, b.items, b.manners = w.takeApart(s, text)
	b.form = w.form(b.text)
	return b
}

// takeApart puts slots in the place of what a segment is about: the first entity
// it names is its head, a list that follows its items.
func (w *wording) takeApart(s *scene, text string) (form string, head int32, items []int32, manners []mannered) {
	head = none
	var out strings.Builder
	at, listEnd := 0, -1
	for i, m := range s.mentions(text) {
		gap := text[at:m.start]
		if words := w.determinerBefore(gap); i > 0 && words != "" && (len(items) == 0 || listEnd == at && w.separates(gap)) {
			manners = append(manners, mannered{m.entity, words})
		}
		switch {
		case i == 0:
			out.WriteString(gap)
			if m.title {
				out.WriteRune(slotHeadTitle)
			} else {
				out.WriteRune(slotHead)
			}
			head = m.entity
			at = m.end
		case len(items) == 0:
			out.WriteString(gap[:len(gap)-len(w.determinerBefore(gap))])
			out.WriteRune(slotList)
			items = append(items, m.entity)
			at, listEnd = m.end, m.end
		case listEnd == at && w.separates(gap):
			items = append(items, m.entity)
			at, listEnd = m.end, m.end
		}
	}
	out.WriteString(text[at:])
	return out.String(), head, items, manners
}

// form numbers the text of a part.
func (w *wording) form(text string) int32 { return w.number(text, &w.Forms, w.formOf) }
