package lifted

import (
	"slices"
	"strings"
)

// lists are the items of all parts of a page, as lists.
func (p *page) lists() []listed {
	var all []listed
	for _, g := range p.paragraphs {
		for _, t := range g.parts {
			if t.head != none {
				all = append(all, listed{relation: onPage, head: t.head, items: t.items})
			}
		}
	}
	return all
}

// pageIn returns the kind of page that a response shows; none: it shows none.
func (w *wording) pageIn(response int32) int32 {
	for _, n := range w.Responses[response] {
		for _, r := range w.Segments[n] {
			if kind := r - slotPage; kind >= 0 && int(kind) < len(w.Pages) {
				return int32(kind)
			}
		}
	}
	return none
}

// learnVariants notes how the parts of a page are worded.
func (d *dreamer) learnVariants(p *page) {
	before := d.memory.page(p.place)
	for _, g := range p.paragraphs {
		for _, t := range g.parts {
			if t.head == none {
				continue
			}
			status := t.status
			if about, _ := before.find(t.head); about != nil && status == none {
				status = about.status
			}
			d.scene.addVariant(variant{p.place, t.head, status}, t.text, true)
		}
	}
}

// destination returns the page of the kind that one reads after a command.
func (d *dreamer) destination(kind int32, c *command) *page {
	place := d.leadsTo(kind, c)
	if p := d.memory.page(place); p != nil && p.kind == kind {
		return p
	}
	return d.imaginePage(kind, place)
}

// leadsTo returns the place that a command leads to; none: nobody knows.
func (d *dreamer) leadsTo(kind int32, c *command) int32 {
	n := d.scene.commandOf[c.text]
	if !d.m.Wording.Pages[kind].Wanders {
		for _, p := range d.memory.pages {
			if p != nil && p.kind == kind {
				return p.place
			}
		}
		return none
	}
	here := d.memory.place
	if place, known := d.scene.ways[way{here, n}]; known {
		return place
	}
	if d.m.Rules.Back[c.text] == c.text {
		return here
	}
	if back, known := d.m.Rules.Back[c.text]; known {
		if b, given := d.scene.commandOf[back]; given {
			for _, from := range sortedPlaces(d.scene.ways, b, here) {
				return from
			}
		}
	}
	return d.namedPlace(c)
}

// sortedPlaces lists the places from which a command leads to one.
func sortedPlaces(ways map[way]int32, command, to int32) []int32 {
	var from []int32
	for w, place := range ways {
		if w.command == command && place == to && w.place != none {
			from = append(from, w.place)
		}
	}
	slices.Sort(from)
	return from
}

// namedPlace returns the place that the page here names beside the argument of
// a command: "to the north you see the pantry".
func (d *dreamer) namedPlace(c *command) int32 {
	here := d.memory.page(d.memory.place)
	if here == nil || c.n == 0 {
		return none
	}
	about, _ := here.find(c.args[0])
	if about == nil {
		return none
	}
	found, longest := none, 0
	for place, header := range d.scene.places {
		name := strings.Trim(strings.TrimPrefix(header, d.m.Wording.Pages[here.kind].Prefix), " .:")
		if name != "" && int32(place) != d.memory.place && len(name) > longest && strings.Contains(about.text, name) {
			found, longest = int32(place), len(name)
		}
	}
	return found
}

// imaginePage makes up the page of a place that nobody has seen.
func (d *dreamer) imaginePage(kind, place int32) *page {
	choices := d.m.Prior[kind]
	if len(choices) == 0 {
		return nil
	}
	at := 0
	if place != none {
		header := d.scene.places[place]
		if i := slices.IndexFunc(choices, func(text string) bool { return strings.HasPrefix(text, header) }); i >= 0 {
			at = i
		}
	} else if d.dice != nil {
		at = d.dice.IntN(len(choices))
	}
	return d.m.Wording.readPage(d.scene, kind, choices[at])
}
