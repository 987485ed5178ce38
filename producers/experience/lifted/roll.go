package lifted

import (
	"slices"
	"strings"
)

// Rolls are answers to commands without arguments that describe several things,
// each in sentences of its own: "The cupboard 2 is shut. In the sink 1 you find:
// cup 1." Each combination would be a template; so they are read as a list of
// things and what is said of each, in sentences that answers about the thing
// itself have as well.

// slotRoll stands for the descriptions of several things.
const slotRoll = '\uE023'

// described is what an observation says of one thing.
type described struct {
	entity  int32
	form    int32 // number of the sentences in Wording.Descriptions
	lists   []listed
	facts   []stated
	manners []mannered
}

// readRoll takes an answer apart that describes several things. The template
// has a slot for the descriptions.
func (w *wording) readRoll(s *scene, text string) (around template, all []described) {
	var b strings.Builder
	sentences := cutSegments(text)
	for i := 0; i < len(sentences); {
		d, n := w.describe(s, sentences[i:])
		if n == 0 {
			t := w.template(s, sentences[i], nil)
			b.WriteString(t.text)
			around.lists = append(around.lists, t.lists...)
			around.manners = append(around.manners, t.manners...)
			i++
			continue
		}
		if len(all) == 0 {
			b.WriteRune(slotRoll)
			b.WriteString(blankEnd(sentences[i+n-1]))
		}
		all = append(all, d)
		around.manners = append(around.manners, d.manners...)
		i += n
	}
	around.text = b.String()
	return around, all
}

// describe reads the sentences that describe one thing, and says how many they
// are; 0: the first describes none.
func (w *wording) describe(s *scene, sentences []string) (d described, n int) {
	first := strings.TrimRight(sentences[0], " \n")
	text, head, items, manners := w.takeApart(s, first)
	if head == none || !d.add(w, text, head, items) {
		return d, 0
	}
	d.entity, d.manners = head, manners
	n = 1
	for n < len(sentences) {
		more := strings.TrimRight(sentences[n], " \n")
		t := w.template(s, more, nil)
		relation, known := w.relationOf[t.text]
		if len(t.lists) != 1 || !known {
			break
		}
		d.lists = append(d.lists, listed{relation, head, t.lists[0], true})
		d.manners = append(d.manners, t.manners...)
		text += blankEnd(sentences[n-1]) + t.text
		n++
	}
	d.form = w.number(text, &w.Descriptions, w.descriptionOf)
	return d, n
}

// add notes what a sentence about a head says, where sentences about arguments
// say it as well.
func (d *described) add(w *wording, text string, head int32, items []int32) bool {
	about := strings.ReplaceAll(text, string(slotHeadTitle), string(slotHead))
	if full, empty := w.voidOf[about]; empty {
		d.lists = append(d.lists, listed{full, head, nil, true})
		return true
	}
	relation, known := w.relationOf[about]
	switch {
	case !known:
		return false
	case strings.ContainsRune(text, slotList):
		d.lists = append(d.lists, listed{relation, head, items, true})
	default:
		d.facts = append(d.facts, stated{relation, head})
	}
	return true
}

func blankEnd(text string) string { return text[len(strings.TrimRight(text, " \n")):] }

// describedBy finds the descriptions of arguments in a response: of the
// sentences about one argument, the longest that describe a thing in a roll.
func (w *wording) describedBy(segments []int32) (found []planned) {
	for i := 0; i < len(segments); i++ {
		text, about := "", int8(-1)
		form, end := none, i
		for j := i; j < len(segments) && segments[j] != none; j++ {
			segment := w.Segments[segments[j]]
			named := argsNamed(segment)
			if j > i && (len(named) > 0 || !strings.ContainsRune(segment, slotList)) || j == i && len(named) != 1 {
				break
			}
			if j == i {
				about = named[0]
			}
			text += asHead(segment)
			if n, known := w.descriptionOf[strings.TrimRight(text, " \n")]; known {
				form, end = n, j
			}
		}
		if form != none {
			found = append(found, planned{form, about})
			i = end
		}
	}
	return found
}

// asHead is a segment that names a head in the place of an argument.
func asHead(segment string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= slotArg && r < slotArg+maxArity:
			return slotHead
		case r >= slotTitle && r < slotTitle+maxArity:
			return slotHeadTitle
		}
		return r
	}, segment)
}

// see adds to a reading what descriptions say.
func (r *reading) see(all []described, roll int32) {
	things := listed{relation: roll, head: none, rolled: true}
	for _, d := range all {
		things.items = append(things.items, d.entity)
	}
	r.described = all
	r.lists = append(r.lists, things)
	for _, d := range all {
		r.lists = append(r.lists, d.lists...)
		r.facts = append(r.facts, d.facts...)
	}
}

// told are the relations that the sentences of a description tell of its head.
type told struct{ lists, facts []int32 }

// partsOf finds what a description tells.
func (w *wording) partsOf(description string) (t told) {
	for _, sentence := range cutSegments(description) {
		about := strings.ReplaceAll(strings.TrimRight(sentence, " \n"), string(slotHeadTitle), string(slotHead))
		relation, known := w.relationOf[about]
		switch full, empty := w.voidOf[about]; {
		case empty:
			t.lists = append(t.lists, full)
		case !known:
		case strings.ContainsRune(sentence, slotList):
			t.lists = append(t.lists, relation)
		default:
			t.facts = append(t.facts, relation)
		}
	}
	return t
}

// roll foresees what a roll says of the things here.
func (d *dreamer) roll(p *foreseen, context int32) (all []described) {
	for _, e := range d.thingsHere(context) {
		form := d.m.Rules.Describes.answer(d.view.descriptionFeatures(d.memory, e)).Class
		if f := d.m.describedBesides[form]; f != nil {
			form = d.pick(p, f, e, form)
		}
		says := described{entity: e, form: form}
		for _, relation := range d.m.Wording.parts[form].lists {
			var items []int32
			if strings.ContainsRune(d.m.Wording.Descriptions[form], slotList) {
				items = d.contents(p, relation, e, context)
			}
			says.lists = append(says.lists, listed{relation, e, items, true})
		}
		for _, fact := range d.m.Wording.parts[form].facts {
			says.facts = append(says.facts, stated{fact, e})
		}
		all = append(all, says)
	}
	return all
}

// thingsHere lists what a roll is about: what it was about here before, else
// what is known to be with the thing here, and that thing.
func (d *dreamer) thingsHere(context int32) []int32 {
	r := d.m.Rules
	roll := d.m.Wording.rollRelation
	if l, known := d.memory.whole(roll, contextHead(context)); known {
		return l.items
	}
	here := d.view.contextEntity(context)
	if here == none {
		return nil
	}
	if l, known := d.memory.whole(r.Reach, here); known {
		return r.put(d.scene, roll, slices.Clone(l.items), here)
	}
	return []int32{here}
}

// descriptionFeatures are what decides on how a thing is described.
func (v *viewer) descriptionFeatures(m *memory, e int32) []int64 {
	t := m.look(e)
	v.row = append(v.row[:0], int64(t.described), lastEvent(t), v.fill(m, e), int64(t.fact), v.kindOf(e))
	return v.row
}
