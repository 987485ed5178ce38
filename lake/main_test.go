package lake_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a clock that stands still until it is moved.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

// grow publishes n snapshots, a second apart.
func grow(t testing.TB, lk *lake.Lake, n int) (newest *lake.Snapshot) {
	t.Helper()
	newest, err := lk.Newest(t.Context())
	require.NoError(t, err)
	for range n {
		next := entry(1)
		if newest != nil {
			next = entry(newest.Number + 1)
		}
		require.NoError(t, lk.Publish(t.Context(), newest, next))
		newest = next
	}
	return newest
}

var epoch = newClock().at

// timeOf is when grow publishes a snapshot.
func timeOf(number int64) time.Time { return epoch.Add(time.Duration(number) * time.Second) }

// entry is a snapshot as a lander makes it; its cut is its number.
func entry(number int64) *lake.Snapshot {
	return &lake.Snapshot{
		Time: timeOf(number), Token: schema.NewID(), Topic: "topic",
		Partitions: []lake.Partition{{Cut: number, Counts: lake.Counts{Rows: number}}},
		Tables:     map[string]lake.TableVersion{schema.Transitions: {Version: number, Rows: number}},
	}
}

func entryName(number int64) string { return fmt.Sprintf("snapshots/%020d.json", number) }

func rollupName(thousand int64) string { return fmt.Sprintf("snapshots-rolled/%020d.jsonl", thousand) }

// names lists the objects of a folder.
func names(t testing.TB, s store.Store, prefix string) (names []string) {
	t.Helper()
	for info, err := range s.List(t.Context(), prefix, "") {
		require.NoError(t, err)
		names = append(names, info.Name)
	}
	return names
}

// transition is a sealed row at a place of the log.
func transition(t testing.TB, at schema.Position) *schema.TransitionRow {
	row := &schema.TransitionRow{
		Envelope: schema.Envelope{
			EventID: fmt.Sprintf("event-%d-%d-%d", at.Generation, at.Partition, at.Offset), EventType: schema.TypeTransition,
			SchemaVersion: 1, Time: 1, Source: "test", Subject: "s",
		},
		Transition: schema.Transition{
			Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: "e", Step: at.Offset, Origin: "real",
			State: "here", Action: "go", NextState: "there",
		},
		Position: at,
	}
	row.IngestTime = 1
	require.NoError(t, schema.NewSealer([]byte("key")).Seal(row))
	return row
}

// write writes a data file with a row at each place, and does not publish it.
func write(t testing.TB, lk *lake.Lake, places ...schema.Position) lake.NewFile {
	t.Helper()
	rows := make([]schema.Row, len(places))
	for i, at := range places {
		rows[i] = transition(t, at)
	}
	file, err := lk.Write(t.Context(), schema.Transitions, rows)
	require.NoError(t, err)
	return file
}

// at is a place in the log.
func at(generation, partition, offset int64) schema.Position {
	return schema.Position{Generation: generation, Partition: partition, Offset: offset}
}
