package household

import (
	"slices"
	"strings"
)

// task is what a game asks for.
type task struct {
	kind  Kind
	thing thingKind
	// place is the class of furniture where the thing belongs; of Examine the
	// kind of lamp.
	place string
}

// signature says what the task asks for, in any room.
func (t task) signature() string {
	return strings.Join([]string{string(t.kind), t.thing.name, t.place}, "-")
}

// tasksIn lists the tasks of a kind that the room allows.
func tasksIn(r *room, kind Kind, things []thingKind) []task {
	if kind.means()&^r.features() != 0 {
		return nil
	}
	var tasks []task
	for _, thing := range things {
		if !thing.foundIn(r.kind.name) || !kind.suits(thing.traits) {
			continue
		}
		for _, place := range r.placesFor(kind, thing) {
			t := task{kind, thing, place}
			if len(r.startsOf(t)) > 0 {
				tasks = append(tasks, t)
			}
		}
	}
	return tasks
}

// placesFor lists where the room allows a thing to end up. What treats the
// thing is no place for it: that would be no further errand.
func (r *room) placesFor(kind Kind, thing thingKind) []string {
	var places []string
	if kind == Examine {
		for _, l := range r.lamps {
			places = append(places, l.kind)
		}
		return places
	}
	for _, p := range r.pieces {
		if thing.fitsIn(p.class) && p.has&kind.means() == 0 {
			places = append(places, p.class)
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// startsOf lists the furniture where a thing of the task may be at first: not
// where the task is already done, nor where it comes out of itself.
func (r *room) startsOf(t task) []piece {
	return where(r.pieces, func(p piece) bool {
		switch {
		case !t.thing.fitsIn(p.class), p.class == t.place:
			return false
		case t.kind == Examine:
			return !r.lit(t.place, p.spot)
		case t.kind == Cool:
			return p.has&cold == 0
		default:
			return true
		}
	})
}

// lit says whether a lamp of the kind is at the spot.
func (r *room) lit(lampKind string, spot int) bool {
	for _, l := range r.lamps {
		if l.kind == lampKind && l.on.spot == spot {
			return true
		}
	}
	return false
}
