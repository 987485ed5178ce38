// Package prompt owns the SQL prompt: statements over several lines, history,
// completion, and the commands that begin with a point.
//
// It runs no SQL and shows no rows itself: its Database does. The sql command
// calls it where nobody gave a query and somebody is at the terminal.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Database answers what is typed.
type Database interface {
	// Query runs one statement and shows its rows. The error is shown by the
	// prompt, which then goes on.
	Query(ctx context.Context, sql string) error
	// Refresh reads what has landed since, and says what is read now.
	Refresh(ctx context.Context) (string, error)
	// Views lists what can be read.
	Views() []View
}

// View is a view with its columns.
type View struct {
	Name, Summary string
	Columns       []Column
}

// Column is a column of a view.
type Column struct{ Name, Type string }

// Lines reads what a person types.
type Lines interface {
	// Read returns a text that is Complete; ErrInterrupted where the person gave
	// it up, io.EOF at the end.
	Read(ctx context.Context) (string, error)
}

// ErrInterrupted says that a person gave up what was being typed.
var ErrInterrupted = errors.New("interrupted")

// errQuit ends the prompt.
var errQuit = errors.New("quit")

const help = `Type SQL and end it with ; – it may take several lines. Tab completes words.
  .tables    what can be read
  .refresh   read what has landed since
  .help      this
  .quit      end (or Ctrl-D)
DESCRIBE transitions; shows the columns of a view. Ctrl-C ends a running query.`

// Run reads and answers until the person quits or ctx ends. Answers go to out,
// errors to failures.
func Run(ctx context.Context, db Database, lines Lines, out, failures io.Writer) error {
	for {
		text, err := lines.Read(ctx)
		switch {
		case errors.Is(err, ErrInterrupted):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch err := answer(ctx, db, text, out); {
		case errors.Is(err, errQuit):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			fmt.Fprintf(failures, "%v\n", err)
		}
	}
}

// answer answers one text; the statements behind one that fails are left out.
func answer(ctx context.Context, db Database, text string, out io.Writer) error {
	if command := strings.TrimSpace(text); strings.HasPrefix(command, ".") {
		return obey(ctx, db, strings.TrimRight(command, "; "), out)
	}
	statements, rest := Split(text)
	if !blank(rest) {
		statements = append(statements, rest)
	}
	for _, s := range statements {
		if err := db.Query(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// obey carries out a command of the prompt.
func obey(ctx context.Context, db Database, command string, out io.Writer) error {
	switch command {
	case ".quit", ".exit", ".q":
		return errQuit
	case ".help", ".h":
		_, err := fmt.Fprintln(out, help)
		return err
	case ".tables", ".views":
		return listViews(db.Views(), out)
	case ".refresh":
		what, err := db.Refresh(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, what)
		return err
	}
	return fmt.Errorf("there is no command %s; .help lists them", command)
}

func listViews(views []View, out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, v := range views {
		fmt.Fprintf(t, "%s\t%s\n", v.Name, firstSentence(v.Summary))
	}
	return t.Flush()
}

func firstSentence(text string) string {
	sentence, _, more := strings.Cut(text, ". ")
	if more {
		return sentence + "."
	}
	return sentence
}
