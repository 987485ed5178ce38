package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/importer"
)

const importLong = `Import brings offline datasets in: files, or folders of them, gzip and zstd as
they lie. What the lake has already is left out, so that a file that has grown
can be imported again. A record that cannot be read is reported, and the rest
goes on (exit code 3).

Formats:
`

const importExample = `  dreamlog import react KnowAgentALFWorld_llama-2-13b_D0.jsonl
  dreamlog import taubench results/ --purpose evaluate
  dreamlog import mapping runs.csv --query "SELECT run AS episode_id, turn AS step,
      seen AS state, act AS action, score AS reward, 'shop' AS environment FROM source"`

func newImport(e *env) *cobra.Command {
	c := importCommand{env: e}
	cmd := &cobra.Command{
		Use: "import FORMAT PATH…", Short: "Offline datasets in", Long: importLong + formatList(), Example: importExample,
		Args:              arguments("FORMAT", "PATH…"),
		ValidArgsFunction: completeFormats,
		Annotations:       goOn("run the same command again: what is in already is left out"),
		RunE:              e.run(c.run),
	}
	flags := cmd.Flags()
	flags.BoolVar(&c.options.Strict, "strict", false, "stop at the first record refused")
	flags.StringVar(&c.options.Purpose, "purpose", "collect", "why it was played: collect, train, evaluate or probe")
	flags.StringVar(&c.query, "query", "", "for mapping: a SELECT from the view source that yields our columns, or a file with one")
	addNoLand(cmd, &c.options.NoLand)
	return cmd
}

func addNoLand(cmd *cobra.Command, noLand *bool) {
	cmd.Flags().BoolVar(noLand, "no-land", false, "leave landing to dreamlog land")
}

// formatList names the formats, a line each.
func formatList() string {
	var b strings.Builder
	for _, f := range app.ImportFormats() {
		fmt.Fprintf(&b, "  %-18s %s\n", f.Name, f.Summary)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func completeFormats(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var names []cobra.Completion
	for _, f := range app.ImportFormats() {
		names = append(names, cobra.CompletionWithDesc(f.Name, f.Summary))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

type importCommand struct {
	*env
	options app.ImportOptions
	query   string
	refused refusals
}

func (c *importCommand) run(cmd *cobra.Command, args []string) error {
	if err := c.understand(args); err != nil {
		return usage(err)
	}
	return c.withApp(cmd.Context(), app.Create, func(a *app.App) error { return c.imports(cmd.Context(), a) })
}

// understand completes the options from the arguments.
func (c *importCommand) understand(args []string) error {
	query, err := queryOf(c.query)
	if err != nil {
		return err
	}
	c.options.Format, err = app.NewFormat(args[0], query)
	if unknown := (*app.UnknownFormatError)(nil); errors.As(err, &unknown) {
		return fmt.Errorf("%w\nFormats:\n%s", err, formatList())
	}
	if err := checkPurpose(c.options.Purpose); err != nil {
		return err
	}
	c.options.Paths = args[1:]
	for _, path := range c.options.Paths {
		// Before a data directory is made for nothing.
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	return err
}

func checkPurpose(purpose string) error {
	switch purpose {
	case "collect", "train", "evaluate", "probe":
		return nil
	}
	return fmt.Errorf("--purpose %s: give collect, train, evaluate or probe", purpose)
}

// queryOf reads the query where a file is named.
func queryOf(query string) (string, error) {
	if strings.ContainsAny(query, " \n\t") || query == "" {
		return query, nil
	}
	data, err := os.ReadFile(query)
	if err != nil {
		return "", fmt.Errorf("--query: %w", err)
	}
	return string(data), nil
}

// importAnswer is what --json prints.
type importAnswer struct {
	app.Imported
	Rejections []refusal `json:"rejections,omitempty"`
}

func (c *importCommand) imports(ctx context.Context, a *app.App) error {
	c.options.Progress = func(p importer.Progress) {
		text := several(p.Result.Found.Episodes, "episode")
		if p.Files > 1 {
			text = fmt.Sprintf("file %d of %d, %s", p.File, p.Files, text)
		}
		c.stderr.progress(progress{done: p.Bytes, total: p.TotalBytes, bytes: true, text: text})
	}
	c.options.Rejected = func(r importer.Rejection) {
		c.refused.add(refusal{File: r.File, Record: r.Record, Error: r.Err.Error()})
		if !c.options.Strict { // there it is the error that ends the import
			c.warn("refused: %v", r)
		}
	}
	imported, err := a.Import(ctx, c.options)
	c.stderr.endProgress()
	if imported.RunID == "" {
		return err
	}
	answerErr := c.answer(importAnswer{imported, c.refused}, func(w io.Writer) { printImported(w, imported, c.options.NoLand) })
	if err == nil && imported.Rejected > 0 {
		err = partly("%s refused; the others are in", several(imported.Rejected, "record"))
	}
	return errors.Join(err, answerErr)
}

func printImported(w io.Writer, i app.Imported, noLand bool) {
	fmt.Fprintf(w, "imported\t%s\n", countsText(i.Counts))
	if i.Found != i.Counts {
		fmt.Fprintf(w, "found\t%s\n", countsText(i.Found))
	}
	if i.Duplicates > 0 {
		fmt.Fprintf(w, "left out\t%s known already\n", several(i.Duplicates, "event"))
	}
	if i.Rejected > 0 {
		fmt.Fprintf(w, "refused\t%s\n", several(i.Rejected, "record"))
	}
	printWhere(w, i.Landed, noLand)
}

func countsText(c importer.Counts) string {
	return fmt.Sprintf("%s, %s, %s, %s", several(c.Episodes, "episode"), several(c.Transitions, "transition"),
		several(c.Tasks, "task"), several(c.Calls, "call"))
}

// printWhere says where events are now that were produced.
func printWhere(w io.Writer, landed app.Landed, noLand bool) {
	switch {
	case noLand:
		fmt.Fprintf(w, "landed\tnot yet: `dreamlog land` does that\n")
	case landed.Snapshot > 0:
		fmt.Fprintf(w, "landed\tsnapshot %d\n", landed.Snapshot)
	}
}
