package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/internal/app"
)

const verifyLong = `Verify recomputes from the lake what its snapshots claim: the chain of snapshots,
the hash of every row, the Merkle root of every partition at every snapshot, and
the counts. It says which snapshot, file or row was tampered with or lost, and
ends with exit code 4. It needs neither the event log nor a key.

The digest that it prints stands for all of history: keep it elsewhere, and a
later run proves that nothing before it was changed or cut off.`

func newVerify(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Recompute Merkle roots and counts from the lake", Long: verifyLong,
		Example: "  dreamlog verify\n  dreamlog verify --json | jq .mismatches",
		Args:    arguments(),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error { return e.verify(cmd.Context(), a) })
		}),
	}
}

func (e *env) verify(ctx context.Context, a *app.App) error {
	report, err := audit.Verify(ctx, a.Lake(), audit.Options{Progress: func(proven, total int64) {
		e.stderr.progress(progress{text: fmt.Sprintf("%s of %s proven", number(proven), several(total, "offset"))})
	}})
	e.stderr.endProgress()
	if err != nil {
		return err
	}
	if report.Found > 0 {
		err = unmet("the lake is not what was landed: mismatches found: %s", number(report.Found))
	}
	return errors.Join(err, e.answer(report, func(w io.Writer) { printVerified(w, report) }))
}

// maxMismatches is how many mismatches a person is shown: one damaged file
// makes many.
const maxMismatches = 20

func printVerified(w io.Writer, r audit.Report) {
	if r.Snapshot == 0 {
		fmt.Fprintln(w, "nothing has landed yet: there is nothing to verify")
		return
	}
	c := r.Checked
	fmt.Fprintf(w, "verified\t%s up to %d, %s, %s, %s\n", several(c.Snapshots, "snapshot"), r.Snapshot,
		several(c.Files, "file"), several(c.Rows, "row"), several(c.Offsets, "offset"))
	if c.Erased > 0 {
		fmt.Fprintf(w, "erased\t%s without content\n", several(c.Erased, "row"))
	}
	if c.Pending > 0 {
		fmt.Fprintf(w, "pending\t%s behind the newest snapshot\n", several(c.Pending, "row"))
	}
	fmt.Fprintf(w, "digest\t%s\n", r.Digest)
	fmt.Fprintf(w, "mismatches\t%s\n", number(r.Found))
	for _, m := range r.Mismatches[:min(len(r.Mismatches), maxMismatches)] {
		fmt.Fprintf(w, "  %s\t%s: %s\n", m.Kind, m.Object, m.Detail)
	}
	if r.Found > maxMismatches {
		fmt.Fprintf(w, "  …\t%s more; --json lists the first %s\n", number(r.Found-maxMismatches), number(int64(len(r.Mismatches))))
	}
}
