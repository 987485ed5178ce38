package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

// tableDepths are the columns of open loops in docs/fidelity.md.
var tableDepths = []int{1, 5, 10, 20}

// tableLine is a line of the table: what follows k is the same for all ks.
type tableLine struct {
	model, setting string
	ks             []string
	figures        string
}

// writeMarkdown writes the table of docs/fidelity.md: a line for each model and
// setting, and for those ks that differ, with next states and admissible sets
// exact as A / B.
func writeMarkdown(w io.Writer, rows []fidelity.Row) {
	fmt.Fprint(w, "| model | tasks | k | one step | F1 | knowable steps |")
	for _, d := range tableDepths {
		fmt.Fprintf(w, " depth %d |", d)
	}
	fmt.Fprint(w, " successes missed | invented |\n|---|---|---|---|---|---|")
	fmt.Fprintln(w, strings.Repeat("---|", len(tableDepths)+2))
	for _, l := range tableLines(rows) {
		fmt.Fprintf(w, "| %s | %s | %s | %s\n", l.model, l.setting, strings.Join(l.ks, ", "), l.figures)
	}
}

func tableLines(rows []fidelity.Row) (lines []*tableLine) {
	for i := range rows {
		r := &rows[i]
		if r.History != fidelity.OneStep || r.Over != fidelity.AllSteps {
			continue
		}
		kind, _, _ := strings.Cut(r.Model, "/")
		l := &tableLine{kind, r.Setting, []string{strconv.Itoa(r.K)}, figuresOf(r, sameModel(rows, r))}
		if n := len(lines); n > 0 && lines[n-1].model == l.model && lines[n-1].setting == l.setting && lines[n-1].figures == l.figures {
			lines[n-1].ks = append(lines[n-1].ks, l.ks...)
			continue
		}
		lines = append(lines, l)
	}
	return lines
}

func figuresOf(r *fidelity.Row, ofModel []fidelity.Row) string {
	var b strings.Builder
	knowable, _ := fidelity.At(ofModel, r.Setting, r.K, fidelity.OneStep, 1, fidelity.KnowableSteps)
	fmt.Fprintf(&b, "%s | %s | %s (%d of %d) |", both(r.NextStateExact, r.AdmissibleExact), both(r.TokenF1, r.AdmissibleF1),
		both(knowable.NextStateExact, knowable.AdmissibleExact), knowable.N, r.N)
	for _, d := range tableDepths {
		deep, _ := fidelity.At(ofModel, r.Setting, r.K, fidelity.OpenLoop, d, fidelity.AllSteps)
		fmt.Fprintf(&b, " %s |", both(deep.NextStateExact, deep.AdmissibleExact))
	}
	fmt.Fprintf(&b, " %d of %d | %d of %d |", r.MissedSuccesses, r.Successes, r.FalseSuccesses, r.Failures)
	return b.String()
}

func sameModel(rows []fidelity.Row, as *fidelity.Row) (of []fidelity.Row) {
	for _, r := range rows {
		if r.Model == as.Model && r.ModelVersion == as.ModelVersion {
			of = append(of, r)
		}
	}
	return of
}

func both(a, b *float64) string { return share(a) + " / " + share(b) }

func share(x *float64) string {
	switch {
	case x == nil:
		return "–"
	case *x == 1:
		return "1.00"
	}
	return strings.TrimPrefix(fmt.Sprintf("%.3f", *x), "0")
}
