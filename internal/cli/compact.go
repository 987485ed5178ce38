package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/schema"
)

const compactLong = `Compact merges the small files of the lake into large ones, sorted by environment,
task, episode and step, so that queries read less. No row changes, no snapshot
is lost, and readers and landers beside it notice nothing. A follower
(land --follow) does it by itself. The small files go with ` + "`dreamlog gc`" + `.`

func newCompact(e *env) *cobra.Command {
	var options app.CompactOptions
	cmd := &cobra.Command{
		Use: "compact [TABLE…]", Short: "Small files into large ones", Long: compactLong,
		Example:           "  dreamlog compact\n  dreamlog compact transitions --full",
		Args:              arguments("[TABLE…]"),
		ValidArgsFunction: cobra.FixedCompletions(schema.Tables(), cobra.ShellCompDirectiveNoFileComp),
		Annotations:       goOn("what was merged is merged; run it again for the rest"),
		RunE: e.run(func(cmd *cobra.Command, args []string) error {
			for _, table := range args {
				if !slices.Contains(schema.Tables(), table) {
					return usagef("there is no table %q; there are %v", table, schema.Tables())
				}
			}
			options.Tables = args
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				report, err := a.Compact(cmd.Context(), options)
				if err != nil {
					return err
				}
				return e.answer(compactAnswer{report}, func(w io.Writer) { printCompacted(w, report) })
			})
		}),
	}
	cmd.Flags().BoolVar(&options.Full, "full", false, "merge as far as files may grow, not only where many files of a size are")
	return cmd
}

// compactAnswer is what --json prints.
type compactAnswer struct {
	Tables compactor.Report `json:"tables"`
}

func printCompacted(w io.Writer, report compactor.Report) {
	merged := 0
	for _, table := range slices.Sorted(maps.Keys(report)) {
		t := report[table]
		if t.Merged == 0 {
			continue
		}
		merged += t.Merged
		fmt.Fprintf(w, "%s\t%s into %d\t%s\t%s -> %s\n", table, several(int64(t.Merged), "file"), t.Merges,
			several(t.Rows, "row"), size(t.BytesBefore), size(t.BytesAfter))
	}
	if merged == 0 {
		fmt.Fprintln(w, "nothing to merge: no table has many files of a size")
	}
}
