package main

import "fmt"

// chore is a task in a home.
type chore struct {
	kind   string // put, clean, warm, cool, two or read
	target string // kind of thing
	goal   string // place; for read that of the lamp
}

func chores() []chore {
	return []chore{
		{"put", "key", "shelf 1"}, {"put", "pen", "desk 1"}, {"put", "letter", "drawer 2"}, {"put", "soap", "cabinet 1"},
		{"clean", "cup", "shelf 1"}, {"clean", "plate", "cabinet 2"}, {"clean", "fork", "drawer 1"}, {"clean", "apple", "fridge 1"},
		{"warm", "potato", "table 1"}, {"warm", "cup", "desk 1"}, {"warm", "bread", "counter 1"}, {"warm", "plate", "cabinet 3"},
		{"cool", "apple", "table 1"}, {"cool", "bottle", "counter 1"}, {"cool", "lettuce", "shelf 2"}, {"cool", "pot", "cabinet 1"},
		{"two", "book", "desk 1"}, {"two", "key", "drawer 1"}, {"two", "pillow", "shelf 2"}, {"two", "cup", "cabinet 3"},
		{"read", "book", "desk 1"}, {"read", "letter", "desk 1"}, {"read", "pen", "desk 1"}, {"read", "newspaper", "desk 1"},
	}
}

// id names the task.
func (c chore) id() string { return fmt.Sprintf("%s-%s-%s", c.kind, c.target, noSpace(c.goal)) }

func (c chore) instruction() string {
	switch c.kind {
	case "put":
		return fmt.Sprintf("put a %s in the %s", c.target, c.goal)
	case "clean":
		return fmt.Sprintf("wash a %s and put it in the %s", c.target, c.goal)
	case "warm":
		return fmt.Sprintf("warm a %s and put it in the %s", c.target, c.goal)
	case "cool":
		return fmt.Sprintf("cool a %s and put it in the %s", c.target, c.goal)
	case "two":
		return fmt.Sprintf("put two of the kind %s in the %s", c.target, c.goal)
	}
	return fmt.Sprintf("look at a %s in the light of the lamp 1 on the desk 1", c.target)
}

// count is how many things of the kind the task takes.
func (c chore) count() int {
	if c.kind == "two" {
		return 2
	}
	return 1
}

// treatment is what must be done to the thing, and where; empty: nothing.
func (c chore) treatment() (verb, where string) {
	switch c.kind {
	case "clean":
		return "wash", "sink 1"
	case "warm":
		return "warm", "microwave 1"
	case "cool":
		return "cool", "fridge 1"
	}
	return "", ""
}

// treated says whether a thing is as the task wants it.
func (c chore) treated(t *thing) bool {
	switch c.kind {
	case "clean":
		return t.clean
	case "warm":
		return t.warm
	case "cool":
		return t.cooled
	}
	return true
}

// done says whether the task is solved.
func (c chore) done(h *home) bool {
	if c.kind == "read" {
		return h.lit && h.holding != nil && h.holding.kind == c.target && h.at == h.find(c.goal)
	}
	there := 0
	for _, t := range h.find(c.goal).things {
		if t.kind == c.target && c.treated(t) {
			there++
		}
	}
	return there >= c.count()
}

func noSpace(s string) string {
	out := []byte(s)
	for i := range out {
		if out[i] == ' ' {
			out[i] = '-'
		}
	}
	return string(out)
}
