package scripted_test

import (
	"slices"
	"strings"
)

// house is a small world in which most random steps have to be taken back: one
// hand, things that may be put anywhere, and a cupboard that may be shut. The
// task is a warm cup in the cupboard.
type house struct {
	at   string            // empty: in the middle
	lies map[string]string // thing to place; hand: held
	open bool
	warm bool
}

var (
	places = []string{"table 1", "table 2", "shelf 1", "sink 1", "stove 1", "cupboard 1"}
	things = []string{"cup 1", "fork 1", "pan 1", "salt 1"}
	// solution is the walkthrough.
	solution = []string{"go to cupboard 1", "open cupboard 1", "take cup 1 from cupboard 1", "go to stove 1",
		"warm cup 1 with stove 1", "go to cupboard 1", "put cup 1 in cupboard 1"}
)

func newHouse() *house {
	return &house{lies: map[string]string{"cup 1": "cupboard 1", "fork 1": "table 1", "pan 1": "stove 1", "salt 1": "shelf 1"}}
}

func (h *house) won() bool { return h.warm && h.lies["cup 1"] == "cupboard 1" }

// admissible lists what can be done, in an order that is always the same.
func (h *house) admissible() (actions []string) {
	for _, place := range places {
		if place != h.at {
			actions = append(actions, "go to "+place)
		}
	}
	if h.at == "cupboard 1" && h.open {
		actions = append(actions, "close cupboard 1")
	} else if h.at == "cupboard 1" {
		actions = append(actions, "open cupboard 1")
	}
	reach := h.at != "" && (h.at != "cupboard 1" || h.open)
	for _, thing := range things {
		switch {
		case h.lies[thing] == "hand":
			actions = append(actions, "look at "+thing)
			if reach {
				actions = append(actions, "put "+thing+" in "+h.at)
			}
			if h.at == "stove 1" {
				actions = append(actions, "warm "+thing+" with stove 1")
			}
		case reach && h.lies[thing] == h.at && !h.full():
			actions = append(actions, "take "+thing+" from "+h.at)
		}
	}
	return append(actions, "look", "wait")
}

func (h *house) full() bool {
	for _, place := range h.lies {
		if place == "hand" {
			return true
		}
	}
	return false
}

// do takes an action; it returns false where that is not admissible.
func (h *house) do(action string) bool {
	if !slices.Contains(h.admissible(), action) {
		return false
	}
	words := strings.Fields(action)
	switch words[0] {
	case "go":
		h.at = strings.TrimPrefix(action, "go to ")
	case "open", "close":
		h.open = words[0] == "open"
	case "take":
		h.lies[words[1]+" 1"] = "hand"
	case "put":
		h.lies[words[1]+" 1"] = h.at
	case "warm":
		h.warm = h.warm || words[1] == "cup"
	}
	return true
}
