package analytics

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a small lake: rows go to partition 1 in the order in which they
// are added, and into one file a table.
type fixture struct {
	t      *testing.T
	dir    string
	rows   map[string][]schema.Row
	next   int64
	sealer *schema.Sealer
	pin    *Pin
}

func newFixture(t *testing.T) *fixture {
	return &fixture{t: t, dir: t.TempDir(), rows: map[string][]schema.Row{}, sealer: schema.NewSealer([]byte("key")),
		pin: &Pin{Snapshot: 7, Tables: map[string][]File{}}}
}

func (f *fixture) Pin(context.Context) (*Pin, error) { return f.pin, nil }

// add appends a row to the log and returns its offset.
func (f *fixture) add(row schema.Row) int64 {
	at, head := row.At(), row.Head()
	at.Partition, at.Offset, at.IngestTime = 1, f.next, schema.Micros(1_700_000_000_000_000+f.next)
	head.SchemaVersion, head.Time = schema.Version, at.IngestTime
	if head.EventID == "" {
		head.EventID = fmt.Sprintf("event-%d", f.next)
	}
	if head.Source == "" {
		head.Source = "test"
	}
	if head.EventType == "" {
		head.EventType = map[string]string{schema.Transitions: schema.TypeTransition, schema.Episodes: schema.TypeEpisodeEnded,
			schema.Calls: schema.TypeLLMCalled, schema.Annotations: schema.TypeAnnotationAdded, schema.DeadLetters: "deadletter"}[row.Table()]
	}
	f.next++
	require.NoError(f.t, f.sealer.Seal(row))
	f.rows[row.Table()] = append(f.rows[row.Table()], row)
	return at.Offset
}

// write puts the rows added since into a file each table.
func (f *fixture) write(mixed bool) {
	for table, rows := range f.rows {
		var out bytes.Buffer
		_, err := parquetfile.NewWriter(parquetfile.Options{}).Write(&out, table, rows)
		require.NoError(f.t, err)
		path := filepath.Join(f.dir, fmt.Sprintf("%s's %d.parquet", table, len(f.pin.Tables[table])))
		require.NoError(f.t, os.WriteFile(path, out.Bytes(), 0o600))
		f.pin.Tables[table] = append(f.pin.Tables[table], File{Path: path, Rows: int64(len(rows)), Mixed: mixed, Schemas: []int64{schema.Version}})
	}
	clear(f.rows)
}

// open writes what is left and opens a session at the end of the log.
func (f *fixture) open() *Session {
	f.write(false)
	f.pin.Cuts = []Cut{{0, 1, f.next}}
	return f.session(Options{})
}

func (f *fixture) session(o Options) *Session {
	o.Threads = 2
	s, err := Open(f.t.Context(), f, o)
	require.NoError(f.t, err)
	f.t.Cleanup(func() { require.NoError(f.t, s.Close()) })
	return s
}

// episode adds an episode with these rewards, each step an event
// EPISODE/STEP, and its end EPISODE/end; a NaN is no reward.
func (f *fixture) episode(id, task string, version int64, rewards ...float64) (offsets []int64) {
	policy, total := "p", 0.0
	for step, reward := range rewards {
		total += reward
		offsets = append(offsets, f.add(&schema.TransitionRow{
			Envelope: schema.Envelope{EventID: fmt.Sprintf("%s/%d", id, step), Subject: id},
			Transition: schema.Transition{Purpose: "collect", Environment: "coin", Split: "train", TaskID: task, EpisodeID: id, GroupID: &task,
				Step: int64(step), Origin: "real", State: "s", Action: "a", NextState: "s", Reward: &reward, PolicyID: &policy, PolicyVersion: &version,
				Terminated: step == len(rewards)-1},
		}))
	}
	success := total > 0
	f.add(&schema.EpisodeRow{
		Envelope: schema.Envelope{EventID: id + "/end", Subject: id},
		Episode: schema.Episode{Purpose: "collect", Environment: "coin", Split: "train", TaskID: task, EpisodeID: id, GroupID: &task, Origin: "real",
			PolicyID: &policy, PolicyVersion: &version, Status: "completed", Success: &success, EpisodeReturn: &total, Length: int64(len(rewards))},
	})
	return offsets
}

// annotate adds an annotation; offset -1: it does not say where its target is.
func (f *fixture) annotate(subject, targetKind, target, kind, value string, offset int64) {
	a := &schema.AnnotationRow{
		Envelope:   schema.Envelope{Subject: subject},
		Annotation: schema.Annotation{TargetKind: targetKind, Target: target, Kind: kind, Value: schema.JSON(value)},
	}
	if offset >= 0 {
		a.TargetOffset = &offset
	}
	f.add(a)
}

// read runs a query and returns its rows as lines of text, values parted by |.
func read(t *testing.T, s *Session, sql string, args ...any) string {
	t.Helper()
	result, err := s.Query(t.Context(), sql, args...)
	require.NoError(t, err, sql)
	defer func() { require.NoError(t, result.Close()) }()
	var lines []string
	for result.Next() {
		var cells []string
		for _, v := range result.Row() {
			cells = append(cells, fmt.Sprint(v))
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	require.NoError(t, result.Err(), sql)
	return strings.Join(lines, "\n")
}
