package scripted

import (
	"slices"
	"strings"
)

// detour is a random step off the path.
type detour struct {
	action string
	before []string // admissible before it
	tried  bool     // to take it back
}

// comeBack returns the action that takes the last detour back; empty where there
// is none to take back. A detour is over when the same is admissible as before
// it, and given up when one attempt did not lead there.
func (p *path) comeBack(admissible []string) string {
	for len(p.detours) > 0 {
		last := &p.detours[len(p.detours)-1]
		if !last.tried && !sameSet(last.before, admissible) {
			if action := p.inverse(last, admissible); action != "" {
				return action
			}
		}
		p.detours = p.detours[:len(p.detours)-1]
	}
	return ""
}

// inverse guesses what takes a detour back. It must have become admissible by
// the detour: after leaving a place, going back to it; after taking a thing,
// putting it down. Of several, a step of the walkthrough is best, as it led
// here before; else the one that names the same things, so that it shares most
// words with the detour, and at least half of all: putting the cup on the table
// and taking the cup from the table, not examining the cup.
func (p *path) inverse(d *detour, admissible []string) string {
	best, closest := "", 0.0
	for _, action := range admissible {
		if slices.Contains(d.before, action) {
			continue
		}
		if closeness := similarity(d.action, action); closeness >= 0.5 && closeness > closest {
			best, closest = action, closeness
		}
	}
	for i := p.next - 1; i >= 0; i-- {
		if slices.Contains(admissible, p.steps[i]) && !slices.Contains(d.before, p.steps[i]) {
			return p.steps[i]
		}
	}
	return best
}

// similarity is the share of common words in all words of both (Jaccard).
func similarity(a, b string) float64 {
	of, in := strings.Fields(a), strings.Fields(b)
	common := 0
	for _, word := range of {
		if slices.Contains(in, word) {
			common++
		}
	}
	return float64(common) / float64(len(of)+len(in)-common)
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	if slices.Equal(a, b) {
		return true
	}
	in := make(map[string]struct{}, len(a))
	for _, s := range a {
		in[s] = struct{}{}
	}
	for _, s := range b {
		if _, ok := in[s]; !ok {
			return false
		}
	}
	return true
}
