package lifted

import "slices"

// rolledList is the number of every list in a roll.
const rolledList = 100

// respond prepares the features of what is admitted after a response.
func (v *viewer) respond(r *reading) {
	for _, e := range v.shownBy {
		v.shown[e] = 0
	}
	v.shownBy = v.shownBy[:0]
	v.shown = resized(v.shown, len(v.s.entities))
	v.hereKey = made{frame: none}
	for i, l := range r.lists {
		if l.rolled {
			i = rolledList
		}
		for _, e := range l.items {
			v.shown[e] = int32(i) + 1
			v.shownBy = append(v.shownBy, e)
		}
	}
	for _, e := range v.newOnes {
		v.newSign[e] = 0
	}
	v.newOnes = v.newOnes[:0]
	v.newSign = resized(v.newSign, len(v.s.entities))
}

// moment is an action with what came of it, and what was remembered before and
// is now.
type moment struct {
	action, event int32
	before, after *memory
	reading       *reading
}

// admissionFeatures are what decides on whether a command is admitted next.
func (v *viewer) admissionFeatures(w *moment, n int32) []int64 {
	c, act := &v.s.commands[n], &v.s.commands[w.action]
	same := int64(-1)
	if a := w.after.answer(w.action); a.given && a.admitted != nil {
		same = truth(a.admitted.has(n))
	}
	here := int64(-1)
	if a := w.after.contextAdmitted(w.after.context); a != nil {
		here = truth(a.has(n))
	}
	row := append(v.row[:0],
		v.admittedBefore(w.before, n), int64(w.event), same, here, int64(act.frame), v.admittedBefore(w.before, w.action), atHand(w.after))
	for i := range c.n {
		row = v.argumentFeatures(row, w, c, act, i)
	}
	switch c.n {
	case 1:
		row = append(row, v.kindOf(c.args[0]), v.together(w.after, c, n))
	case 2:
		kinds := pairKind{c.frame, v.s.entities[c.args[0]].kind, v.s.entities[c.args[1]].kind}
		row = append(row,
			int64(w.after.kin(c.args[0], c.args[1])), int64(w.after.kin(c.args[1], c.args[0])),
			truth(v.m.Kinds.paired(kinds.Frame, kinds.A, kinds.B, v.task)), truth(v.pairs[kinds]))
	}
	row = v.tools(row, w.after)
	row = append(row, v.counts[:min(len(v.counts), mostCounted)]...)
	v.row = row
	return row
}

// argumentFeatures adds what is known of one argument of a command.
func (v *viewer) argumentFeatures(row []int64, w *moment, c, act *command, i int) []int64 {
	x := c.args[i]
	t := w.after.look(x)
	last := int64(-1)
	if t.last.event != none {
		last = int64(t.last.event)
	}
	if len(v.m.Wording.Pages) > 0 {
		row = v.pageFeatures(row, w.after, x)
	}
	if len(v.m.Rules.Manners) > 0 {
		row = append(row, v.adjectives(w.after, x))
	}
	return append(row,
		int64(slices.Index(act.args[:act.n], x)),
		int64(v.affords(c.frame, int8(i), v.s.entities[x].kind)),
		int64(at(v.shown, x)), int64(t.fact), last,
		w.after.headless(x), v.signOf(x), at(v.newSign, x))
}

// together compares the argument of a command with the place where we are: are
// both admitted with the command's frame in the same other places? Two that
// always are lie next to each other.
func (v *viewer) together(m *memory, c *command, mine int32) int64 {
	here := v.contextEntity(m.context)
	if here == none || here == c.args[0] {
		return -1
	}
	if key := (made{c.frame, [maxArity]int32{here, none, none}}); v.hereKey != key {
		v.hereKey, v.hereCommand = key, none
		if n, known := v.s.madeOf[key]; known {
			v.hereCommand = n
		}
	}
	there := v.hereCommand
	both, neither, one := false, false, false
	for context, a := range m.contexts {
		if a == nil || int32(context) == m.context || int32(context) == startContext {
			continue
		}
		switch p, q := a.has(mine), a.has(there); {
		case p && q:
			both = true
		case !p && !q:
			neither = true
		default:
			one = true
		}
	}
	return truth(both) | truth(neither)<<1 | truth(one)<<2
}
