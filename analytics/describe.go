package analytics

import (
	"context"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/analytics/views"
)

// View is a view as dreamlog describe shows it.
type View struct {
	Name string
	// What a row is.
	Summary string
	Columns []Column
}

// Column is a column of a view.
type Column struct {
	Name string
	// Type in DuckDB.
	Type string
	// What it means, with its unit.
	Meaning string
}

// Views describes every view, in the order in which a newcomer may read them.
func (s *Session) Views(ctx context.Context) ([]View, error) {
	var all []View
	for _, v := range s.views {
		described, err := s.describe(ctx, v)
		if err != nil {
			return nil, err
		}
		all = append(all, described)
	}
	return all, nil
}

// Describe describes one view. The error names those there are.
func (s *Session) Describe(ctx context.Context, name string) (View, error) {
	var known []string
	for _, v := range s.views {
		if v.Name == name {
			return s.describe(ctx, v)
		}
		known = append(known, v.Name)
	}
	return View{}, fmt.Errorf("there is no view %q; there are %s", name, strings.Join(known, ", "))
}

func (s *Session) describe(ctx context.Context, v views.View) (View, error) {
	result, err := s.db.Query(ctx, "SELECT * FROM "+v.Name+" LIMIT 0")
	if err != nil {
		return View{}, fmt.Errorf("describe %s: %w", v.Name, err)
	}
	defer result.Close()
	described := View{Name: v.Name, Summary: v.Summary}
	for _, c := range result.Columns() {
		described.Columns = append(described.Columns, Column{c.Name, c.Type.Name, v.Meaning(c.Name)})
	}
	return described, nil
}
