package replay

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
)

// filter is one part of what makes a row visible.
type filter struct {
	condition string
	// what the condition lets through, and the column that says what a row is
	// instead; empty: none that is worth a list.
	what, column string
	// remedy is what to do where it lets nothing through.
	remedy string
}

// filters are those that hold whatever the environment.
func (s *scope) filters() []filter {
	own, purpose := "", "of purpose collect"
	if s.RunID != "" {
		own, purpose = " OR purpose IN ('collect', 'train') AND run_id = $run", "of purpose collect or of run "+s.RunID
	}
	all := []filter{
		{"split = 'train'", "of split train", "split", "import or play some of split train"},
		{"(purpose = 'collect'" + own + ")", purpose, "purpose", "import some, or play some to collect"},
	}
	var limits, names, columns []string
	if len(s.Sources) > 0 {
		limits, columns = append(limits, "list_contains($sources::VARCHAR[], source)"), append(columns, "source")
		names = append(names, "of source "+strings.Join(s.Sources, ", "))
	}
	if len(s.Runs) > 0 {
		limits, columns = append(limits, "list_contains($runs::VARCHAR[], run_id)"), append(columns, "run_id")
		names = append(names, "of run "+strings.Join(s.Runs, ", "))
	}
	if len(limits) > 0 {
		all = append(all, filter{"(" + strings.Join(limits, " OR ") + own + ")", strings.Join(names, " or "), columns[0], "name one that is there"})
	}
	if s.Origin != "" {
		all = append(all, filter{"origin = $origin", s.Origin, "origin", ""})
	}
	if len(s.WithoutTasks) > 0 {
		all = append(all, filter{"NOT list_contains($without::VARCHAR[], task_id)", "of a task that is not held out", "", "hold fewer out"})
	}
	return all
}

// placeFilters are those of the environment and the version that were asked for.
func (s *scope) placeFilters() (all []filter) {
	if s.Environment != "" {
		all = append(all, filter{"environment = $environment", "of environment " + s.Environment, "environment", ""})
	}
	if s.EnvironmentVersion != nil {
		what := fmt.Sprintf("of version %q", *s.EnvironmentVersion)
		all = append(all, filter{"coalesce(environment_version, '') = $version", what, "environment_version", ""})
	}
	return all
}

// nothing says that nothing is visible, and which filter lets nothing through.
func (s *scope) nothing(ctx context.Context, session *analytics.Session, all []place) error {
	what := "transitions"
	if s.Origin != "" {
		what = s.Origin + " transitions"
	}
	wanted := cmp.Or(s.Environment, "any environment")
	if s.EnvironmentVersion != nil {
		wanted = place{wanted, *s.EnvironmentVersion}.String()
	}
	why, err := s.narrowing(ctx, session)
	if err != nil {
		return fmt.Errorf("look for what there is to learn from: %w", err)
	}
	if len(all) > 0 {
		why += "; there are some of " + places(all)
	}
	return fmt.Errorf("%w: as of snapshot %d there are no %s of %s that this run may see (split train, purpose collect or its own, not retracted): %s",
		ErrNothingVisible, session.Snapshot(), what, wanted, why)
}

// mostNamed is how many values of a column are named.
const mostNamed = 5

// narrowing tells how many transitions each filter leaves, up to the one that
// leaves none.
func (s *scope) narrowing(ctx context.Context, session *analytics.Session) (text string, err error) {
	filters := append(s.placeFilters(), s.filters()...)
	columns, left := []string{"count(*)"}, "true"
	for _, f := range filters {
		column := "NULL"
		if f.column != "" {
			column = fmt.Sprintf("list_sort(list(DISTINCT coalesce(%s, '')) FILTER (%s))[:%d]", f.column, left, mostNamed+1)
		}
		left += " AND " + f.condition
		columns = append(columns, column, "count(*) FILTER ("+left+")")
	}
	arguments := s.parameters()
	if s.Environment != "" {
		arguments = append(arguments, named("environment", s.Environment))
	}
	if s.EnvironmentVersion != nil {
		arguments = append(arguments, named("version", *s.EnvironmentVersion))
	}
	err = eachRow(ctx, session, func(row []any) error {
		text = narrowed(filters, row)
		return nil
	}, "SELECT "+strings.Join(columns, ", ")+" FROM transitions", arguments...)
	return text, err
}

// narrowed puts into words what narrowing counted.
func narrowed(filters []filter, row []any) string {
	count := row[0].(int64)
	if count == 0 {
		return "there are none at all: import or play some of split train"
	}
	text := fmt.Sprintf("%d are there", count)
	for i, f := range filters {
		values, left := row[1+2*i], row[2+2*i].(int64)
		switch {
		case left == count:
			continue
		case left > 0:
			text += fmt.Sprintf(", %d of these %s", left, f.what)
			count = left
			continue
		}
		text += ", none of these " + f.what
		if values, ok := values.([]any); ok {
			text += " but of " + f.column + " " + listed(values)
		}
		if f.remedy != "" {
			text += ": " + f.remedy
		}
		return text
	}
	return text + ", with a NUL byte in a name"
}

// listed names values, the first of them where there are many.
func listed(values []any) string {
	var names []string
	for _, v := range values {
		names = append(names, fmt.Sprintf("%q", v))
	}
	if len(names) > mostNamed {
		names[mostNamed] = "…"
	}
	return strings.Join(names, ", ")
}
