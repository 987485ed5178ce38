package lifted

import (
	"slices"
	"strconv"
)

// contents returns what a list holds: as remembered, else as imagined.
func (d *dreamer) contents(p *foreseen, relation, head int32, context int32) []int32 {
	if about, _ := d.memory.page(d.memory.place).find(head); about != nil && len(about.items)+len(about.hidden) > 0 {
		return slices.Concat(about.items, about.hidden)
	}
	if here := d.view.contextEntity(context); here != none && head < 0 {
		if d.m.Rules.Here[relation] {
			return []int32{here}
		}
		if l, known := d.memory.whole(relation, here); known {
			return slices.Clone(l.items)
		}
	}
	if l, known := d.memory.whole(relation, head); known {
		if words := d.origin(l, head); words != "" {
			p.origins = append(p.origins, words)
		}
		return slices.Clone(l.items)
	}
	for _, l := range p.imagined {
		if l.relation == relation && l.head == head {
			return slices.Clone(l.items)
		}
	}
	if head < none {
		return d.besidesContext(relation, context)
	}
	if names, always := d.m.Constants[relation]; always && head == none {
		items := make([]int32, len(names))
		for i, name := range names {
			items[i] = d.scene.entity(name)
		}
		return items
	}
	var partial []int32
	if i, found := d.memory.at(relation, head); found {
		partial = slices.Clone(d.memory.lists[i].items)
	}
	if d.dice == nil || head < 0 {
		return partial
	}
	p.origins = append(p.origins, "What is with "+d.scene.entities[head].name+" is imagined.")
	return d.imagine(relation, head, partial)
}

// besidesContext is what a list of a place holds that was not seen there yet:
// where moving there puts the place itself in, all places that one cannot move
// to, as one is there.
func (d *dreamer) besidesContext(relation, context int32) []int32 {
	here := d.view.contextEntity(context)
	if here == none {
		return nil
	}
	for _, moved := range sortedKeys(d.m.Rules.Moves) {
		for _, f := range d.m.Rules.Effects[moved] {
			if f.Relation == relation && f.Head < 0 && f.In && f.Item == 0 {
				return d.placesHere(relation, here, d.m.Rules.Events[moved].Frame)
			}
		}
	}
	return nil
}

// placesHere lists the places that a frame of moves is not admitted for.
func (d *dreamer) placesHere(relation, here, frame int32) []int32 {
	var items []int32
	for e := range int32(len(d.scene.entities)) {
		n, known := d.scene.madeOf[made{frame, [maxArity]int32{e, none, none}}]
		place := known && d.memory.knows(e) && d.m.Kinds.affords(frame, 0, d.scene.entities[e].kind, none) == affordsIt
		if e == here || place && !d.memory.admitted.has(n) {
			items = d.m.Rules.put(d.scene, relation, items, e)
		}
	}
	return items
}

// imagine draws what a list may hold from what those of its kind held. In a task
// of which demonstrations were shown it is the likeliest: what they do not show
// is seldom much.
func (d *dreamer) imagine(relation, head int32, partial []int32) []int32 {
	choices := d.m.Contents[contentKey{relation, d.scene.entities[head].kind}]
	if len(choices) == 0 {
		return partial
	}
	choice := choices[d.dice.IntN(len(choices))]
	if len(d.taken) > 0 {
		choice = likeliest(choices)
	} else if serving := d.serving(choices); len(serving) > 0 && d.dice.IntN(2) == 0 {
		choice = serving[d.dice.IntN(len(serving))]
	}
	items := partial
	for _, kind := range choice {
		if kind == none {
			continue
		}
		word := d.m.Lexicon.Types[kind]
		name := word
		if d.m.Lexicon.Numbered {
			for number := 1; ; number++ {
				name = word + " " + strconv.Itoa(number)
				e, known := d.scene.entityOf[name]
				if !known || !d.memory.knows(e) && !slices.Contains(items, e) {
					break
				}
			}
		}
		items = d.m.Rules.put(d.scene, relation, items, d.scene.entity(name))
	}
	return items
}

// serving returns the lists that have what the instruction names and nobody has
// seen yet: a task that is made up should not be in vain.
func (d *dreamer) serving(choices [][]int32) (found [][]int32) {
	for _, kind := range d.wanted {
		met := false
		for e := range int32(len(d.scene.entities)) {
			met = met || d.scene.entities[e].kind == kind && d.memory.knows(e)
		}
		if met {
			continue
		}
		for _, c := range choices {
			if slices.Contains(c, kind) {
				found = append(found, c)
			}
		}
	}
	return found
}

// likeliest returns the list that is there most often, of equals the shortest.
func likeliest(choices [][]int32) []int32 {
	best, most := choices[0], 0
	for _, c := range choices {
		n := 0
		for _, o := range choices {
			n += boolOrder(slices.Equal(c, o))
		}
		if n > most || n == most && len(c) < len(best) {
			best, most = c, n
		}
	}
	return best
}
