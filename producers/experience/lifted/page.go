package lifted

import (
	"slices"
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
	// that they tell where we are; or there is one place alone, and they show it.
	Wanders bool
}

// page is what is read at a place.
type page struct {
	kind       int32
	place      int32
	paragraphs []paragraph
}

// paragraph is a row of segments, and what parts it from the next.
type paragraph struct {
	parts []part
	end   string
}

// part is a segment of a page.
type part struct {
	opened  bool   // it begins with the opening of its place
	text    string // with slots for head and items
	form    int32  // number of text in Wording.Forms; none: never met before
	head    int32  // entity it is about; none: none
	items   []int32
	manners []mannered // of items, as they were read
	hidden  []int32    // items that are there, and not shown
	status  int32      // event that the head took part in last, here; none: none did
}

// gone is the form of a part that is no longer there.
const gone int32 = 0

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

func (p *page) clone() *page {
	q := *p
	q.paragraphs = slices.Clone(p.paragraphs)
	for i := range q.paragraphs {
		q.paragraphs[i].parts = slices.Clone(q.paragraphs[i].parts)
	}
	return &q
}

// variant is how a part is worded at a place after an event with its head.
type variant struct{ place, head, status int32 }
