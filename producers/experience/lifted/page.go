package lifted

import (
	"slices"
	"strings"
)

// Pages are descriptions of a place: observations that are too many for a
// template each, because they name all that is there. A page is a header that
// tells the place, and segments, most of which are about one entity. What is
// remembered of a place is the page that one would read there now.

// slotPage and the runes behind it stand for a whole page of a kind.
const slotPage = '\uE030'

// mostPages is how many kinds of pages there may be.
const mostPages = 256

// slotHeadTitle is slotHead with a capital letter.
const slotHeadTitle = '\uE022'

// pageKind is a kind of pages, told by how they begin.
type pageKind struct {
	Prefix string
	// Openings are how segments begin by their place in the first paragraph, for
	// the sake of style alone: "There is also", "You also see".
	Openings []string
	// Wanders: pages of the kind have different headers within an episode, so
	// that they tell where we are.
	Wanders bool
}

// page is what is read at a place.
type page struct {
	kind       int32
	place      int32
	paragraphs []paragraph
	source     source
}

// paragraph is a row of segments, and what parts it from the next.
type paragraph struct {
	parts []part
	end   string
}

// part is a segment of a page.
type part struct {
	opened bool   // it begins with the opening of its place
	text   string // with slots for head and items
	form   int32  // number of text in Wording.Forms; none: never met before
	head   int32  // entity it is about; none: none
	items  []int32
	status int32 // event that the head took part in last, here; none: none did
}

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
	p := &page{kind: kind, source: source{recording: none}}
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

// readPart finds what a segment is about: the first entity it names is its
// head, a list that follows its items.
func (w *wording) readPart(s *scene, text string) part {
	b := part{head: none, status: none}
	var out strings.Builder
	at, listEnd := 0, -1
	for i, m := range s.mentions(text) {
		gap := text[at:m.start]
		switch {
		case i == 0:
			out.WriteString(gap)
			if m.title {
				out.WriteRune(slotHeadTitle)
			} else {
				out.WriteRune(slotHead)
			}
			b.head = m.entity
			at = m.end
		case len(b.items) == 0:
			out.WriteString(gap[:len(gap)-len(w.determinerBefore(gap))])
			out.WriteRune(slotList)
			b.items = append(b.items, m.entity)
			at, listEnd = m.end, m.end
		case listEnd == at && w.separates(gap):
			b.items = append(b.items, m.entity)
			at, listEnd = m.end, m.end
		}
	}
	out.WriteString(text[at:])
	b.text = out.String()
	b.form = w.form(b.text)
	return b
}

// form numbers the text of a part.
func (w *wording) form(text string) int32 { return w.number(text, &w.Forms, w.formOf) }

// gone is the form of a part that is no longer there.
const gone int32 = 0

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

// find returns the part about an entity, and the part that has it as an item.
func (p *page) find(e int32) (about, holder *part) {
	if p == nil || e < 0 {
		return nil, nil
	}
	for i := range p.paragraphs {
		for j := range p.paragraphs[i].parts {
			t := &p.paragraphs[i].parts[j]
			if t.head == e {
				about = t
			}
			if slices.Contains(t.items, e) {
				holder = t
			}
		}
	}
	return about, holder
}

// onPage is the list of a page's part, among the relations of effects.
const onPage int32 = -2

// anyHead is the head of an effect that takes an item out of wherever it is.
const anyHead int8 = -2

// turn returns the page after an event: parts that it touched are worded anew.
func (r *rules) turn(s *scene, w *wording, p *page, c *command, e int32, shown *reading) *page {
	if p == nil || e == none || r.idle(e) {
		return p
	}
	var q *page
	for i := range p.paragraphs {
		for j := range p.paragraphs[i].parts {
			t := &p.paragraphs[i].parts[j]
			if t.head == none {
				continue
			}
			n, touched := r.turnPart(s, w, p.place, t, c, e, shown)
			if !touched {
				continue
			}
			if q == nil {
				q = p.clone()
			}
			q.paragraphs[i].parts[j] = n
		}
	}
	if q == nil {
		return p
	}
	for i := range q.paragraphs {
		q.paragraphs[i].parts = slices.DeleteFunc(q.paragraphs[i].parts, func(t part) bool { return t.form == gone && t.head != none })
	}
	return q
}

func (p *page) clone() *page {
	q := *p
	q.paragraphs = slices.Clone(p.paragraphs)
	for i := range q.paragraphs {
		q.paragraphs[i].parts = slices.Clone(q.paragraphs[i].parts)
	}
	return &q
}

// turnPart returns a part after an event, and whether that changes it.
func (r *rules) turnPart(s *scene, w *wording, place int32, t *part, c *command, e int32, shown *reading) (part, bool) {
	n := *t
	role := slices.Index(c.args[:c.n], t.head)
	n.items = r.movedItems(t, c, e)
	if r.Reveals[e] {
		for _, l := range shown.lists {
			if l.head == t.head {
				n.items = slices.Clone(l.items)
			}
		}
	}
	if role < 0 && slices.Equal(n.items, t.items) {
		return n, false
	}
	if role >= 0 {
		n.status = e
		if text, known := s.variants[variant{place, t.head, e}]; known && strings.ContainsRune(text, slotList) == (len(n.items) > 0) {
			n.text, n.form = text, w.form(text)
			return n, true
		}
	}
	if r.Turns == nil {
		return n, true
	}
	form := r.Turns.answer(turnFeatures(t, role, e, len(n.items))).Class
	if form == gone {
		n.form = gone
		return n, true
	}
	if form < int32(len(w.Forms)) {
		n.form, n.text = form, w.Forms[form]
	}
	if text, ok := nearest(n.text, s.forms[variant{place, t.head, none}]); ok && strings.ContainsRune(text, slotList) == (len(n.items) > 0) {
		n.text, n.form = text, w.form(text)
	}
	return n, true
}

// turnFeatures are what decides on the new form of a part.
func turnFeatures(t *part, role int, e int32, items int) []int64 {
	event := int64(-1)
	if role >= 0 {
		event = int64(e)*maxArity + int64(role)
	}
	return []int64{int64(t.form), event, int64(min(items, 2))}
}

// movedItems are the items of a part after an event.
func (r *rules) movedItems(t *part, c *command, e int32) []int32 {
	items := t.items
	for _, f := range r.Effects[e] {
		if f.Relation != onPage || int(f.Item) >= c.n || int(f.Head) >= c.n {
			continue
		}
		x := c.args[f.Item]
		mine := f.Head >= 0 && c.args[f.Head] == t.head
		switch has := slices.Contains(items, x); {
		case f.In && mine && !has:
			items = append(slices.Clone(items), x)
		case !f.In && has && (mine || f.Head == anyHead):
			items = without(items, x)
		}
	}
	return items
}

// variant is how a part is worded at a place after an event with its head.
type variant struct{ place, head, status int32 }
