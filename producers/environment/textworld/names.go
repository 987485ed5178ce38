package textworld

import (
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// bar separates the base name from the rest of an id.
const bar = "_bar_"

// mangled are the ways in which ids write other characters.
var mangled = strings.NewReplacer(bar, "|", "_minus_", "-", "_plus_", "+", "_dot_", ".", "_comma_", ",")

// namesOf returns the names of the objects of a problem, and which of them are
// named at all: those whose ids occur in the initial facts, or that numbers are
// said of. A name is a base and a number; numbers run backwards over the sorted
// ids, the last is number 1. An id without a base is its own name, with a blank
// behind, as in the original.
func namesOf(p *ground.Problem, assigned []string) (names []string, known []bool) {
	known = make([]bool, len(p.Objects()))
	for a := range p.InitialAtoms() {
		for _, object := range a.Args {
			known[object] = true
		}
	}
	said := map[string]bool{}
	for _, id := range assigned {
		said[id] = true
	}
	names = make([]string, len(p.Objects()))
	count := map[string]int{}
	for i := len(names) - 1; i >= 0; i-- {
		id := p.Objects()[i].ID
		known[i] = known[i] || said[id]
		switch base, found := baseName(id); {
		case !found:
			names[i] = mangled.Replace(id) + " "
		case known[i]:
			count[base]++
			names[i] = base + " " + strconv.Itoa(count[base])
		default:
			names[i] = mangled.Replace(id)
		}
	}
	return names, known
}

// baseName returns what of an id its kind is called by.
func baseName(id string) (base string, found bool) {
	base, _, found = strings.Cut(id, bar)
	if strings.Contains(id, "basin") {
		base += "basin"
	}
	return mangled.Replace(base), found
}
