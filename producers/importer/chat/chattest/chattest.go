// Package chattest helps the tests of chat formats: it imports files through
// the real framework, counts what came, and rebuilds conversations from calls.
// Only tests use it.
package chattest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// Data returns a path below the shared data sets, and skips the test where
// they are absent.
func Data(t testing.TB, elements ...string) string {
	t.Helper()
	root := os.Getenv("DREAMLOG_TESTDATA")
	if root == "" {
		root = besideRepository(t)
	}
	path := filepath.Join(append([]string{root}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the data sets are missing: %v; set DREAMLOG_TESTDATA to their folder", err)
		}
		t.Skipf("the data sets are missing: %v; set DREAMLOG_TESTDATA to their folder", err)
	}
	return path
}

// besideRepository returns the place where the data sets lie by default.
func besideRepository(t testing.TB) string {
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared", "data")
		}
		parent := filepath.Dir(dir)
		require.NotEqual(t, dir, parent, "no go.mod above the test")
		dir = parent
	}
}

// Read reads one file with a format and returns its episodes and the records
// refused.
func Read(t testing.TB, format importer.Format, path string) (episodes []*importer.Episode, refused map[int]error) {
	t.Helper()
	src, err := importer.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, src.Close()) }()
	refused = map[int]error{}
	err = format.Read(context.Background(), src, func(number int, e *importer.Episode, err error) error {
		if err != nil {
			refused[number] = err
			return nil
		}
		episodes = append(episodes, e)
		return nil
	})
	require.NoError(t, err)
	return episodes, refused
}

// Write writes a file of the test's own and returns its path.
func Write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// Messages returns the elements of a JSON array of messages.
func Messages(t testing.TB, array []byte) []string {
	t.Helper()
	var raw []jsontext.Value
	require.NoError(t, json.Unmarshal(array, &raw))
	messages := make([]string, len(raw))
	for i := range raw {
		messages[i] = string(raw[i])
	}
	return messages
}

// Conversation rebuilds the messages of an episode of one segment from its
// calls, and from its info what no call answered.
func Conversation(t testing.TB, e *importer.Episode) []string {
	t.Helper()
	messages := []string{}
	for i := range e.Calls {
		require.Zero(t, *e.Calls[i].Segment)
		messages = append(messages, Messages(t, []byte(e.Calls[i].Messages))...)
		messages = append(messages, e.Calls[i].Response)
	}
	if e.Info == nil {
		return messages
	}
	var info map[string]jsontext.Value
	require.NoError(t, json.Unmarshal([]byte(*e.Info), &info))
	if rest := info[chat.Unanswered]; rest != nil {
		messages = append(messages, Messages(t, rest)...)
	}
	return messages
}

// Import imports a path as the import command does, and returns what came.
func Import(t testing.TB, format importer.Format, path string) *Landed {
	t.Helper()
	landed := &Landed{}
	options := importer.Options{RunID: "run", Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	var err error
	landed.Result, err = importer.Run(context.Background(), format, []string{path}, landed, landed, options)
	require.NoError(t, err)
	for _, rejection := range landed.Result.Rejections {
		t.Errorf("refused: %v", rejection)
	}
	return landed
}

// Landed is a sink that keeps what an import produced.
type Landed struct {
	Result      importer.Result
	Transitions []*schema.TransitionRow
	Episodes    []*schema.EpisodeRow
	Calls       []*schema.CallRow
	Tasks       []*schema.TaskRow
}

// Produce keeps an event, after the event log's own encoding accepted it.
func (l *Landed) Produce(_ context.Context, row schema.Row) error {
	if _, _, err := schema.Encode(row); err != nil {
		return err
	}
	switch r := row.(type) {
	case *schema.TransitionRow:
		l.Transitions = append(l.Transitions, r)
	case *schema.EpisodeRow:
		l.Episodes = append(l.Episodes, r)
	case *schema.CallRow:
		l.Calls = append(l.Calls, r)
	case *schema.TaskRow:
		l.Tasks = append(l.Tasks, r)
	}
	return nil
}

// Flush has nothing to do.
func (*Landed) Flush(context.Context) error { return nil }

// Seen knows of nothing.
func (*Landed) Seen(context.Context, []string) (map[string]struct{}, error) { return nil, nil }

// Outcomes returns the mean return of the graded episodes, how many tasks there
// are, and how many of them have episodes of different returns.
func (l *Landed) Outcomes() (mean float64, tasks, varying int) {
	seen := map[[2]string]map[float64]bool{}
	graded := 0.0
	for _, e := range l.Episodes {
		task := [2]string{e.Environment, e.TaskID}
		if seen[task] == nil {
			seen[task] = map[float64]bool{}
		}
		if e.EpisodeReturn != nil {
			seen[task][*e.EpisodeReturn] = true
			mean, graded = mean+*e.EpisodeReturn, graded+1
		}
	}
	for _, returns := range seen {
		if len(returns) > 1 {
			varying++
		}
	}
	return mean / graded, len(seen), varying
}
