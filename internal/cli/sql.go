package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/analytics/render"
	"github.com/dreamlog/dreamlog/internal/app"
)

const sqlLong = `SQL asks the lake, in the SQL of DuckDB, over the views that ` + "`dreamlog describe`" + `
lists. It sees one snapshot: the newest, or the one that --at names by its
number or as the newest at a time. Statements only read, and reach no file, no
network and no setting.

The query is the argument, else what comes on stdin; at a terminal there is a
prompt with history and completion.`

const sqlExample = `  dreamlog sql "SELECT environment, count(*) FROM episodes GROUP BY ALL"
  dreamlog sql "FROM transitions WHERE episode_id = '…' ORDER BY step" --format csv
  dreamlog sql "FROM episodes" -o episodes.parquet
  dreamlog sql --at 2026-11-01T12:00:00Z < question.sql
  dreamlog sql`

func newSQL(e *env) *cobra.Command {
	c := sqlCommand{env: e}
	cmd := &cobra.Command{
		Use: "sql [QUERY]", Short: "SQL over the views; no query: a prompt", Long: sqlLong, Example: sqlExample,
		Args: arguments("[QUERY]"),
		RunE: e.run(c.run),
	}
	flags := cmd.Flags()
	flags.StringVar(&c.at, "at", "", "`snapshot`: its number, or a time such as 2026-11-01T12:00:00Z")
	flags.StringVar(&c.formatName, "format", "", strings.Join(render.Formats(), ", ")+" (default: that of the file's name, else table)")
	flags.StringVarP(&c.file, "output", "o", "", "write the rows to `file`, which is there when it is whole")
	flags.DurationVar(&c.options.Timeout, "timeout", 0, "longest that a query may run, such as 30s (default: no limit)")
	flags.Var((*byteSize)(&c.options.MemoryBytes), "memory", "most memory that a query may take, such as 512MB (default 2GiB)")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(render.Formats(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

type sqlCommand struct {
	*env
	at         string
	formatName string
	file       string
	options    analytics.Options

	format render.Format
}

func (c *sqlCommand) run(cmd *cobra.Command, args []string) error {
	if err := c.chooseFormat(); err != nil {
		return usage(err)
	}
	return c.withApp(cmd.Context(), app.Open, func(a *app.App) error {
		if len(args) == 0 && isTerminal(c.stdin) && c.file == "" {
			return c.prompt(cmd.Context(), a)
		}
		query, err := c.queryFrom(args)
		if err != nil {
			return err
		}
		return c.once(cmd.Context(), a, query)
	})
}

// chooseFormat takes the format asked for, else that of the file's name.
func (c *sqlCommand) chooseFormat() (err error) {
	name := c.formatName
	extension := strings.ToLower(strings.TrimPrefix(filepath.Ext(c.file), "."))
	if _, err := render.ParseFormat(extension); name == "" && err == nil {
		name = extension
	}
	switch {
	case name == "" && c.global.json:
		name = string(render.JSON)
	case name == "":
		name = string(render.Table)
	}
	if c.format, err = render.ParseFormat(name); err != nil {
		return err
	}
	if c.format.Binary() && c.file == "" && isTerminal(c.stdout) {
		return fmt.Errorf("%s is not for a terminal: give a file with -o, or send stdout into one", c.format)
	}
	return nil
}

// maxQueryBytes bounds a query from stdin.
const maxQueryBytes = 16 << 20

func (c *sqlCommand) queryFrom(args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	text, err := io.ReadAll(io.LimitReader(c.stdin, maxQueryBytes))
	if err != nil {
		return "", fmt.Errorf("read the query from stdin: %w", err)
	}
	if strings.TrimSpace(string(text)) == "" {
		return "", usagef("there is no query: give it as the argument or on stdin")
	}
	return string(text), nil
}

// once answers one query.
func (c *sqlCommand) once(ctx context.Context, a *app.App, query string) (err error) {
	session, err := a.Session(ctx, c.at, c.options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if c.file == "" {
		return c.write(ctx, session, query, c.stdout)
	}
	return writeFile(c.file, func(w io.Writer) error { return c.write(ctx, session, query, w) })
}

// write writes the rows of a query.
func (c *sqlCommand) write(ctx context.Context, session *app.Session, query string, w io.Writer) (err error) {
	result, err := session.Query(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	return render.Write(w, c.format, result, render.Options{Width: width(w)})
}

// width is how many columns a terminal has; 0 for what is none.
func width(stream any) int {
	file, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return columns
}
