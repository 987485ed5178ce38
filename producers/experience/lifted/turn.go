package lifted

import (
	"slices"
	"strings"
)

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

// turnPart returns a part after an event, and whether that changes it.
func (r *rules) turnPart(s *scene, w *wording, place int32, t *part, c *command, e int32, shown *reading) (part, bool) {
	n := *t
	role := slices.Index(c.args[:c.n], t.head)
	n.items = r.movedItems(t, c, e)
	if r.Reveals[e] {
		for _, l := range shown.lists {
			if l.head == t.head {
				n.items, n.hidden = slices.Clone(l.items), nil
			}
		}
	}
	if role < 0 && slices.Equal(n.items, t.items) {
		return n, false
	}
	if role >= 0 && r.Hides[e] {
		n.items, n.hidden = nil, n.items
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
