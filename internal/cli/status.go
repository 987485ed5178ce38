package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const statusLong = `Status says what the newest snapshot holds and how far the event log is ahead of
it. It changes nothing. While another command writes to the data directory
without --follow, the log cannot be asked, and lag is null.`

func newStatus(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Snapshot, cut, lag and sizes", Long: statusLong,
		Example: "  dreamlog status\n  dreamlog status --json",
		Args:    arguments(),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				status, err := a.Status(cmd.Context())
				if err != nil {
					return err
				}
				return e.answer(status, func(w io.Writer) { printStatus(w, status) })
			})
		}),
	}
}

func printStatus(w io.Writer, s app.Status) {
	if s.Snapshot == 0 {
		fmt.Fprintf(w, "snapshot\tnone: nothing has landed yet\n")
	} else {
		fmt.Fprintf(w, "snapshot\t%d, published %s\n", s.Snapshot, s.Time.UTC().Format(time.DateTime+" UTC"))
	}
	fmt.Fprintf(w, "lag\t%s\n", lagText(s))
	fmt.Fprintf(w, "topic\t%s, generation %d\n", s.Topic, s.Generation)
	fmt.Fprintf(w, "offsets\t%s: %s, %s, %s, %s\n", number(s.Counts.Total()), several(s.Counts.Rows, "row"),
		several(s.Counts.DeadLetter, "dead letter"), several(s.Counts.Duplicates, "duplicate"), number(s.Counts.Skipped)+" skipped")
	fmt.Fprintf(w, "\ntable\trows\tfiles\tsize\tversion\n")
	for _, t := range s.Tables {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", t.Table, number(t.Rows), number(int64(t.Files)), size(t.Bytes), t.Version)
	}
	fmt.Fprintf(w, "in all\t\t\t%s\t\n", size(s.Bytes))
	if len(s.Partitions) == 0 {
		return
	}
	fmt.Fprintf(w, "\npartition\tcut\tend of log\tMerkle root\n")
	for _, p := range s.Partitions {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", p.Partition, number(p.Cut), endText(p.End), shortened(p.Root, 16))
	}
}

func lagText(s app.Status) string {
	switch {
	case s.Lag == nil:
		return "unknown: " + s.LagUnknown
	case *s.Lag == 0:
		return "none: all that is on the event log has landed"
	}
	return several(*s.Lag, "offset") + " on the event log; `dreamlog land` brings them in"
}

func endText(end *int64) string {
	if end == nil {
		return "unknown"
	}
	return number(*end)
}

// shortened cuts a digest or an id to its first characters.
func shortened(text string, length int) string {
	if len(text) <= length {
		return text
	}
	return text[:length] + "…"
}
