package lander_test

import (
	"context"
	"fmt"
	"io"
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

// bench is a broker, a topic and a lake in memory.
type bench struct {
	t     testing.TB
	log   *eventlog.Log
	store store.Store
}

func newBench(t testing.TB) *bench {
	broker, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	b := &bench{t: t, store: memory.New()}
	b.log = b.open(broker.Addr())
	return b
}

func (b *bench) open(address string) *eventlog.Log {
	log, err := eventlog.Open(b.t.Context(), eventlog.Config{Brokers: []string{address}})
	require.NoError(b.t, err)
	b.t.Cleanup(func() { require.NoError(b.t, log.Close()) })
	return log
}

// produce sends n transitions of each of the episodes.
func (b *bench) produce(episodes, n int) {
	p, err := b.log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(b.t, err)
	for step := range n {
		for e := range episodes {
			row := transition(fmt.Sprintf("%s-%d", p.ID(), e), step)
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
	options.Key = []byte("key")
	l, err := lander.New(b.log, lake.Open(b.store, nil), options)
	require.NoError(b.t, err)
	return l.Run(b.t.Context())
}

// rows reads the visible rows of a table, by event id.
func (b *bench) rows(table string) map[string]schema.Row {
	lk := lake.Open(b.store, nil)
	snapshot, err := lk.Newest(b.t.Context())
	require.NoError(b.t, err)
	plan, err := lk.Plan(b.t.Context(), snapshot, table)
	require.NoError(b.t, err)
	found := map[string]schema.Row{}
	for _, f := range plan.Files {
		o, err := b.store.Open(b.t.Context(), f.Name)
		require.NoError(b.t, err)
		err = parquetfile.Read(b.t.Context(), o, o.Size(), table, func(rows []schema.Row) error {
			for _, r := range rows {
				at := r.At()
				if snapshot.Visible(at.Generation, int(at.Partition), at.Offset) {
					require.NotContains(b.t, found, r.Head().EventID, "a row is there twice")
					found[r.Head().EventID] = r
				}
			}
			return nil
		})
		require.NoError(b.t, err)
		require.NoError(b.t, o.(io.Closer).Close())
	}
	return found
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

	newest, err := lake.Open(b.store, nil).Newest(t.Context())
	require.NoError(t, err)
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
