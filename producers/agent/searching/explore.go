package searching

import "strings"

// explore tries what was not tried yet: of the actions that were taken least
// often where all looks as it does now, those that share most words with the
// instruction, where each time that an action was taken anywhere lowers it.
type explore struct {
	goal   *goal
	tries  map[string]int            // by action
	states map[string]map[string]int // by what a state looks like, then by action
	here   map[string]int            // that of the state now
}

// enter looks at where one is.
func (x *explore) enter(v view) {
	var key strings.Builder
	key.WriteString(v.text)
	for _, c := range v.commands {
		key.WriteString("\n" + c.action)
	}
	x.here = x.states[key.String()]
	if x.here == nil {
		x.here = map[string]int{}
		x.states[key.String()] = x.here
	}
}

// took counts what was done.
func (x *explore) took(c command) {
	x.tries[c.action]++
	x.here[c.action]++
}

// suggest always knows an action where any is admissible.
func (x *explore) suggest(v view) (best []string) {
	fewest, most := 0, 0.0
	for _, c := range v.commands {
		tries := x.here[c.action]
		relevance := float64(x.goal.overlap(c.action)) / float64(1+x.tries[c.action])
		switch {
		case len(best) == 0, tries < fewest, tries == fewest && relevance > most:
			best, fewest, most = []string{c.action}, tries, relevance
		case tries == fewest && relevance == most:
			best = append(best, c.action)
		}
	}
	return best
}
