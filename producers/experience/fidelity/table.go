package fidelity

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// WriteTable writes rows for people: shares as numbers in [0, 1], errors of
// success as counts, and beside the figures over all steps those over the
// knowable ones.
func WriteTable(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	WriteRows(t, rows)
	return t.Flush()
}

// WriteRows writes the cells of the table, with tabs between them.
func WriteRows(t io.Writer, rows []Row) {
	fmt.Fprintln(t, "model\tsetting\tk\thistory\tdepth\tsteps\trefused\tstate\t95%\ttoken F1\tadmissible\t95%\tF1\treward err\tfalse succ\tmissed succ\tend err\tknowable\tstate\tadmissible")
	for i := range rows {
		r := &rows[i]
		if r.Over != AllSteps {
			continue
		}
		knowable := r.knowable(rows)
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n",
			r.Model, r.Setting, r.K, r.History, r.Depth, r.N, r.Refused,
			number(r.NextStateExact), between(r.NextStateExactLow, r.NextStateExactHigh), number(r.TokenF1),
			number(r.AdmissibleExact), between(r.AdmissibleExactLow, r.AdmissibleExactHigh), number(r.AdmissibleF1),
			number(r.RewardError), counted(r.FalseSuccesses, r.Failures), counted(r.MissedSuccesses, r.Successes), number(r.TerminalError),
			knowable.N, number(knowable.NextStateExact), number(knowable.AdmissibleExact))
	}
}

// knowable returns the row of the same over the knowable steps; empty where
// there are none.
func (r *Row) knowable(rows []Row) Row {
	for _, o := range rows {
		if o.Over == KnowableSteps && o.Model == r.Model && o.ModelVersion == r.ModelVersion && o.Setting == r.Setting &&
			o.K == r.K && o.History == r.History && o.Depth == r.Depth {
			return o
		}
	}
	return Row{}
}

func number(x *float64) string {
	if x == nil {
		return "-"
	}
	return strconv.FormatFloat(*x, 'f', 3, 64)
}

func between(low, high *float64) string {
	if low == nil || high == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f–%.2f", *low, *high)
}

func counted(n, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", n, of)
}
