// Package corpus imports real agent experience of other projects into one data
// directory, and holds what SQL says of it to the counts that its collectors
// published.
package corpus

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

// set is a published set of experience and what is known of it. Of figures
// that were published to three digits, these are compared; unknown is for what
// its collectors do not say.
type set struct {
	format string
	path   string // below the folder of test data
	source string // pattern of column source, as SQL's LIKE has it

	episodes, transitions, tasks int64
	meanReturn, success          float64
	vary                         int64 // tasks whose attempts returned differently
}

const unknown = -1

func sets() []set {
	return []set{
		{"react", "knowagent_alfworld", "react/KnowAgent%", 1020, 17950, 510, .310, .310, 120},
		{"react", "alfworld/transcripts_valid_unseen.json", "react/transcripts%", 67, 717, 67, 55. / 67, 55. / 67, 0},
		{"textworld-express", "textworld_express", "textworld-express/%", 800, 17988, 100, unknown, (174 + 95 + 165 + 131) / 800., unknown},
		{"webshop", "webshop/WebShop.stdout.txt", "webshop/%", 500, 3437, 500, .638, .358, 0},
		{"intercode", "intercode_sql", "intercode/%", 5170, 26929, 1034, .651, unknown, 608},
		{"taubench", "taubench_airline", "taubench/%", 200, 2454, 50, .420, .420, 26},
		{"agentdojo", "agentdojo", "agentdojo/%", 3560, 13740, 132, 2125. / 3560, 2125. / 3560, 124},
		{"verifiers", "verifiers", "verifiers/%", 45, 316, 10, unknown, unknown, unknown},
		{"swe-agent", "swe_agent", "swe-agent/%", 2, 9, 2, unknown, unknown, unknown},
		{"scienceworld", "scienceworld/goldsequences-7-8-11-12-13-14.json", "scienceworld/%", 1240, 15050, 1240, 1, 1, 0},
	}
}

func TestEverySetComesOutOfSQLAsItWasPublished(t *testing.T) {
	a := create(t)
	for _, s := range sets() {
		begun := time.Now()
		imported := s.imports(t, a)
		t.Logf("%-18s %-42s %5d episodes %6d transitions in %5.1f s", s.format, s.path, imported.Episodes, imported.Transitions, time.Since(begun).Seconds())
		require.Equal(t, importer.Counts{Episodes: s.episodes, Transitions: s.transitions, Tasks: s.tasks, Calls: imported.Calls}, imported.Counts, s.path)
		require.Zero(t, imported.Rejected, s.path)
	}
	for _, s := range sets() {
		s.check(t, a)
	}

	before, snapshot := rows(t, a), newest(t, a)
	for _, s := range sets() {
		again := s.imports(t, a)
		require.Zero(t, again.Counts, "%s: a second import added something", s.path)
		require.Equal(t, []int64{s.episodes, s.transitions}, []int64{again.Found.Episodes, again.Found.Transitions}, s.path)
		require.Positive(t, again.Duplicates, s.path)
	}
	require.Equal(t, before, rows(t, a))
	require.Equal(t, snapshot, newest(t, a), "nothing to land, no entry")
}

// create makes a data directory.
func create(t *testing.T) *app.App {
	a, err := app.Create(t.Context(), app.Config{Data: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	return a
}

func (s set) imports(t *testing.T, a *app.App) app.Imported {
	format, err := app.NewFormat(s.format, "")
	require.NoError(t, err)
	imported, err := a.Import(t.Context(), app.ImportOptions{Format: format, Paths: []string{importertest.Data(t, s.path)}})
	require.NoError(t, err, s.path)
	return imported
}

// check asks SQL for every count.
func (s set) check(t *testing.T, a *app.App) {
	got := ask(t, a, `
		SELECT count(*), sum(length)::BIGINT, count(DISTINCT (environment, task_id)), avg(episode_return), avg(success::INTEGER),
			(SELECT count(*) FROM transitions WHERE source LIKE $1),
			(SELECT count(*) FROM tasks WHERE source LIKE $1),
			(SELECT count(*) FROM (
				SELECT task_id FROM episodes WHERE source LIKE $1 GROUP BY environment, task_id HAVING count(DISTINCT episode_return) > 1
			)),
			count(DISTINCT episode_id)
		FROM episodes WHERE source LIKE $1`, s.source)
	require.Equal(t, []any{s.episodes, s.transitions, s.tasks}, got[:3], s.path)
	near(t, s.meanReturn, got[3], s.path+": mean return")
	near(t, s.success, got[4], s.path+": success")
	require.Equal(t, []any{s.transitions, s.tasks}, got[5:7], s.path)
	if s.vary != unknown {
		require.Equal(t, s.vary, got[7], "%s: tasks that vary", s.path)
	}
	require.Equal(t, s.episodes, got[8], s.path)
}

// near compares to the three digits that were published.
func near(t *testing.T, want float64, got any, what string) {
	if want != unknown {
		require.InDelta(t, want, got, .0005, what)
	}
}

// rows counts the rows of every view of events.
func rows(t *testing.T, a *app.App) []any {
	return ask(t, a, `SELECT (SELECT count(*) FROM transitions_raw), (SELECT count(*) FROM episodes), (SELECT count(*) FROM calls),
		(SELECT count(*) FROM tasks), (SELECT count(*) FROM deadletter)`)
}

func newest(t *testing.T, a *app.App) int64 {
	snapshot, err := a.Lake().Newest(t.Context())
	require.NoError(t, err)
	return snapshot.Number
}

// ask returns the one row of a query at the newest snapshot.
func ask(t *testing.T, a *app.App, query string, args ...any) []any {
	session, err := a.Session(t.Context(), "", analytics.Options{})
	require.NoError(t, err)
	row, err := first(t.Context(), session, query, args...)
	require.NoError(t, err)
	require.NoError(t, session.Close())
	return row
}

func first(ctx context.Context, session *app.Session, query string, args ...any) ([]any, error) {
	result, err := session.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	if !result.Next() {
		return nil, fmt.Errorf("no row: %w", result.Err())
	}
	return append([]any(nil), result.Row()...), nil
}
