package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

// enoughWins is how often tasks told in the same way must have been seen solved
// before a model is expected to know what success takes.
const enoughWins = 12

// wins counts how successes are foretold, by the way that tasks are told: their
// instruction without the things in it.
type wins struct {
	things map[string]bool
	seen   map[string]int // wins that were seen
	rows   map[winsKey]*winsRow
	order  []winsKey
}

type winsKey struct {
	model, setting string
	k              int
	enough         bool
}

type winsRow struct{ successes, missed, failures, invented int }

var numberedThing = regexp.MustCompile(`\b([a-z]+) \d+\b`)

func newWins(seen []*producers.Recording) *wins {
	w := &wins{things: map[string]bool{}, seen: map[string]int{}, rows: map[winsKey]*winsRow{}}
	for _, r := range seen {
		for i := range r.Steps {
			for _, found := range numberedThing.FindAllStringSubmatch(r.Steps[i].Next.Text, -1) {
				w.things[found[1]] = true
			}
		}
	}
	for _, r := range seen {
		if r.Success != nil && *r.Success {
			w.seen[w.way(r.Task.Instruction)]++
		}
	}
	return w
}

// way is how a task is told.
func (w *wins) way(instruction string) string {
	words := strings.Fields(strings.ToLower(instruction))
	for i, word := range words {
		if bare := strings.Trim(word, ".,:;!?"); w.things[bare] {
			words[i] = strings.Replace(word, bare, "_", 1)
		}
	}
	return strings.Join(words, " ")
}

// observe counts a prediction.
func (w *wins) observe(p fidelity.Pair) error {
	r := p.Recording
	if r.Success == nil {
		return nil
	}
	key := winsKey{p.Subject.Model.Model().ID, p.Subject.Setting, p.Subject.K, w.seen[w.way(r.Task.Instruction)] >= enoughWins}
	row := w.rows[key]
	if row == nil {
		row = &winsRow{}
		w.rows[key] = row
		w.order = append(w.order, key)
	}
	claimed := p.Prediction.Success != nil && *p.Prediction.Success
	if *r.Success && p.Index == len(r.Steps)-1 {
		row.successes++
		if !claimed {
			row.missed++
		}
		return nil
	}
	row.failures++
	if claimed {
		row.invented++
	}
	return nil
}

func (w *wins) write(out io.Writer) {
	for _, key := range w.order {
		seen := "fewer than %d wins were"
		if key.enough {
			seen = "%d wins or more were"
		}
		row := w.rows[key]
		fmt.Fprintf(out, "%s, %s, k = %d, tasks told in a way of which "+seen+" seen: %d of %d successes missed, %d of %d invented\n",
			key.model, key.setting, key.k, enoughWins, row.missed, row.successes, row.invented, row.failures)
	}
}
