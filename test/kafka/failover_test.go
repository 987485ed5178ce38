package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/test/ledger"
)

// TestLeadersDieAndStopWhileEventsAreProducedAndLanded breaks the leader of
// the partition that most events go to, again and again.
func TestLeadersDieAndStopWhileEventsAreProducedAndLanded(t *testing.T) {
	c := need(t)
	topic, data := topicOf(t), filepath.Join(t.TempDir(), "data")
	log, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: c.plain, Topic: topic})
	require.NoError(t, err)
	defer func() { require.NoError(t, log.Close()) }()

	landed := follow(t, app.Config{Data: data, Brokers: c.plain, Topic: topic, Logger: slog.New(slog.DiscardHandler)})
	lakeDir, err := local.Open(filepath.Join(data, "lake"))
	require.NoError(t, err)
	defer func() { require.NoError(t, lakeDir.Close()) }()
	watcher := ledger.Watch(t.Context(), lakeDir)

	books := ledger.New(uint64(time.Now().UnixNano()))
	produced := produce(t, books, log)
	broken := 0
	client := c.client(t)
	for round := range 3 {
		for _, how := range []struct{ down, up string }{{"kill", "start"}, {"pause", "resume"}} {
			time.Sleep(time.Second) // events are taken in peace
			partitions := c.partitions(t, client, topic, whole)
			leader := partitions[round%len(partitions)].Leader.ID
			c.do(t, how.down, leader)
			time.Sleep(6 * time.Second) // others must lead, and events be taken
			c.do(t, how.up, leader)
			c.partitions(t, client, topic, whole)
			broken++
		}
	}
	require.NoError(t, produced())
	require.NoError(t, awaitLanded(t, lake.Open(lakeDir, nil), log))
	require.NoError(t, landed())
	looks, err := watcher.Stop()
	require.NoError(t, err, "a reader saw half a round")

	result, err := books.Check(t.Context(), lake.Open(lakeDir, nil), log)
	fmt.Printf("%s: leaders broken=%d events=%d lost=%d doubled=%d (dead letters %d, retries dropped %d, of which %d were made on purpose, snapshots read meanwhile %d)\n",
		t.Name(), broken, books.Events(), len(result.Lost), len(result.Doubled), books.Garbage(), result.Snapshot.Counts().Duplicates, books.Doubled(), looks)
	require.NoError(t, err)
	require.Positive(t, looks)
}

// whole says that a partition has a leader and all its replicas.
func whole(p kafka.Partition) bool { return p.Leader.ID > 0 && len(p.Isr) == 3 }

// follow lands until the function that it returns is called.
func follow(t *testing.T, config app.Config) (stop func() error) {
	t.Helper()
	a, err := app.Create(t.Context(), config)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := a.Land(ctx, app.LandOptions{Follow: true, Ready: func(string) { close(ready) }})
		done <- err
	}()
	select {
	case <-ready:
	case err := <-done:
		require.NoError(t, err, "landing did not begin")
	}
	return func() error {
		cancel()
		return errors.Join(<-done, a.Close())
	}
}

// produce sends events until the function that it returns is called; that
// returns when all of them are acknowledged.
func produce(t *testing.T, books *ledger.Ledger, log *eventlog.Log) (stop func() error) {
	stopping, done := make(chan struct{}), make(chan error, 1)
	go func() {
		var err error
		for going := true; going && err == nil; {
			if err = books.Send(t.Context(), log, 50); err == nil {
				select {
				case <-stopping:
					going = false
				case <-time.After(10 * time.Millisecond):
				}
			}
		}
		done <- err
	}()
	return func() error {
		close(stopping)
		return <-done
	}
}

// awaitLanded returns when the lake has come to the end of the log.
func awaitLanded(t *testing.T, lk *lake.Lake, log *eventlog.Log) error {
	t.Helper()
	offsets, err := log.Offsets(t.Context())
	if err != nil {
		return err
	}
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(20 * time.Millisecond) {
		s, err := lk.Newest(t.Context())
		if err != nil {
			return err
		}
		behind := 0
		for _, o := range offsets {
			if p := s.Partition(0, o.Partition); p == nil || p.Cut < o.End {
				behind++
			}
		}
		if behind == 0 {
			return nil
		}
	}
	return errors.New("landing does not come to the end of the log")
}
