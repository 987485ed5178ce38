package household

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Every type of room has this many rooms, numbered from 1. A room's number
// alone decides its furniture; the last rooms are those of valid_unseen.
const (
	roomsOfType      = 30
	knownRoomsOfType = 20
)

// piece is a piece of furniture.
type piece struct {
	id    string
	class string
	has   feature
	spot  int // where one stands to reach it; from 1, 0 is the doorway
}

// lamp is a lamp, which stays where it is.
type lamp struct {
	id, kind string
	on       piece
}

// room is a furnished room.
type room struct {
	kind   roomType
	number int
	pieces []piece
	lamps  []lamp
	spots  int
}

// name is the room's id in paths, such as kitchen_07.
func (r *room) name() string { return fmt.Sprintf("%s_%02d", r.kind.name, r.number) }

// known says whether the room is one of those that train, dev and valid_seen
// use.
func (r *room) known() bool { return r.number <= knownRoomsOfType }

// layout says what stands in the room, in words: rooms of a type differ in it.
func (r *room) layout() string {
	var classes []string
	for _, p := range r.pieces {
		classes = append(classes, p.class)
	}
	return strings.Join(classes, " ")
}

// classes returns the classes of furniture in the room, each once, sorted.
func (r *room) classes() []string {
	var classes []string
	for _, p := range r.pieces {
		classes = append(classes, p.class)
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

// features returns all that some furniture of the room has.
func (r *room) features() feature {
	var all feature
	for _, p := range r.pieces {
		all |= p.has
	}
	return all
}

// furnishAll returns the rooms of the type, no two of them furnished alike.
func furnishAll(kind roomType) []*room {
	var rooms []*room
	seen := map[string]bool{}
	for number := 1; number <= roomsOfType; number++ {
		for draw := 0; ; draw++ {
			r := furnish(kind, number, newDice("room", kind.name, number, draw))
			if !seen[r.layout()] {
				seen[r.layout()] = true
				rooms = append(rooms, r)
				break
			}
		}
	}
	return rooms
}

func furnish(kind roomType, number int, dice *rand.Rand) *room {
	r := &room{kind: kind, number: number, spots: 1}
	has := features()
	for _, f := range kind.furniture {
		for i := range between(dice, f.least, f.most) {
			r.pieces = append(r.pieces, piece{
				id: fmt.Sprintf("%s_bar_%02d", f.class, i+1), class: f.class, has: has[f.class],
			})
		}
	}
	r.arrange(dice)
	r.light(dice)
	return r
}

// arrange gives every piece its spot: one of its own, or for what is built in
// often that of furniture which stands free.
func (r *room) arrange(dice *rand.Rand) {
	var free []int
	for i := range r.pieces {
		p := &r.pieces[i]
		if p.has&builtIn != 0 && len(free) > 0 && dice.IntN(2) == 0 {
			p.spot = pick(dice, free)
			continue
		}
		p.spot = r.spots
		r.spots++
		if p.has&(builtIn|door) == 0 {
			free = append(free, p.spot)
		}
	}
}

// light puts up one lamp of every kind for which there is a place.
func (r *room) light(dice *rand.Rand) {
	places := lampPlaces()
	for _, kind := range r.kind.lamps {
		fitting := where(r.pieces, func(p piece) bool { return slices.Contains(places[kind], p.class) })
		if len(fitting) > 0 {
			r.lamps = append(r.lamps, lamp{id: kind + "_bar_01", kind: kind, on: pick(dice, fitting)})
		}
	}
}

func where(pieces []piece, holds func(piece) bool) []piece {
	var some []piece
	for _, p := range pieces {
		if holds(p) {
			some = append(some, p)
		}
	}
	return some
}
