package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

// mistakes gathers what the models predicted wrongly, by model, setting, k,
// whether it had to be guessed, and the first word of the action.
type mistakes map[mistakeKey]*mistake

type mistakeKey struct {
	model, setting string
	k              int
	knowable       bool
	verb, of       string
}

type mistake struct {
	n       int
	example string
}

// observe takes note of a prediction that is wrong.
func (m mistakes) observe(p fidelity.Pair) {
	step := &p.Recording.Steps[p.Index]
	var of, example string
	switch said := &p.Prediction; {
	case said.Text != step.Next.Text:
		of, example = "next state", fmt.Sprintf("said %q\n    for  %q", said.Text, step.Next.Text)
	case step.Next.Admissible != nil && fidelity.SetF1(said.Admissible, step.Next.Admissible) < 1:
		of, example = "admissible", fmt.Sprintf("missed %q, invented %q", less(step.Next.Admissible, said.Admissible), less(said.Admissible, step.Next.Admissible))
	default:
		return
	}
	verb, _, _ := strings.Cut(step.Action, " ")
	key := mistakeKey{p.Subject.Model.Model().ID, p.Subject.Setting, p.Subject.K, p.Knowable, verb, of}
	if m[key] == nil {
		m[key] = &mistake{example: fmt.Sprintf("%s, %q: %s", step.EventID, step.Action, example)}
	}
	m[key].n++
}

// less returns what is in a and not in b.
func less(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// write tells the most frequent mistakes of the models that learn, with the
// first example of each.
func (m mistakes) write(w io.Writer, most int) {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b mistakeKey) int {
		return cmp.Or(cmp.Compare(a.model, b.model), cmp.Compare(a.setting, b.setting), cmp.Compare(a.k, b.k), cmp.Compare(guess(a.knowable), guess(b.knowable)),
			cmp.Compare(m[b].n, m[a].n), cmp.Compare(a.verb, b.verb), cmp.Compare(a.of, b.of))
	})
	told, last := 0, mistakeKey{}
	for _, key := range keys {
		group := mistakeKey{model: key.model, setting: key.setting, k: key.k, knowable: key.knowable}
		if group != last {
			told, last = 0, group
		}
		if told++; told > most || key.model == "copy" {
			continue
		}
		fmt.Fprintf(w, "%5d  %s, %s, k = %d, %s: %s after %q\n    %s\n", m[key].n, key.model, key.setting, key.k, guess(key.knowable), key.of, key.verb, m[key].example)
	}
}

func guess(knowable bool) string {
	if knowable {
		return "knowable"
	}
	return "to be guessed"
}
