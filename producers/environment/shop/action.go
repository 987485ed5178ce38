package shop

import "strings"

// verb is what an action does.
type verb int

const (
	nothing verb = iota // not an action of the shop
	searchFor
	clickOn
)

// parseAction reads search[words] or click[label]: the argument reaches from
// the first bracket to the last, and what follows it is passed over, as in the
// original. Case and surrounding space do not matter.
func parseAction(action string) (verb, string) {
	name, rest, found := strings.Cut(action, "[")
	end := strings.LastIndexByte(rest, ']')
	if !found || end < 0 {
		return nothing, ""
	}
	argument := strings.TrimSpace(strings.ToLower(rest[:end]))
	if argument == "" {
		return nothing, ""
	}
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "search":
		return searchFor, argument
	case "click":
		return clickOn, argument
	}
	return nothing, ""
}
