package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// refused is how the household answers a command that it cannot carry out.
const refused = "Nothing happens."

// thing is something that can be carried.
type thing struct {
	kind, name          string // "cup", "cup 1"
	clean, warm, cooled bool
}

// place is somewhere in a home where things can be.
type place struct {
	name   string
	door   bool // it can be shut
	open   bool
	things []*thing
}

// home is a flat with somebody in it who can carry one thing.
type home struct {
	places  []*place
	at      *place // nil: in the middle of the room
	holding *thing
	lit     bool // the lamp is on
}

// newHome furnishes a flat, and hides things in it at random.
func newHome(rng *rand.Rand, target string, count int) *home {
	h := &home{}
	for _, name := range []string{"counter 1", "sink 1", "table 1", "shelf 1", "shelf 2", "desk 1"} {
		h.places = append(h.places, &place{name: name})
	}
	for _, name := range []string{"fridge 1", "microwave 1", "cabinet 1", "cabinet 2", "cabinet 3", "drawer 1", "drawer 2"} {
		h.places = append(h.places, &place{name: name, door: true})
	}
	number := map[string]int{}
	hide := func(kind string) {
		number[kind]++
		p := h.places[rng.IntN(len(h.places))]
		p.things = append(p.things, &thing{kind: kind, name: fmt.Sprintf("%s %d", kind, number[kind])})
	}
	for range count {
		hide(target)
	}
	for _, kind := range []string{"spoon", "candle", "newspaper", "bowl", "tomato", "coin", "sponge"} {
		if kind != target && rng.Float64() < .8 {
			hide(kind)
		}
	}
	return h
}

func (h *home) find(name string) *place {
	for _, p := range h.places {
		if p.name == name {
			return p
		}
	}
	return nil
}

// visible says whether what is at a place can be seen there.
func (p *place) visible() bool { return !p.door || p.open }

func (p *place) thing(name string) *thing {
	for _, t := range p.things {
		if t.name == name {
			return t
		}
	}
	return nil
}

func (p *place) remove(t *thing) {
	for i := range p.things {
		if p.things[i] == t {
			p.things = append(p.things[:i:i], p.things[i+1:]...)
			return
		}
	}
}

// describe says what is seen at a place.
func (p *place) describe() string {
	if !p.visible() {
		return fmt.Sprintf("The %s is shut.", p.name)
	}
	if len(p.things) == 0 {
		return fmt.Sprintf("The %s is empty.", p.name)
	}
	names := make([]string, len(p.things))
	for i, t := range p.things {
		names[i] = "a " + t.name
	}
	return fmt.Sprintf("At the %s you find %s.", p.name, strings.Join(names, ", "))
}

// opening is what somebody who comes in sees.
func (h *home) opening(instruction string) string {
	names := make([]string, len(h.places))
	for i, p := range h.places {
		names[i] = "a " + p.name
	}
	return fmt.Sprintf("You come home and stand in the middle of the flat. There is %s.\nYour task is to: %s.",
		strings.Join(names, ", "), instruction)
}

// do carries out a command and returns what is seen.
func (h *home) do(command string) string {
	words := strings.Fields(command)
	switch {
	case command == "look" && h.at == nil:
		return "You stand in the middle of the flat."
	case command == "look":
		return h.at.describe()
	case command == "switch on lamp 1" && h.at == h.find("desk 1"):
		h.lit = true
		return "The lamp 1 is on now."
	case len(words) == 4 && words[0] == "go" && words[1] == "to":
		return h.goTo(words[2] + " " + words[3])
	case len(words) == 3 && words[0] == "open":
		return h.open(words[1] + " " + words[2])
	case len(words) == 6 && words[0] == "take" && words[3] == "from":
		return h.take(words[1]+" "+words[2], words[4]+" "+words[5])
	case len(words) == 6 && (words[3] == "in" || words[3] == "at"):
		return h.use(words[0], words[1]+" "+words[2], words[4]+" "+words[5])
	}
	return refused
}

func (h *home) goTo(name string) string {
	p := h.find(name)
	if p == nil || p == h.at {
		return refused
	}
	h.at = p
	return p.describe()
}

func (h *home) open(name string) string {
	p := h.find(name)
	if p == nil || p != h.at || p.visible() {
		return refused
	}
	p.open = true
	return fmt.Sprintf("You open the %s. %s", p.name, p.describe())
}

func (h *home) take(name, from string) string {
	p := h.find(from)
	if p == nil || p != h.at || !p.visible() || h.holding != nil || p.thing(name) == nil {
		return refused
	}
	h.holding = p.thing(name)
	p.remove(h.holding)
	return fmt.Sprintf("You take the %s from the %s.", name, p.name)
}

// use does something with the thing in hand: put it down, or treat it.
func (h *home) use(verb, name, where string) string {
	p, t := h.find(where), h.holding
	if p == nil || p != h.at || t == nil || t.name != name || !p.visible() {
		return refused
	}
	switch verb + " " + p.name {
	case "wash sink 1":
		t.clean = true
	case "warm microwave 1":
		t.warm, t.cooled = true, false
	case "cool fridge 1":
		t.cooled, t.warm = true, false
	default:
		if verb != "put" {
			return refused
		}
		p.things = append(p.things, t)
		h.holding = nil
	}
	return fmt.Sprintf("You %s the %s in the %s.", verb, t.name, p.name)
}
