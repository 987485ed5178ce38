package replay

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/schema"
)

// Visibility says what a run may see: of one environment in one version,
// transitions of split train that were not retracted and were played either to
// collect offline data or by the run itself. Corrections are applied. It is the
// firewall between what is measured and what learns, and there is no other:
// whoever learns, or is retrieved from, goes through it.
type Visibility struct {
	// Environment by its name; empty: the only one that there is.
	Environment string `json:"environment"`
	// EnvironmentVersion is that of its rules; "": that of experience which
	// names none, which is a version of its own; nil: the only one that there
	// is.
	EnvironmentVersion *string `json:"environment_version"`
	// RunID is the run that learns: what it played itself to collect or to train
	// is visible. Empty: nothing beside offline data is.
	RunID string `json:"run_id,omitzero"`
	// Sources and Runs limit the offline data (purpose collect) to what one of
	// these sources recorded or one of these runs played; both nil: all of it.
	Sources []string `json:"sources,omitzero"`
	Runs    []string `json:"runs,omitzero"`
	// WithoutTasks are held out: nothing of them is visible.
	WithoutTasks []string `json:"without_tasks,omitzero"`
	// Origin is real or synthetic; empty: both are visible.
	Origin string `json:"origin,omitzero"`
	// MaxTransitions bounds what is read where a lake is larger than memory or
	// patience: whole tasks, taken in the order of a hash of their ids until the
	// next one would exceed the bound, so that a larger bound sees all that a
	// smaller one sees. At least one task is taken. 0: no bound.
	MaxTransitions int64 `json:"max_transitions,omitzero"`
}

// ErrNothingVisible says that there is nothing that the run may see.
var ErrNothingVisible = errors.New("nothing to learn from")

// scope is a visibility whose environment and version are known to be there, as
// of one snapshot.
type scope struct {
	Visibility
	version string
	// sampled is the largest hash of a task that is visible.
	sampled uint64
	tasks   []taskCount
	// between limits it to rows between two cuts; empty: it does not.
	between string
}

// taskCount is how many visible transitions a task has.
type taskCount struct {
	id          string
	transitions int64
}

// validate says what is wrong with a visibility.
func (v *Visibility) validate() error {
	if v.Origin != "" && v.Origin != "real" && v.Origin != "synthetic" {
		return fmt.Errorf("origin %q: it is real or synthetic, or empty for both", v.Origin)
	}
	if v.MaxTransitions < 0 {
		return fmt.Errorf("at most %d transitions: give 0 for all, or more", v.MaxTransitions)
	}
	for _, name := range slices.Concat(v.Sources, v.Runs, v.WithoutTasks, []string{v.RunID}) {
		if strings.ContainsRune(name, 0) {
			return fmt.Errorf("%q has a NUL byte in it: nothing can be looked up by it", name)
		}
	}
	return nil
}

// resolve finds the environment, its version and the visible tasks.
func (v Visibility) resolve(ctx context.Context, session *analytics.Session) (*scope, error) {
	if err := v.validate(); err != nil {
		return nil, fmt.Errorf("what a run may see: %w", err)
	}
	s := &scope{Visibility: v, sampled: everyTask}
	if err := s.choose(ctx, session); err != nil {
		return nil, err
	}
	if err := s.checkHeldOut(ctx, session); err != nil {
		return nil, err
	}
	if err := s.countTasks(ctx, session); err != nil {
		return nil, err
	}
	s.sample()
	return s, nil
}

// place is an environment in one version.
type place struct{ environment, version string }

func (p place) String() string {
	if p.version == "" {
		return p.environment + " without a version"
	}
	return fmt.Sprintf("%s version %q", p.environment, p.version)
}

// choose settles on one environment and one version of it.
func (s *scope) choose(ctx context.Context, session *analytics.Session) error {
	var all, chosen []place
	err := eachRow(ctx, session, func(row []any) error {
		all = append(all, place{row[0].(string), row[1].(string)})
		return nil
	}, "SELECT DISTINCT environment, coalesce(environment_version, '') FROM transitions WHERE "+s.anywhere()+" ORDER BY ALL", s.parameters()...)
	if err != nil {
		return fmt.Errorf("look for environments: %w", err)
	}
	for _, p := range all {
		if (s.Environment == "" || s.Environment == p.environment) && (s.EnvironmentVersion == nil || *s.EnvironmentVersion == p.version) {
			chosen = append(chosen, p)
		}
	}
	switch {
	case len(chosen) == 1:
		s.Environment, s.version = chosen[0].environment, chosen[0].version
		s.EnvironmentVersion = &s.version
		return nil
	case len(chosen) > 1 && chosen[0].environment != chosen[len(chosen)-1].environment:
		return fmt.Errorf("there are several environments to learn from, and they are never mixed: name one of %s", places(chosen))
	case len(chosen) > 1:
		return fmt.Errorf("environment %s has several versions, and they are never mixed: name one of %s", chosen[0].environment, places(chosen))
	}
	return s.nothing(ctx, session, all)
}

func places(all []place) string {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}

// anywhere is the condition of visibility for rows of the views transitions and
// episodes, whatever their environment. It names the parameters that parameters
// gives values.
func (s *scope) anywhere() string {
	var conditions []string
	for _, f := range s.filters() {
		conditions = append(conditions, f.condition)
	}
	return strings.Join(conditions, " AND ") + wholeNames()
}

// wholeNames leaves out what has a NUL byte in its names: DuckDB's driver ends
// parameters there, so that one name would stand for another.
func wholeNames() (condition string) {
	for _, column := range []string{"environment", "coalesce(environment_version, '')", "task_id", "episode_id"} {
		condition += " AND NOT contains(" + column + ", chr(0))"
	}
	return condition
}

// everyTask is the sample that leaves no task out.
const everyTask = ^uint64(0)

// where is the whole condition of visibility, but for the sample of tasks.
func (s *scope) where() string {
	condition := "environment = $environment AND coalesce(environment_version, '') = $version AND " + s.anywhere()
	if s.between != "" {
		condition = s.between + " AND " + condition
	}
	return condition
}

// parameters of anywhere.
func (s *scope) parameters() []any {
	var all []any
	add := func(name string, given bool, value any) {
		if given {
			all = append(all, named(name, value))
		}
	}
	add("sources", len(s.Sources) > 0, s.Sources)
	add("runs", len(s.Runs) > 0, s.Runs)
	add("run", s.RunID != "", s.RunID)
	add("origin", s.Origin != "", s.Origin)
	add("without", len(s.WithoutTasks) > 0, s.WithoutTasks)
	return all
}

// arguments are the parameters of where, and more.
func (s *scope) arguments(more ...any) []any {
	all := append(s.parameters(), named("environment", s.Environment), named("version", s.version))
	return append(all, more...)
}

// sampledWhere is where with the sample of tasks, as of the snapshot at which it
// was taken.
func (s *scope) sampledWhere() string {
	if s.sampled == everyTask {
		return s.where()
	}
	return s.where() + " AND task_id IN (SELECT unnest($tasks::VARCHAR[]))"
}

// sampledArguments are the parameters of sampledWhere.
func (s *scope) sampledArguments() []any {
	if s.sampled == everyTask {
		return s.arguments()
	}
	tasks := make([]string, len(s.tasks))
	for i, t := range s.tasks {
		tasks[i] = t.id
	}
	return s.arguments(named("tasks", tasks))
}

func named(name string, value any) any { return driver.NamedValue{Name: name, Value: value} }

// checkHeldOut refuses to hold out a task that is not there: a slip of the pen
// would show what was to be held out.
func (s *scope) checkHeldOut(ctx context.Context, session *analytics.Session) error {
	for _, task := range s.WithoutTasks {
		known, err := Known(ctx, session, s.Environment, "task_id", task)
		if err != nil {
			return err
		}
		if !known {
			return fmt.Errorf("task %q cannot be held out: as of snapshot %d environment %s has no such task; the views transitions and tasks have their ids",
				task, session.Snapshot(), s.Environment)
		}
	}
	return nil
}

// Known says whether the lake has anything of an environment with this task_id or
// episode_id, visible or not.
func Known(ctx context.Context, session *analytics.Session, environment, column, id string) (known bool, err error) {
	tables := "SELECT 1 FROM lake.transitions WHERE environment = $1 AND " + column + " = $2"
	if column == "task_id" {
		tables += " UNION ALL SELECT 1 FROM lake.tasks WHERE environment = $1 AND task_id = $2"
	}
	err = eachRow(ctx, session, func([]any) error {
		known = true
		return nil
	}, tables+" LIMIT 1", environment, id)
	if err != nil {
		return false, fmt.Errorf("look up %s %q: %w", column, id, err)
	}
	return known, nil
}

// countTasks counts the visible transitions of each task.
func (s *scope) countTasks(ctx context.Context, session *analytics.Session) error {
	err := eachRow(ctx, session, func(row []any) error {
		s.tasks = append(s.tasks, taskCount{row[0].(string), row[1].(int64)})
		return nil
	}, "SELECT task_id, count(*) FROM transitions WHERE "+s.where()+" GROUP BY task_id ORDER BY task_id", s.arguments()...)
	if err != nil {
		return fmt.Errorf("count the transitions of tasks: %w", err)
	}
	return nil
}

// sample leaves so many tasks that the bound holds.
func (s *scope) sample() {
	if s.MaxTransitions <= 0 || len(s.tasks) == 0 {
		return
	}
	byHash := slices.Clone(s.tasks)
	slices.SortFunc(byHash, func(a, b taskCount) int {
		return cmp.Or(cmp.Compare(schema.HashID(a.id), schema.HashID(b.id)), strings.Compare(a.id, b.id))
	})
	var sum int64
	for i, t := range byHash {
		if sum += t.transitions; i > 0 && sum > s.MaxTransitions {
			break
		}
		s.sampled = schema.HashID(t.id)
	}
	s.keepSample()
}

// keepSample forgets the tasks that the sample has not.
func (s *scope) keepSample() {
	s.tasks = slices.DeleteFunc(s.tasks, func(t taskCount) bool { return !s.inSample(t.id) })
}

// inSample says whether the sample of tasks has this one.
func (s *scope) inSample(task string) bool { return schema.HashID(task) <= s.sampled }
