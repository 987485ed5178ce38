package lifted

import "slices"

// fewAlike is how many entities may be admitted alike for pairs of them to be
// tried.
const fewAlike = 6

// consider goes through the commands that may be admitted after a moment, and
// asks of each whether it is. Those of two arguments come last, and may depend
// on what was decided of those of one.
func (v *viewer) consider(w *moment, ask func(n int32, row []int64) bool) *admitted {
	now := &admitted{}
	judge := func(n int32) {
		if !now.has(n) && ask(n, v.admissionFeatures(w, n)) {
			now.add(n)
		}
	}
	v.newSign = resized(v.newSign, len(v.s.entities))
	v.shown = resized(v.shown, len(v.s.entities))
	for _, text := range v.m.Nullary {
		judge(v.s.command(text))
	}
	act := &v.s.commands[w.action]
	for _, f := range v.m.frames[1] {
		for e := range int32(len(v.s.entities)) {
			if !w.after.knows(e) && !slices.Contains(act.args[:act.n], e) {
				continue
			}
			key := made{f, [maxArity]int32{e, none, none}}
			n, known := v.s.madeOf[key]
			if v.affords(f, 0, v.s.entities[e].kind) == affordsNever && (!known || !w.before.admitted.has(n)) {
				continue
			}
			if !known {
				n = v.s.make(f, e)
			}
			judge(n)
		}
	}
	for _, n := range now.list {
		if c := &v.s.commands[n]; c.n == 1 {
			v.newOnes = signWith(v.newSign, v.newOnes, c)
		}
	}
	for _, n := range v.pairings(w, now) {
		judge(n)
	}
	return now
}

// pairings lists the commands of two and more arguments that may be admitted:
// those that were, here or before, and those of entities that the moment is
// about, or that are admitted like few others.
func (v *viewer) pairings(w *moment, now *admitted) []int32 {
	var found []int32
	add := func(n int32) {
		if !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	for _, a := range []*admitted{w.before.admitted, w.after.contextAdmitted(w.after.context)} {
		if a == nil {
			continue
		}
		for _, n := range a.list {
			if v.s.commands[n].n >= 2 {
				add(n)
			}
		}
	}
	focus := v.focus(w)
	for _, pair := range v.related(w, focus) {
		for _, f := range v.m.frames[2] {
			x, y := pair[0], pair[1]
			if v.affords(f, 0, v.s.entities[x].kind) != affordsNever &&
				v.affords(f, 1, v.s.entities[y].kind) != affordsNever {
				add(v.s.make(f, x, y))
			}
		}
	}
	return found
}

// focus lists the entities that a moment is about.
func (v *viewer) focus(w *moment) []int32 {
	act := &v.s.commands[w.action]
	var focus []int32
	add := func(e int32) {
		if !slices.Contains(focus, e) {
			focus = append(focus, e)
		}
	}
	for _, e := range act.args[:act.n] {
		add(e)
	}
	for _, l := range w.reading.lists {
		for _, e := range l.items {
			add(e)
		}
	}
	alike := map[int64]int{}
	for _, e := range v.newOnes {
		alike[v.newSign[e]]++
	}
	for _, e := range v.newOnes {
		if alike[v.newSign[e]] <= fewAlike {
			add(e)
		}
	}
	return focus
}

// related lists pairs of entities in focus that stand in a relation or are
// admitted for something.
func (v *viewer) related(w *moment, focus []int32) [][2]int32 {
	var pairs [][2]int32
	act := &v.s.commands[w.action]
	for _, h := range focus {
		for _, l := range w.after.about(h) {
			for _, x := range l.items {
				pairs = append(pairs, [2]int32{x, h}, [2]int32{h, x})
			}
		}
	}
	mine := v.mine(w)
	if p := w.after.page(w.after.place); p != nil {
		pairs = pairsOnPage(pairs, mine, p)
	}
	for _, x := range mine {
		for _, y := range append(slices.Clone(act.args[:act.n]), v.contextEntity(w.after.context)) {
			if y != none && x != y {
				pairs = append(pairs, [2]int32{x, y}, [2]int32{y, x})
			}
		}
	}
	var small []int32
	for _, x := range focus {
		if v.newSign[x] != 0 || slices.Contains(act.args[:act.n], x) {
			small = append(small, x)
		}
	}
	for _, x := range small {
		for _, y := range small {
			if x != y {
				pairs = append(pairs, [2]int32{x, y})
			}
		}
	}
	return pairs
}

// mostMine bounds the things that one may have at hand.
const mostMine = 16

// mine lists the things at hand: those that the action names, that stand in a
// relation without a head, as what one carries does, and that went with another
// just now.
func (v *viewer) mine(w *moment) []int32 {
	act := &v.s.commands[w.action]
	mine := slices.Clone(act.args[:act.n])
	add := func(e int32) {
		if len(mine) < mostMine && !slices.Contains(mine, e) {
			mine = append(mine, e)
		}
	}
	for _, l := range w.after.about(none) {
		for _, e := range l.items {
			add(e)
		}
	}
	if w.before.admitted != nil {
		for _, n := range w.before.admitted.list {
			if c := &v.s.commands[n]; c.n == 2 {
				add(c.args[0])
			}
		}
	}
	return mine
}

// pairsOnPage adds the things at hand with all that the page here is about.
func pairsOnPage(pairs [][2]int32, mine []int32, p *page) [][2]int32 {
	for _, g := range p.paragraphs {
		for _, t := range g.parts {
			for _, x := range mine {
				if t.head != none && x != t.head {
					pairs = append(pairs, [2]int32{x, t.head})
				}
			}
		}
	}
	return pairs
}
