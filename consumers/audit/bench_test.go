package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is the salt key of the benches.
var key = []byte("key")

// openLog starts a broker and opens its log.
func openLog(t testing.TB) *eventlog.Log {
	broker, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	log, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: []string{broker.Addr()}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

// produce puts n episodes of two transitions and an end on the log, with a
// dead letter each, and every fifth record twice.
func produce(t testing.TB, log *eventlog.Log, n int) {
	t.Helper()
	p, err := log.NewProducer(eventlog.ProducerConfig{BatchRecords: 3})
	require.NoError(t, err)
	sequence := int64(0)
	send := func(key string, body []byte, headers []schema.Header) {
		sequence++
		headers = append(headers,
			schema.Header{Key: schema.HeaderProducer, Value: []byte(p.ID())},
			schema.Header{Key: schema.HeaderSequence, Value: strconv.AppendInt(nil, sequence, 10)})
		require.NoError(t, p.Produce(t.Context(), []byte(key), body, headers, time.Now()))
		if sequence%5 == 0 {
			require.NoError(t, p.Produce(t.Context(), []byte(key), body, headers, time.Now()))
		}
	}
	for e := range n {
		episode := fmt.Sprintf("%s-%d", p.ID(), e)
		for _, row := range []schema.Row{transition(episode, 0), transition(episode, 1), ended(episode)} {
			headers, body, err := schema.Encode(row)
			require.NoError(t, err)
			send(episode, body, headers)
		}
		send(episode, []byte("garbage"), nil)
	}
	require.NoError(t, p.Close(t.Context()))
}

func envelope(id, event, subject string) schema.Envelope {
	return schema.Envelope{EventID: id, EventType: event, Time: 1, Source: "test", Subject: subject}
}

func transition(episode string, step int) *schema.TransitionRow {
	return &schema.TransitionRow{
		Envelope: envelope(fmt.Sprintf("%s-%d", episode, step), schema.TypeTransition, episode),
		Transition: schema.Transition{Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: episode,
			Step: int64(step), Origin: "real", State: "here", Action: "go", NextState: "there"},
	}
}

func ended(episode string) *schema.EpisodeRow {
	return &schema.EpisodeRow{
		Envelope: envelope(episode+"-end", schema.TypeEpisodeEnded, episode),
		Episode: schema.Episode{Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: episode,
			Origin: "real", Status: "completed", Length: 2},
	}
}

// land lands what is on the log.
func land(t testing.TB, log *eventlog.Log, s store.Store) {
	t.Helper()
	l, err := lander.New(log, lake.Open(s, nil), lander.Options{Key: key})
	require.NoError(t, err)
	require.NoError(t, l.Run(t.Context()))
}

// landed is a lake of five snapshots.
func landed(t testing.TB) store.Store {
	log, s := openLog(t), memory.New()
	for range 5 {
		produce(t, log, 12)
		land(t, log, s)
	}
	return s
}

// clone copies a store.
func clone(t testing.TB, from store.Store) store.Store {
	to := memory.New()
	for _, name := range names(t, from, "") {
		data, err := store.Get(t.Context(), from, name)
		require.NoError(t, err)
		require.NoError(t, store.Put(t.Context(), to, name, data))
	}
	return to
}

func names(t testing.TB, s store.Store, prefix string) (found []string) {
	for info, err := range s.List(t.Context(), prefix, "") {
		require.NoError(t, err)
		found = append(found, info.Name)
	}
	return found
}

// edit changes an object.
func edit(t testing.TB, s store.Store, name string, change func([]byte) []byte) {
	t.Helper()
	data, err := store.Get(t.Context(), s, name)
	require.NoError(t, err)
	changed := change(bytes.Clone(data))
	require.False(t, bytes.Equal(data, changed), "the edit of %s changed nothing", name)
	require.NoError(t, s.Replace(t.Context(), name, changed))
}

// swap replaces a text in an object.
func swap(old, new string) func([]byte) []byte {
	return func(data []byte) []byte { return bytes.Replace(data, []byte(old), []byte(new), 1) }
}

func entry(number int) string { return fmt.Sprintf("snapshots/%020d.json", number) }

// dataFiles returns the names of a table's live files, in the order of landing.
func dataFiles(t testing.TB, s store.Store, table string) (found []string) {
	files, err := lake.Open(s, nil).Files(t.Context(), table)
	require.NoError(t, err)
	for _, f := range files {
		found = append(found, f.Name)
	}
	return found
}

// rowsOf reads a data file.
func rowsOf(t testing.TB, s store.Store, name string) (rows []schema.Row) {
	table, _, _ := strings.Cut(name, "/")
	o, err := s.Open(t.Context(), name)
	require.NoError(t, err)
	require.NoError(t, parquetfile.Read(t.Context(), o, o.Size(), table, func(some []schema.Row) error {
		rows = append(rows, some...)
		return nil
	}))
	require.NoError(t, o.Close())
	return rows
}

// replaceRows puts a file with other rows in the place of a file, by a valid
// commit.
func replaceRows(t testing.TB, s store.Store, name string, rows []schema.Row) {
	table, _, _ := strings.Cut(name, "/")
	lk := lake.Open(s, nil)
	w, err := lk.Rewrite(t.Context(), table, parquetfile.Options{})
	require.NoError(t, err)
	for _, row := range rows {
		require.NoError(t, w.Write(row))
	}
	file, err := w.Finish(t.Context())
	require.NoError(t, err)
	require.NoError(t, lk.Replace(t.Context(), table, []string{name}, []lake.NewFile{file}))
}

func verify(t testing.TB, s store.Store, o audit.Options) audit.Report {
	t.Helper()
	report, err := audit.Verify(t.Context(), lake.Open(s, nil), o)
	require.NoError(t, err)
	return report
}

// requireFound expects a mismatch of a kind whose text holds parts.
func requireFound(t testing.TB, report audit.Report, kind audit.Kind, parts ...string) {
	t.Helper()
	for _, m := range report.Mismatches {
		if m.Kind == kind && holds(m.String(), parts) {
			return
		}
	}
	require.Failf(t, "not found", "no mismatch of kind %s with %q in %v", kind, parts, report.Mismatches)
}

// requireOnly expects mismatches of these kinds, and of no other.
func requireOnly(t testing.TB, report audit.Report, kinds ...audit.Kind) {
	t.Helper()
	for _, m := range report.Mismatches {
		require.Contains(t, kinds, m.Kind, "%v", m)
	}
}

func holds(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

func newest(t testing.TB, s store.Store) *lake.Snapshot {
	snapshot, err := lake.Open(s, nil).Newest(context.WithoutCancel(t.Context()))
	require.NoError(t, err)
	return snapshot
}
