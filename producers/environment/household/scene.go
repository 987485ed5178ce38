package household

import (
	"fmt"
	"math/rand/v2"
)

// mostAlike is how many things of a kind lie about at most, beside the task's.
const mostAlike = 3

// placed is a portable thing and where it lies at first.
type placed struct {
	id   string
	kind thingKind
	on   piece
}

// scene is a room with a task and everything in it.
type scene struct {
	room        *room
	task        task
	things      []placed
	instruction string
}

// setScene strews things over the room: those of the task, one or two more of
// the kind, and others.
func setScene(r *room, t task, things []thingKind, dice *rand.Rand) *scene {
	s := &scene{room: r, task: t, instruction: instruct(t, dice)}
	count := map[string]int{}
	for range t.kind.wanted() + dice.IntN(3) {
		s.add(t.thing, pick(dice, r.startsOf(t)), count)
	}
	others := othersIn(r, t, things)
	for range between(dice, r.kind.least, r.kind.most) {
		other := pick(dice, others)
		if count[other.name] < mostAlike {
			s.add(other, pick(dice, r.piecesFor(other)), count)
		}
	}
	return s
}

// othersIn lists the kinds of thing, beside that of the task, that have a
// place in the room.
func othersIn(r *room, t task, things []thingKind) []thingKind {
	var others []thingKind
	for _, k := range things {
		if k.name != t.thing.name && k.foundIn(r.kind.name) && len(r.piecesFor(k)) > 0 {
			others = append(others, k)
		}
	}
	return others
}

func (r *room) piecesFor(k thingKind) []piece {
	return where(r.pieces, func(p piece) bool { return k.fitsIn(p.class) })
}

func (s *scene) add(k thingKind, on piece, count map[string]int) {
	count[k.name]++
	s.things = append(s.things, placed{fmt.Sprintf("%s_bar_%02d", k.name, count[k.name]), k, on})
}
