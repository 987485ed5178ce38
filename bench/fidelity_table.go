package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

// tableDepths are the columns of open loops in docs/fidelity.md.
var tableDepths = []int{1, 5, 10, 20}

// writeMarkdown writes the table of docs/fidelity.md: a line for each model,
// setting and k, with next states and admissible sets exact as A / B.
func writeMarkdown(w io.Writer, rows []fidelity.Row) {
	fmt.Fprint(w, "| model | tasks | k | one step | F1 | knowable steps |")
	for _, d := range tableDepths {
		fmt.Fprintf(w, " depth %d |", d)
	}
	fmt.Fprint(w, " successes missed | invented |\n|---|---|---|---|---|---|")
	fmt.Fprintln(w, strings.Repeat("---|", len(tableDepths)+2))
	for _, r := range rows {
		if r.History != fidelity.OneStep || r.Over != fidelity.AllSteps {
			continue
		}
		ofModel := sameModel(rows, &r)
		kind, _, _ := strings.Cut(r.Model, "/")
		knowable, _ := fidelity.At(ofModel, r.Setting, r.K, fidelity.OneStep, 1, fidelity.KnowableSteps)
		fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %s (%d of %d) |", kind, r.Setting, r.K,
			both(r.NextStateExact, r.AdmissibleExact), both(r.TokenF1, r.AdmissibleF1), both(knowable.NextStateExact, knowable.AdmissibleExact), knowable.N, r.N)
		for _, d := range tableDepths {
			deep, _ := fidelity.At(ofModel, r.Setting, r.K, fidelity.OpenLoop, d, fidelity.AllSteps)
			fmt.Fprintf(w, " %s |", both(deep.NextStateExact, deep.AdmissibleExact))
		}
		fmt.Fprintf(w, " %d of %d | %d of %d |\n", r.MissedSuccesses, r.Successes, r.FalseSuccesses, r.Failures)
	}
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
