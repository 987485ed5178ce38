package searching

import (
	"slices"
	"strings"
)

// command is what an action says, as far as its words tell.
type command struct {
	action string // as the environment has it
	act    act
	// treatment is what a command of act treat does to the thing.
	treatment treatment
	// thing is what is acted on, place what follows the preposition: take THING
	// from PLACE, go to PLACE. Either may be empty.
	thing, place string
	// label is what is between the brackets of click[label] or search[label].
	label string
}

// parse reads an action. It never fails: what it does not understand has the
// act other.
func parse(action string) command {
	if verb, rest, ok := strings.Cut(action, "["); ok && strings.HasSuffix(rest, "]") {
		return parseLabel(action, strings.ToLower(strings.TrimSpace(verb)), strings.TrimSuffix(rest, "]"))
	}
	words := strings.Fields(strings.ToLower(action))
	words = slices.DeleteFunc(words, isArticle)
	if len(words) == 0 {
		return command{action: action}
	}
	verb, words := phrasal(words)
	c := command{action: action, act: actOf(verb), treatment: treatmentOf(verb)}
	i := slices.IndexFunc(words, isPreposition)
	if i < 0 {
		i = len(words)
	} else {
		c.place = strings.Join(words[i+1:], " ")
	}
	c.thing = strings.Join(words[:i], " ")
	if !c.complete() {
		c.act = other
	}
	return c
}

func parseLabel(action, verb, label string) command {
	c := command{action: action, label: strings.TrimSpace(label)}
	switch verb {
	case "search":
		c.act = enter
	case "click":
		c.act = click
	}
	return c
}

// phrasal joins a verb with the particle behind it: pick up, switch on.
func phrasal(words []string) (verb string, rest []string) {
	if len(words) > 1 {
		if joined := words[0] + " " + words[1]; actOf(joined) != other {
			return joined, words[2:]
		}
	}
	return words[0], words[1:]
}

// complete says whether the command names all that its verb needs: one goes to a
// place, opens a thing, puts a thing to a place.
func (c command) complete() bool {
	switch c.act {
	case goTo:
		return c.thing == "" && c.place != ""
	case put:
		return c.thing != "" && c.place != ""
	case inspect:
		return c.thing != "" || c.place != ""
	default:
		return c.thing != ""
	}
}

// subject is what a command to inspect, open or go is about.
func (c command) subject() string {
	if c.thing != "" {
		return c.thing
	}
	return c.place
}
