package chat

import "slices"

// difference says how admissible actions differ from those before; gone is nil
// where none of them is left, and after nil where nothing is known of them.
func difference(before, after []string) (gone, added []string) {
	gone, added = []string{}, []string{}
	if after == nil {
		return gone, added
	}
	gone, added = without(before, after), without(after, before)
	if len(gone) > 0 && len(gone) == len(before) {
		gone = nil
	}
	return gone, added
}

// admissible are the actions after those before, by what the answer says of them.
func (a *Answer) admissible(before []string) []string {
	if a.ActionsGone == nil {
		before = nil
	}
	kept := without(before, a.ActionsGone)
	return append(kept, without(a.ActionsNew, kept)...)
}

// without returns the actions that are not among others.
func without(actions, others []string) []string {
	among := make(map[string]bool, len(others))
	for _, o := range others {
		among[o] = true
	}
	return slices.DeleteFunc(append([]string{}, actions...), func(a string) bool { return among[a] })
}
