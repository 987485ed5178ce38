package household

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// problem writes the scene down as a PDDL problem.
func (s *scene) problem(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "(define (problem %s)\n  (:domain household)\n  (:objects\n", name)
	s.objects(&b)
	b.WriteString("  )\n  (:init\n")
	s.roomFacts(&b)
	s.thingFacts(&b)
	fmt.Fprintf(&b, "  )\n  (:goal %s))\n", s.task.goal())
	return b.String()
}

func (s *scene) objects(b *strings.Builder) {
	fmt.Fprintf(b, "    %s - room\n", s.roomID())
	for spot := range s.room.spots {
		fmt.Fprintf(b, "    %s - spot\n", spotID(spot))
	}
	for _, p := range s.room.pieces {
		fmt.Fprintf(b, "    %s - furniture\n", p.id)
	}
	for _, l := range s.room.lamps {
		fmt.Fprintf(b, "    %s - thing\n", l.id)
	}
	for _, t := range s.things {
		fmt.Fprintf(b, "    %s - thing\n", t.id)
	}
	for _, class := range s.room.classes() {
		fmt.Fprintf(b, "    %s - class\n", classID(class))
	}
	for _, kind := range s.kinds() {
		fmt.Fprintf(b, "    %s - kind\n", kindID(kind))
	}
}

// roomFacts writes what is so of the room and its furniture.
func (s *scene) roomFacts(b *strings.Builder) {
	fact(b, s.room.kind.name, s.roomID())
	fact(b, "here", spotID(0))
	fact(b, "empty_handed")
	for _, p := range s.room.pieces {
		fact(b, "stands", p.id, spotID(p.spot))
		fact(b, "of_class", p.id, classID(p.class))
		for _, f := range []struct {
			feature   feature
			predicate string
		}{{door, "has_door"}, {hollow, "hollow"}, {water, "has_water"}, {heat, "gets_hot"}, {cold, "gets_cold"}} {
			if p.has&f.feature != 0 {
				fact(b, f.predicate, p.id)
			}
		}
	}
}

// thingFacts writes what is so of the things, and where they are.
func (s *scene) thingFacts(b *strings.Builder) {
	for _, l := range s.room.lamps {
		fact(b, "lamp", l.id)
		fact(b, "of_kind", l.id, kindID(l.kind))
		fact(b, "rests", l.id, l.on.id)
	}
	fits := map[string]thingKind{}
	for _, t := range s.things {
		fits[t.kind.name] = t.kind
		t.facts(b)
	}
	for _, kind := range slices.Sorted(maps.Keys(fits)) {
		for _, class := range s.room.classes() {
			if fits[kind].fitsIn(class) {
				fact(b, "fits", kindID(kind), classID(class))
			}
		}
	}
}

func (t placed) facts(b *strings.Builder) {
	fact(b, "portable", t.id)
	fact(b, "of_kind", t.id, kindID(t.kind.name))
	fact(b, "rests", t.id, t.on.id)
	if t.on.has&cold != 0 {
		fact(b, "cold", t.id)
	}
	for _, can := range []struct {
		trait     trait
		predicate string
	}{{washable, "washable"}, {heatable, "heatable"}, {coolable, "coolable"}, {sliceable, "sliceable"}, {sharp, "sharp"}} {
		if t.kind.traits&can.trait != 0 {
			fact(b, can.predicate, t.id)
		}
	}
}

// kinds returns the kinds of all things and lamps, each once, sorted.
func (s *scene) kinds() []string {
	var kinds []string
	for _, t := range s.things {
		kinds = append(kinds, t.kind.name)
	}
	for _, l := range s.room.lamps {
		kinds = append(kinds, l.kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// goal is the task as a PDDL condition.
func (t task) goal() string {
	thing, place := kindID(t.thing.name), classID(t.place)
	there := fmt.Sprintf("(of_kind ?t %s) (of_class ?f %s) (rests ?t ?f)", thing, place)
	switch t.kind {
	case PlaceTwo:
		return fmt.Sprintf("(exists (?t ?u - thing ?f - furniture)\n    (and (not (= ?t ?u)) %s\n         (of_kind ?u %s) (rests ?u ?f)))", there, thing)
	case Examine:
		return fmt.Sprintf("(exists (?t ?l - thing ?f - furniture ?s - spot)\n    (and (of_kind ?t %s) (carrying ?t)\n         (of_kind ?l %s) (lit ?l) (rests ?l ?f) (stands ?f ?s) (here ?s)))", thing, kindID(t.place))
	case Clean:
		there += " (washed ?t)"
	case Heat:
		there += " (hot ?t)"
	case Cool:
		there += " (cold ?t)"
	}
	return fmt.Sprintf("(exists (?t - thing ?f - furniture)\n    (and %s))", there)
}

func (s *scene) roomID() string {
	return fmt.Sprintf("%s_bar_%02d", s.room.kind.name, s.room.number)
}

func spotID(spot int) string { return fmt.Sprintf("spot_bar_%02d", spot) }

// Ids of kinds and classes must differ from every word of a command: the
// format replaces ids that stand in a walkthrough.
func kindID(kind string) string   { return kind + "_kind" }
func classID(class string) string { return class + "_class" }

func fact(b *strings.Builder, predicate string, arguments ...string) {
	fmt.Fprintf(b, "    (%s)\n", strings.Join(append([]string{predicate}, arguments...), " "))
}
