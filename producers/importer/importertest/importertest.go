// Package importertest runs an import against memory, for the tests of the
// formats. It is not part of the program.
package importertest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// Store is a sink that remembers, and knows what it has seen.
type Store struct {
	Transitions []*schema.TransitionRow
	Episodes    []*schema.EpisodeRow
	Tasks       []*schema.TaskRow
	Calls       []*schema.CallRow
	Training    []*schema.TrainingRow

	bySubject map[string][]string
	ids       map[string]bool
}

// NewStore returns an empty store.
func NewStore() *Store { return &Store{bySubject: map[string][]string{}, ids: map[string]bool{}} }

// Produce encodes the event as a log would, and keeps it. An id that comes
// twice is an error.
func (s *Store) Produce(_ context.Context, row schema.Row) error {
	if _, _, err := schema.Encode(row); err != nil {
		return err
	}
	id := row.Head().EventID
	if s.ids[id] {
		return os.ErrExist
	}
	s.ids[id] = true
	s.bySubject[row.Head().Subject] = append(s.bySubject[row.Head().Subject], id)
	switch r := row.(type) {
	case *schema.TransitionRow:
		s.Transitions = append(s.Transitions, r)
	case *schema.EpisodeRow:
		s.Episodes = append(s.Episodes, r)
	case *schema.TaskRow:
		s.Tasks = append(s.Tasks, r)
	case *schema.CallRow:
		s.Calls = append(s.Calls, r)
	case *schema.TrainingRow:
		s.Training = append(s.Training, r)
	}
	return nil
}

// Flush does nothing.
func (s *Store) Flush(context.Context) error { return nil }

// Seen returns the ids of the events kept about the subjects.
func (s *Store) Seen(_ context.Context, subjects []string) (map[string]struct{}, error) {
	known := map[string]struct{}{}
	for _, subject := range subjects {
		for _, id := range s.bySubject[subject] {
			known[id] = struct{}{}
		}
	}
	return known, nil
}

// Steps returns the transitions of an episode in order.
func (s *Store) Steps(episodeID string) []*schema.TransitionRow {
	var steps []*schema.TransitionRow
	for _, t := range s.Transitions {
		if t.EpisodeID == episodeID {
			steps = append(steps, t)
		}
	}
	return steps
}

// Clock is the time of imports in tests.
var Clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Options are the options of imports in tests.
func Options() importer.Options {
	return importer.Options{RunID: "run-1", Now: func() time.Time { return Clock }}
}

// Import imports paths into a new store; it must go well, but for records
// refused.
func Import(t testing.TB, format importer.Format, paths ...string) (*Store, importer.Result) {
	t.Helper()
	store := NewStore()
	result, err := importer.Run(context.Background(), format, paths, store, store, Options())
	require.NoError(t, err)
	return store, result
}

// File writes a file of the test's own and returns its path.
func File(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// Data returns the path of real data: below $DREAMLOG_TESTDATA, else below
// shared/data beside the repository. Where neither is there the test is
// skipped; where the variable is set and misses something, it fails.
func Data(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("DREAMLOG_TESTDATA")
	if dir == "" {
		dir = filepath.Join(repository(t), "..", "shared", "data")
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("DREAMLOG_TESTDATA") != "" {
			t.Fatalf("real data is missing where DREAMLOG_TESTDATA says it is: %v", err)
		}
		t.Skipf("real data is not here: %v; set DREAMLOG_TESTDATA", err)
	}
	return path
}

// repository returns the folder of go.mod above the test.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		require.NotEqual(t, parent, dir, "no go.mod above the test")
		dir = parent
	}
}

// Outcomes returns, for each task, the outcomes of its episodes: what they
// returned, or whether they were a success.
func (s *Store) Outcomes(of func(*schema.EpisodeRow) float64) (mean float64, varying int) {
	byTask := map[string][]float64{}
	sum := 0.0
	for _, e := range s.Episodes {
		value := of(e)
		sum += value
		byTask[e.TaskID] = append(byTask[e.TaskID], value)
	}
	for _, values := range byTask {
		for _, v := range values {
			if v != values[0] {
				varying++
				break
			}
		}
	}
	return sum / float64(len(s.Episodes)), varying
}

// Return is the return of an episode that has one.
func Return(e *schema.EpisodeRow) float64 { return *e.EpisodeReturn }

// Success is 1 for an episode that was solved.
func Success(e *schema.EpisodeRow) float64 {
	if e.Success != nil && *e.Success {
		return 1
	}
	return 0
}
