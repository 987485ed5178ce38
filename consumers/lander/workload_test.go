package lander_test

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// workload is what was put on the log: events of several tables, garbage, and
// records that a retry has doubled.
type workload struct {
	ids        map[string]map[string]bool // event ids by table
	deadLetter int64
	duplicates int64
}

func newWorkload() *workload {
	w := &workload{ids: map[string]map[string]bool{}}
	for _, table := range schema.Tables() {
		w.ids[table] = map[string]bool{}
	}
	return w
}

// add takes what another workload has put on the log.
func (w *workload) add(other *workload) {
	for table, ids := range other.ids {
		maps.Copy(w.ids[table], ids)
	}
	w.deadLetter += other.deadLetter
	w.duplicates += other.duplicates
}

// fill puts n episodes on the log.
func fill(t testing.TB, log *eventlog.Log, n int) *workload {
	t.Helper()
	w := newWorkload()
	p, err := log.NewProducer(eventlog.ProducerConfig{BatchRecords: 3})
	require.NoError(t, err)
	sequence := int64(0)
	send := func(key string, body []byte, headers []schema.Header) {
		sequence++
		headers = append(headers,
			schema.Header{Key: schema.HeaderProducer, Value: []byte(p.ID())},
			schema.Header{Key: schema.HeaderSequence, Value: strconv.AppendInt(nil, sequence, 10)})
		times := 1
		if sequence%5 == 0 {
			times = 2
			w.duplicates++
		}
		for range times {
			require.NoError(t, p.Produce(t.Context(), []byte(key), body, headers, time.Now()))
		}
	}
	for e := range n {
		episode := fmt.Sprintf("%s-%d", p.ID(), e)
		rows := []schema.Row{transition(episode, 0), transition(episode, 1), ended(episode), note(episode)}
		for _, row := range rows {
			headers, body, err := schema.Encode(row)
			require.NoError(t, err)
			send(episode, body, headers)
			w.ids[row.Table()][row.Head().EventID] = true
		}
		send(episode, []byte("garbage"), nil)
		w.deadLetter++
	}
	require.NoError(t, p.Close(t.Context()))
	return w
}

func ended(episode string) *schema.EpisodeRow {
	return &schema.EpisodeRow{
		Envelope: schema.Envelope{EventID: "end-" + episode, EventType: schema.TypeEpisodeEnded, Time: 1, Source: "test", Subject: episode},
		Episode: schema.Episode{Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: episode,
			Origin: "real", Status: "completed", Length: 2},
	}
}

func note(episode string) *schema.AnnotationRow {
	return &schema.AnnotationRow{
		Envelope:   schema.Envelope{EventID: "note-" + episode, EventType: schema.TypeAnnotationAdded, Time: 1, Source: "test", Subject: episode},
		Annotation: schema.Annotation{TargetKind: "episode", Target: episode, Kind: "tag", Value: `"x"`},
	}
}

// requireLanded checks that the lake holds each event once, and no other, and
// counts what is no event.
func (w *workload) requireLanded(b *bench) {
	b.t.Helper()
	lk := lake.Open(b.store, nil)
	require.NoError(b.t, w.check(b.t.Context(), lk))
	s, err := lk.Newest(b.t.Context())
	require.NoError(b.t, err)
	require.Equal(b.t, lake.Counts{Rows: w.rows(), DeadLetter: w.deadLetter, Duplicates: w.duplicates}, s.Counts())
}

func (w *workload) rows() (n int64) {
	for _, ids := range w.ids {
		n += int64(len(ids))
	}
	return n
}

func (w *workload) check(ctx context.Context, lk *lake.Lake) error {
	s, err := lk.Newest(ctx)
	if err != nil {
		return err
	}
	for _, table := range schema.Tables() {
		rows, err := visible(ctx, lk, s, table)
		if err != nil {
			return err
		}
		want := len(w.ids[table])
		if table == schema.DeadLetters {
			want = int(w.deadLetter)
		}
		if len(rows) != want || s.Tables[table].Rows != int64(want) {
			return fmt.Errorf("table %s has %d rows, its snapshot says %d, produced were %d", table, len(rows), s.Tables[table].Rows, want)
		}
		for id := range w.ids[table] {
			if rows[id] == nil {
				return fmt.Errorf("table %s: event %s is lost", table, id)
			}
		}
	}
	return nil
}

// roots are what proves the content of a lake: it depends on the log and the
// key alone.
func (b *bench) roots() (roots []string) {
	for _, p := range b.newest().Partitions {
		roots = append(roots, fmt.Sprintf("%d/%d %d %s", p.Generation, p.Partition, p.Cut, p.Root))
	}
	return roots
}

// whole checks that every table has, as of a snapshot, exactly the rows that
// the snapshot counts, each once.
func whole(ctx context.Context, lk *lake.Lake, s *lake.Snapshot) error {
	sum := int64(0)
	for _, table := range schema.Tables() {
		rows, err := visible(ctx, lk, s, table)
		if err != nil {
			return err
		}
		if want := s.Tables[table].Rows; int64(len(rows)) != want {
			return fmt.Errorf("snapshot %d counts %d rows in table %s, %d are there", s.Number, want, table, len(rows))
		}
		sum += int64(len(rows))
	}
	if c := s.Counts(); sum != c.Rows+c.DeadLetter {
		return fmt.Errorf("snapshot %d counts %+v, its tables hold %d rows", s.Number, c, sum)
	}
	return nil
}
