package lander_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

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

// bench is a broker, a topic and a lake.
type bench struct {
	t       testing.TB
	address string
	log     *eventlog.Log
	store   store.Store
	// episodes counts those of produce, whose names decide on the partition.
	episodes int
}

func newBench(t testing.TB) *bench {
	broker, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	b := &bench{t: t, address: broker.Addr(), store: memory.New()}
	b.log = b.open(eventlog.Config{})
	return b
}

// on is the same broker and topic with another lake.
func (b *bench) on(t testing.TB, s store.Store) *bench {
	return &bench{t: t, address: b.address, log: b.log, store: s}
}

func (b *bench) open(config eventlog.Config) *eventlog.Log {
	b.t.Helper()
	config.Brokers = []string{b.address}
	log, err := eventlog.Open(b.t.Context(), config)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { require.NoError(b.t, log.Close()) })
	return log
}

// produce sends n transitions of each of some new episodes.
func (b *bench) produce(episodes, n int) {
	b.t.Helper()
	p, err := b.log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(b.t, err)
	for range episodes {
		b.episodes++
		for step := range n {
			row := transition(fmt.Sprintf("episode-%d", b.episodes), step)
			headers, body, err := schema.Encode(row)
			require.NoError(b.t, err)
			require.NoError(b.t, p.Produce(b.t.Context(), []byte(row.Subject), body, headers, time.Now()))
		}
	}
	require.NoError(b.t, p.Close(b.t.Context()))
}

func transition(episode string, step int) *schema.TransitionRow {
	return &schema.TransitionRow{
		Envelope: schema.Envelope{EventID: fmt.Sprintf("%s-%d", episode, step), EventType: schema.TypeTransition, Time: 1, Source: "test", Subject: episode},
		Transition: schema.Transition{Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: episode,
			Step: int64(step), Origin: "real", State: "here", Action: "go", NextState: "there"},
	}
}

func (b *bench) land(options lander.Options) error {
	b.t.Helper()
	if options.Key == nil {
		options.Key = []byte("key")
	}
	options.Logger = slog.New(slog.DiscardHandler)
	l, err := lander.New(b.log, lake.Open(b.store, nil), options)
	require.NoError(b.t, err)
	return l.Run(b.t.Context())
}

// newest is what a reader who comes now sees.
func (b *bench) newest() *lake.Snapshot {
	b.t.Helper()
	s, err := lake.Open(b.store, nil).Newest(b.t.Context())
	require.NoError(b.t, err)
	return s
}

// rows reads the visible rows of a table, by event id.
func (b *bench) rows(table string) map[string]schema.Row {
	b.t.Helper()
	lk := lake.Open(b.store, nil)
	snapshot, err := lk.Newest(b.t.Context())
	require.NoError(b.t, err)
	rows, err := visible(b.t.Context(), lk, snapshot, table)
	require.NoError(b.t, err)
	return rows
}

// visible reads the rows of a table as of a snapshot, by event id. A row that
// is there twice is an error.
func visible(ctx context.Context, lk *lake.Lake, s *lake.Snapshot, table string) (map[string]schema.Row, error) {
	plan, err := lk.Plan(ctx, s, table)
	if err != nil {
		return nil, err
	}
	found := map[string]schema.Row{}
	take := func(rows []schema.Row) error {
		for _, r := range rows {
			at, id := r.At(), r.Head().EventID
			if !s.Visible(at.Generation, int(at.Partition), at.Offset) {
				continue
			}
			if found[id] != nil {
				return fmt.Errorf("snapshot %d, table %s: %s is there twice", s.Number, table, id)
			}
			found[id] = r
		}
		return nil
	}
	for _, f := range plan.Files {
		if err := readFile(ctx, lk.Store(), f.Name, table, take); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readFile(ctx context.Context, s store.Store, name, table string, take func([]schema.Row) error) error {
	o, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	return errors.Join(parquetfile.Read(ctx, o, o.Size(), table, take), o.Close())
}

func TestLandEveryEventOnce(t *testing.T) {
	b := newBench(t)
	b.produce(10, 5)
	require.NoError(t, b.land(lander.Options{}))
	require.Len(t, b.rows(schema.Transitions), 50)

	b.produce(3, 2)
	require.NoError(t, b.land(lander.Options{}))
	require.NoError(t, b.land(lander.Options{}), "nothing to land")
	require.Len(t, b.rows(schema.Transitions), 56)

	newest := b.newest()
	require.EqualValues(t, 2, newest.Number, "nothing to land, no entry")
	require.EqualValues(t, 56, newest.Counts().Rows)
	require.EqualValues(t, 56, newest.Tables[schema.Transitions].Rows)
}

func TestFollowLandsAsEventsCome(t *testing.T) {
	b := newBench(t)
	ctx, stop := context.WithCancel(t.Context())
	published := make(chan int64, 100)
	l, err := lander.New(b.log, lake.Open(b.store, nil), lander.Options{
		Key: []byte("key"), Follow: true,
		Published: func(s *lake.Snapshot, _ map[string]int64) { published <- s.Counts().Rows },
	})
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- l.Run(ctx) }()
	b.produce(4, 3)
	for n := range published {
		if n == 12 {
			break
		}
	}
	stop()
	require.ErrorIs(t, <-done, context.Canceled)
}

// TestALongLandingBearsThatAnotherIsFirst lets another lander come between
// when far more time has passed than interruptions are borne for.
func TestALongLandingBearsThatAnotherIsFirst(t *testing.T) {
	b := newBench(t)
	w := fill(t, b.log, 3)
	now, interrupted := time.Now(), false
	require.NoError(t, b.land(lander.Options{
		Now: func() time.Time { now = now.Add(time.Hour); return now },
		Reached: func(s lander.Step) {
			if s == lander.StepApplied && !interrupted {
				interrupted = true
				require.NoError(t, b.land(lander.Options{}))
			}
		},
	}))
	require.True(t, interrupted)
	w.requireLanded(b)
}
