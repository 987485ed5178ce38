package lifted

import (
	"slices"
)

// instant is a moment at which a goal may be reached.
type instant struct {
	s        *scene
	m        *memory
	action   *command
	event    int32
	idle     bool
	admitted *admitted
	rules    *rules
	byKind   map[int32][]int32 // entities known
}

func (d *dreamer) instant(n, event int32, after *memory, now *admitted, named []int32) *instant {
	c := d.scene.commands[n]
	t := &instant{s: d.scene, m: after, action: &c, event: event, idle: d.m.Rules.idle(event) || d.m.Rules.futile[event], admitted: now, rules: d.m.Rules,
		byKind: map[int32][]int32{}}
	for e := range int32(len(d.scene.entities)) {
		if kind := d.scene.entities[e].kind; slices.Contains(named, kind) && after.knows(e) {
			t.byKind[kind] = append(t.byKind[kind], e)
		}
	}
	return t
}

// bindings lists the choices of entities for the types named.
func (t *instant) bindings(named []int32) [][mostNamed]int32 {
	all := [][mostNamed]int32{{none, none, none}}
	for i, kind := range named {
		var next [][mostNamed]int32
		for _, b := range all {
			for _, e := range t.byKind[kind] {
				b[i] = e
				next = append(next, b)
				if len(next) >= mostBindings {
					break
				}
			}
		}
		all = next
	}
	return all
}

// holds says whether a condition holds of a choice of entities.
func (t *instant) holds(c condition, b [mostNamed]int32) bool {
	x := b[max(c.X, 0)]
	switch c.Is {
	case happenedNow:
		return t.event == c.Value
	case admittedAlone:
		n, known := t.s.madeOf[made{c.Value, [maxArity]int32{x, none, none}}]
		return known && t.admitted.has(n)
	case admittedWith:
		n, known := t.s.madeOf[made{c.Value, [maxArity]int32{x, b[c.Y], none}}]
		return known && t.admitted.has(n)
	case everDone:
		return t.latest(x, c.Value, c.Role) >= 0
	case doneAfter:
		first := t.latest(x, c.Other, c.Role2)
		return first >= 0 && t.latest(x, c.Value, c.Role) > first
	case neverAfter:
		return !t.holds(c.opposite(), b)
	case standsIn:
		for _, l := range t.m.about(none) {
			if l.relation == c.Value && slices.Contains(l.items, x) {
				return true
			}
		}
		return false
	case doneNow:
		return !t.idle && t.action.frame == c.Value && t.action.args[c.Role] == x
	case within:
		return t.isWithin(x, b[c.Y])
	default:
		if !t.isWithin(x, b[c.Y]) {
			return false
		}
		others := 0
		for _, e := range t.byKind[t.s.entities[x].kind] {
			others += boolOrder(t.isWithin(e, b[c.Y]))
		}
		return others >= 2
	}
}

// isWithin says whether x is known to stand in a relation to y.
func (t *instant) isWithin(x, y int32) bool {
	for _, l := range t.m.about(y) {
		if slices.Contains(l.items, x) {
			return true
		}
	}
	return false
}

// latest is when an entity last took a role in a command of a frame; -1: never.
func (t *instant) latest(x, frame int32, role int8) int32 {
	when := int32(-1)
	for _, h := range t.m.look(x).ever {
		if h.role == role && t.rules.Events[h.event].Frame == frame && !t.rules.futile[h.event] {
			when = max(when, h.time)
		}
	}
	return when
}

// conditions lists all that holds of a choice of entities.
func (t *instant) conditions(named []int32, b [mostNamed]int32) []condition {
	found := []condition{{Is: happenedNow, X: -1, Value: t.event}}
	for i := range named {
		x := b[i]
		at := int8(i)
		if t.admitted != nil {
			for _, n := range t.admitted.list {
				c := &t.s.commands[n]
				if c.n == 1 && c.args[0] == x {
					found = append(found, condition{Is: admittedAlone, X: at, Value: c.frame})
				}
				for j := range named {
					if c.n == 2 && c.args[0] == x && c.args[1] == b[j] && i != j {
						found = append(found, condition{Is: admittedWith, X: at, Y: int8(j), Value: c.frame})
					}
				}
			}
		}
		found = t.historyConditions(found, at, x)
		for _, l := range t.m.about(none) {
			if slices.Contains(l.items, x) {
				found = append(found, condition{Is: standsIn, X: at, Value: l.relation})
			}
		}
		for role, a := range t.action.args[:t.action.n] {
			if a == x && !t.idle {
				found = append(found, condition{Is: doneNow, X: at, Value: t.action.frame, Role: int8(role)})
			}
		}
		for j := range named {
			if i == j || !t.isWithin(x, b[j]) {
				continue
			}
			found = append(found, condition{Is: within, X: at, Y: int8(j)})
			if more := (condition{Is: severalWithin, X: at, Y: int8(j)}); t.holds(more, b) {
				found = append(found, more)
			}
		}
	}
	return found
}

func (t *instant) historyConditions(found []condition, at int8, x int32) []condition {
	type part struct {
		frame int32
		role  int8
	}
	var taken []part
	for _, h := range t.m.look(x).ever {
		if p := (part{t.rules.Events[h.event].Frame, h.role}); !slices.Contains(taken, p) && !t.rules.futile[h.event] {
			taken = append(taken, p)
		}
	}
	for _, p := range taken {
		found = append(found, condition{Is: everDone, X: at, Value: p.frame, Role: p.role})
		for _, q := range taken {
			if p != q && t.latest(x, p.frame, p.role) > t.latest(x, q.frame, q.role) {
				found = append(found, condition{Is: doneAfter, X: at, Value: p.frame, Role: p.role, Other: q.frame, Role2: q.role})
			}
		}
	}
	return found
}
