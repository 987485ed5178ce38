package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
)

const describeLong = `Describe shows what can be asked: without a name the views, with one its columns,
each with its type, its meaning and its unit.`

func newDescribe(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "describe [VIEW]", Short: "Views, columns, units, meaning", Long: describeLong,
		Example: "  dreamlog describe\n  dreamlog describe transitions",
		Args:    arguments("[VIEW]"),
		RunE: e.run(func(cmd *cobra.Command, args []string) error {
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error { return e.describe(cmd.Context(), a, args) })
		}),
	}
}

func (e *env) describe(ctx context.Context, a *app.App, args []string) (err error) {
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if len(args) == 0 {
		views, err := session.Views(ctx)
		if err != nil {
			return err
		}
		return e.answer(viewsAnswer(views), func(w io.Writer) { printViews(w, views) })
	}
	view, err := session.Describe(ctx, args[0])
	if err != nil {
		return usage(err)
	}
	return e.answer(viewAnswer(view), func(w io.Writer) { e.printView(w, view) })
}

// describedViews and the types below are what --json prints.
type describedViews struct {
	Views []describedView `json:"views"`
}

type describedView struct {
	View    string            `json:"view"`
	Summary string            `json:"summary"`
	Columns []describedColumn `json:"columns"`
}

type describedColumn struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Meaning string `json:"meaning"`
}

func viewsAnswer(views []analytics.View) (all describedViews) {
	for _, v := range views {
		all.Views = append(all.Views, viewAnswer(v))
	}
	return all
}

func viewAnswer(v analytics.View) describedView {
	d := describedView{View: v.Name, Summary: v.Summary}
	for _, c := range v.Columns {
		d.Columns = append(d.Columns, describedColumn(c))
	}
	return d
}

func printViews(w io.Writer, views []analytics.View) {
	for _, v := range views {
		fmt.Fprintf(w, "%s\t%s\n", v.Name, v.Summary)
	}
}

// printView prints columns with their meaning, which goes on below itself where
// a terminal is too narrow.
func (e *env) printView(w io.Writer, v analytics.View) {
	fmt.Fprintf(w, "%s\n\n", strings.Join(wrap(v.Name+": "+v.Summary, width(e.stdout)), "\n"))
	indent := columnWidths(v)
	for _, c := range v.Columns {
		lines := wrap(c.Meaning, width(e.stdout)-indent)
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, c.Type, lines[0])
		for _, more := range lines[1:] {
			fmt.Fprintf(w, "\t\t%s\n", more)
		}
	}
}

// columnWidths is how many columns of the terminal stand before the meaning.
func columnWidths(v analytics.View) int {
	name, kind := 0, 0
	for _, c := range v.Columns {
		name, kind = max(name, len(c.Name)), max(kind, len(c.Type))
	}
	return name + kind + 4
}
