package lifted

import (
	"slices"
	"strings"
)

// plan says what the slots of a response hold: for each list its relation and
// the argument that is its head, for each fact the argument it is about.
type plan struct {
	lists []planned
	facts []planned
	// described says which argument is described how; relation is the number of
	// the description.
	described []planned
}

type planned struct {
	relation int32
	head     int8 // index of an argument; -1: none; listBefore
}

// listBefore is the head of a list that is about the one entity of the list
// before it: "on the sofa you see a cushion".
const listBefore int8 = -2

// plan finds what the slots of a response hold. A list is about the first
// argument that its segment names, else about the one named last before.
func (w *wording) plan(segments []int32) plan {
	var p plan
	last := int8(-1)
	heading := ""
	for _, n := range segments {
		if n == none {
			continue
		}
		text := w.Segments[n]
		named := argsNamed(text)
		lists := strings.Count(text, string(slotList))
		about := generalised(text)
		if lists == 0 {
			heading = about
		} else if len(named) == 0 && last < 0 && len(strings.Fields(strings.Map(letters, about))) <= 1 {
			about = heading + about // a list by itself is what its heading says
		}
		switch {
		case lists > 0:
			head := last
			if len(named) > 0 {
				head = named[0]
				last = head
			}
			for i := range lists {
				switch {
				case i == 1 && len(named) == 0 && lists == 2:
					about := strings.Replace(generalised(text), string(slotList), string(slotHead), 1)
					p.lists = append(p.lists, planned{w.relation(about), listBefore})
				default:
					p.lists = append(p.lists, planned{w.relation(about), head})
					about += "'"
				}
			}
		case len(named) > 0 && !slices.ContainsFunc(named, func(a int8) bool { return a != named[0] }):
			p.facts = append(p.facts, planned{w.relation(about), named[0]})
			last = named[0]
		case len(named) > 0:
			last = named[len(named)-1]
		}
	}
	if len(w.Descriptions) > 0 {
		p.described = w.describedBy(segments)
	}
	return p
}

// argsNamed lists the arguments that a segment names, in order.
func argsNamed(segment string) []int8 {
	var named []int8
	for _, r := range segment {
		switch {
		case r >= slotArg && r < slotArg+maxArity:
			named = append(named, int8(r-slotArg))
		case r >= slotTitle && r < slotTitle+maxArity:
			named = append(named, int8(r-slotTitle))
		}
	}
	return named
}

// generalised is a segment that no longer says which argument it names.
func generalised(segment string) string {
	return strings.Map(func(r rune) rune {
		if r >= slotArg && r < slotArg+maxArity || r >= slotTitle && r < slotTitle+maxArity {
			return slotHead
		}
		return r
	}, strings.TrimRight(segment, " \n"))
}
