package kafka_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/test/ledger"
)

// place is a topic of its own and a lake in memory.
type place struct {
	*testing.T
	cluster *cluster
	log     *eventlog.Log
	store   store.Store
	books   *ledger.Ledger
}

func newPlace(t *testing.T) *place {
	p := &place{T: t, cluster: need(t), store: memory.New(), books: ledger.New(3)}
	p.log = p.open()
	require.NoError(t, p.books.Send(t.Context(), p.log, 100))
	require.NoError(t, p.land(lander.Options{}))
	_, err := p.books.Check(t.Context(), lake.Open(p.store, nil), p.log)
	require.NoError(t, err)
	return p
}

func (p *place) open() *eventlog.Log {
	log, err := eventlog.Open(p.Context(), eventlog.Config{Brokers: p.cluster.plain, Topic: topicOf(p.T)})
	require.NoError(p, err)
	p.Cleanup(func() { require.NoError(p, log.Close()) })
	return log
}

func (p *place) land(options lander.Options) error {
	options.Key, options.Logger = []byte("key"), slog.New(slog.DiscardHandler)
	l, err := lander.New(p.log, lake.Open(p.store, nil), options)
	require.NoError(p, err)
	ctx, cancel := context.WithTimeout(p.Context(), time.Minute)
	defer cancel()
	return l.Run(ctx)
}

// landed is how many events and dead letters the newest snapshot has.
func (p *place) landed() int64 {
	s, err := lake.Open(p.store, nil).Newest(p.Context())
	require.NoError(p, err)
	return s.Counts().Rows + s.Counts().DeadLetter
}

func (p *place) sent(books ...*ledger.Ledger) (n int64) {
	for _, b := range append(books, p.books) {
		n += int64(b.Events()) + b.Garbage()
	}
	return n
}

// requireHalted lands, and wants it to halt with a reason and a remedy; then
// lands on in a new generation.
func (p *place) requireHalted(reason string) {
	p.Helper()
	var halted *lander.HaltError
	require.ErrorAs(p, p.land(lander.Options{}), &halted)
	require.Contains(p, halted.Reason, reason)
	require.Contains(p, halted.Remedy, "dreamlog land --new-generation")
	require.NoError(p, p.land(lander.Options{NewGeneration: true}))
	require.NoError(p, p.land(lander.Options{}), "the decision is made once")
}

func TestARecreatedTopicHalts(t *testing.T) {
	p := newPlace(t)
	p.cluster.deleteTopic(t, p.log.Topic())
	p.log = p.open()
	p.requireHalted("the topic lost records, or is another one of the same name")
	require.Equal(t, p.sent(), p.landed())
}

func TestARecreatedTopicThatHasGrownPastOurOffsetHalts(t *testing.T) {
	p := newPlace(t)
	p.cluster.deleteTopic(t, p.log.Topic())
	p.log = p.open()
	again := ledger.New(4)
	require.NoError(t, again.Send(t.Context(), p.log, 400))
	p.requireHalted("is not the one that was landed from there")
	require.Equal(t, p.sent(again), p.landed(), "the old and the new, each once")
}

func TestRecordsDeletedBeforeTheyLandedHalt(t *testing.T) {
	p := newPlace(t)
	offsets, err := p.log.Offsets(t.Context())
	require.NoError(t, err)
	more := ledger.New(5)
	require.NoError(t, more.Send(t.Context(), p.log, 400))
	trimmed := offsets[0]
	for _, o := range offsets { // the one with most
		if o.End > trimmed.End {
			trimmed = o
		}
	}
	require.NoError(t, p.log.Trim(t.Context(), trimmed.Partition, trimmed.End+5))
	p.requireHalted("were deleted from the log before they were landed")
	require.Less(t, p.landed(), p.sent(more))
	require.GreaterOrEqual(t, p.landed(), p.sent(more)-5, "no more is missing than was deleted")
}

func TestFollowingHaltsWhenTheTopicIsDeleted(t *testing.T) {
	p := newPlace(t)
	done := make(chan error, 1)
	recovered := make(chan struct{}, 10)
	go func() {
		done <- p.land(lander.Options{Follow: true, Reached: func(s lander.Step) {
			if s == lander.StepRecovered {
				recovered <- struct{}{}
			}
		}})
	}()
	<-recovered
	p.cluster.deleteTopic(t, p.log.Topic())
	var halted *lander.HaltError
	require.ErrorAs(t, <-done, &halted)
	require.Contains(t, halted.Reason, "is gone")
	require.Equal(t, p.sent(), p.landed())
}
