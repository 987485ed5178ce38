package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const landLong = `Land brings what is on the event log into the lake, exactly once. Commands that
produce do it by themselves; it is for events of others on a cluster, for
--no-land, and after an interruption.

With --follow it goes on until Ctrl-C: other commands then produce through it
and need not wait for each other, and the lake is kept in good order meanwhile.
Reading needs no follower and is never in its way.`

const landExample = `  dreamlog land
  dreamlog land --follow --brokers kafka-1:9092,kafka-2:9092`

func newLand(e *env) *cobra.Command {
	c := landCommand{env: e}
	cmd := &cobra.Command{
		Use: "land", Short: "Event log into the lake", Long: landLong, Example: landExample,
		Args:        arguments(),
		Annotations: goOn("what was landed is whole, and `dreamlog land` goes on where this ended"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Create, func(a *app.App) error { return c.land(cmd.Context(), a) })
		}),
	}
	cmd.Flags().BoolVar(&c.options.Follow, "follow", false, "go on until interrupted")
	cmd.Flags().BoolVar(&c.options.NewGeneration, "new-generation", false,
		"go on behind a topic that was made anew or lost records; what is landed stays")
	return cmd
}

type landCommand struct {
	*env
	options app.LandOptions
}

func (c *landCommand) land(ctx context.Context, a *app.App) error {
	c.options.Progress = func(l app.Landed) {
		c.stderr.progress(progress{text: fmt.Sprintf("snapshot %d, %s", l.Snapshot, several(sum(l.Rows), "row"))})
	}
	c.options.Ready = func(broker string) {
		if broker != "" {
			c.say("landing; the event log is at %s; Ctrl-C ends it", broker)
			return
		}
		c.say("landing; Ctrl-C ends it")
	}
	landed, err := a.Land(ctx, c.options)
	c.stderr.endProgress()
	if err == nil {
		err = ctx.Err() // a follower ends without an error
	}
	if err != nil && landed.Rows == nil {
		return err
	}
	return errors.Join(err, c.answer(landed, func(w io.Writer) { printLanded(w, landed) }))
}

func printLanded(w io.Writer, l app.Landed) {
	if l.Snapshot == 0 {
		fmt.Fprintln(w, "nothing is on the event log yet")
		return
	}
	fmt.Fprintf(w, "landed\tsnapshot %d, %s%s\n", l.Snapshot, several(sum(l.Rows), "new row"), byTable(l.Rows))
	for _, c := range []struct {
		name  string
		count int64
		what  string
	}{
		{"dead letters", l.DeadLetter, "could not be read: SELECT reason FROM deadletter says why"},
		{"duplicates", l.Duplicates, "came twice and are in once"},
		{"skipped", l.Skipped, "offsets hold no event"},
	} {
		if c.count > 0 {
			fmt.Fprintf(w, "%s\t%s %s\n", c.name, number(c.count), c.what)
		}
	}
}

// byTable lists rows by table: " (12 transitions, 1 episodes)".
func byTable(rows map[string]int64) string {
	var parts []string
	for _, table := range slices.Sorted(maps.Keys(rows)) {
		parts = append(parts, fmt.Sprintf("%s %s", number(rows[table]), table))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func sum(rows map[string]int64) (total int64) {
	for _, n := range rows {
		total += n
	}
	return total
}
