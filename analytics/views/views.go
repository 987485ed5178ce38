// Package views owns the SQL views that the lake is read through: one .sql file
// a view, with its documentation in the comment at its head.
//
// It knows the text of the views only. Package analytics, its only caller,
// defines them over the files of a snapshot and tells what they need: the
// tables of the lake in schema lake, the corrections in schema session, and
// the macros corrected_reward, retracted_transition and retracted_row.
package views

import (
	"embed"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/schema"
)

//go:embed *.sql
var files embed.FS

// names lists the views in an order in which each stands behind those that it
// reads.
func names() []string {
	return []string{
		"transitions_raw", "transitions", "episodes", "calls", "tasks", "selections", "groups", "task_values",
		"policy_versions", "evaluations", "models", "model_error", "batches", "annotations", "deadletter",
	}
}

// View is one view.
type View struct {
	Name string
	// What a row is, in a sentence or two.
	Summary string
	// The SELECT behind it, with its comment.
	SQL string
	// Table of the lake whose documentation holds for columns of the same name.
	Table string
	// Meaning and unit of a column, by its name.
	Columns map[string]string
}

// All returns the views in an order in which they can be defined. It panics
// when an embedded file breaks the form that Parse reads.
func All() []View {
	var all []View
	for _, name := range names() {
		text, err := files.ReadFile(name + ".sql")
		if err != nil {
			panic(err)
		}
		v, err := Parse(name, string(text))
		if err != nil {
			panic(err)
		}
		all = append(all, v)
	}
	return all
}

// Meaning returns what a column means, with its unit; empty when it is not
// documented.
func (v View) Meaning(column string) string {
	if own, ok := v.Columns[column]; ok {
		return own
	}
	for _, c := range schema.Columns(v.Table) {
		if c.Name == column {
			return c.Doc
		}
	}
	return ""
}

// Parse reads the comment at the head of a view's file:
//
//	-- What a row is; the first paragraph is the summary.
//	--
//	-- table NAME
//	-- column NAME: What it means, with its unit,
//	--   going on in lines that are indented.
func Parse(name, text string) (View, error) {
	v := View{Name: name, SQL: text, Columns: map[string]string{}}
	var summary []string
	var column string
	head := true // still in the first paragraph
	for line := range strings.Lines(text) {
		comment, isComment := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "--")
		if !isComment {
			break
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(comment), " ")
		switch {
		case word == "":
			head, column = false, ""
		case word == "table" && !head:
			v.Table = rest
		case word == "column" && !head:
			var meaning string
			var ok bool
			if column, meaning, ok = strings.Cut(rest, ": "); !ok || v.Columns[column] != "" {
				return v, fmt.Errorf("view %s: want one line %q a column, not %q", name, "-- column NAME: MEANING", line)
			}
			v.Columns[column] = meaning
		case column != "" && strings.HasPrefix(comment, "   "):
			v.Columns[column] += " " + strings.TrimSpace(comment)
		case head:
			summary = append(summary, strings.TrimSpace(comment))
		}
	}
	v.Summary = strings.Join(summary, " ")
	if v.Summary == "" || schema.NewRow(v.Table) == nil {
		return v, fmt.Errorf("view %s: its comment needs a summary and a line %q that names a table", name, "-- table NAME")
	}
	return v, nil
}
