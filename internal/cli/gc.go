package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
)

const gcLong = `Gc deletes files that nobody needs any longer: those that a compaction replaced,
once the retention is over and no reader holds them; those that a killed process
left behind, once the grace period is over; old log entries behind a checkpoint.
No row and no snapshot is lost by it.

With --retention, --grace and --margin at 0s it deletes at once what others may
still read or write: only for when no other process works on the lake.`

func newGC(e *env) *cobra.Command {
	var options lake.CollectOptions
	cmd := &cobra.Command{
		Use: "gc", Short: "Delete files that nobody needs any longer", Long: gcLong,
		Example: "  dreamlog gc --dry-run\n  dreamlog gc --retention 1h",
		Args:    arguments(), Annotations: goOn("run it again for the rest"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			for name, d := range map[string]*time.Duration{"retention": &options.Retention, "grace": &options.Grace, "margin": &options.Margin} {
				if *d < 0 {
					return usagef("--%s %s: give no negative time", name, *d)
				}
				if *d == 0 {
					*d = -1 // none at all
				}
			}
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				collected, err := a.Collect(cmd.Context(), options)
				if err != nil {
					return err
				}
				return e.answer(gcAnswer{collected, options.DryRun}, func(w io.Writer) { printCollected(w, collected, options.DryRun) })
			})
		}),
	}
	flags := cmd.Flags()
	flags.DurationVar(&options.Retention, "retention", 24*time.Hour, "how long replaced files stay; at most 24h")
	flags.DurationVar(&options.Grace, "grace", 24*time.Hour, "how long files stay that no table knows")
	flags.DurationVar(&options.Margin, "margin", 10*time.Minute, "how far clocks may be apart, and how long a commit may take")
	flags.BoolVar(&options.DryRun, "dry-run", false, "only count")
	return cmd
}

// gcAnswer is what --json prints.
type gcAnswer struct {
	lake.Collected
	DryRun bool `json:"dry_run"`
}

func printCollected(w io.Writer, c lake.Collected, dryRun bool) {
	deleted := "deleted"
	if dryRun {
		deleted = "would delete"
	}
	fmt.Fprintf(w, "%s\t%s replaced by compaction\t%s\n", deleted, several(int64(c.Removed), "file"), size(c.RemovedBytes))
	fmt.Fprintf(w, "\t%s never published\t%s\n", several(int64(c.Orphans), "file"), size(c.OrphanBytes))
	fmt.Fprintf(w, "\t%s of processes that died\t\n", several(int64(c.Temporary), "temporary file"))
	fmt.Fprintf(w, "\t%s behind a checkpoint\t\n", several(int64(c.LogEntries), "log file"))
	fmt.Fprintf(w, "\t%s that had ended\t\n", several(int64(c.Leases), "lease"))
}
