package embedded_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
)

func TestCloseEndsEverythingAndKeepsTheRecords(t *testing.T) {
	dir := t.TempDir()
	broker := start(t, embedded.Options{Dir: dir})
	log := open(t, broker)
	fill(t, log, 100, 100)
	require.NoError(t, broker.Close())
	require.NoError(t, broker.Close(), "again")
	_, err := net.DialTimeout("tcp", broker.Addr(), time.Second)
	require.Error(t, err, "nobody listens")
	require.NoError(t, log.Close(), "the client's end does not wait for a broker that is gone")

	again := open(t, start(t, embedded.Options{Dir: dir}))
	require.Len(t, eventlogtest.ReadAll(t, again), 100)
}

func TestStartIsRefusedWithAReason(t *testing.T) {
	_, err := embedded.Start(t.Context(), embedded.Options{})
	require.ErrorContains(t, err, "no directory")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = embedded.Start(ctx, embedded.Options{Dir: t.TempDir()})
	require.ErrorIs(t, err, context.Canceled)
}

func TestTrimFreesTheDisk(t *testing.T) {
	dir := t.TempDir()
	log := open(t, start(t, embedded.Options{Dir: dir, MaxBytes: smallLog, NoSync: true}))
	fill(t, log, 4000, 10_000)
	require.Greater(t, diskUse(t, dir), int64(35<<20))
	trimAll(t, log)
	require.Less(t, diskUse(t, dir), int64(8<<20), "what stays is the segment of each partition's last record")
}

func TestFullLogIsAWaitThenAnError(t *testing.T) {
	dir := t.TempDir()
	log := open(t, start(t, embedded.Options{Dir: dir, MaxBytes: smallLog, NoSync: true}))

	patient, err := log.NewProducer(eventlog.ProducerConfig{DeliveryTimeout: time.Minute})
	require.NoError(t, err)
	filled := make(chan error, 1)
	go func() {
		for range 8000 { // 80 MB
			if err := patient.Produce(t.Context(), randomBytes(8), randomBytes(10_000), nil, time.Time{}); err != nil {
				filled <- err
				return
			}
		}
		filled <- patient.Close(t.Context())
	}()
	require.Eventually(t, func() bool { return diskUse(t, dir) > smallLog-1<<20 }, time.Minute, 20*time.Millisecond)
	select {
	case err := <-filled:
		require.Fail(t, "the producer should be waiting", "%v", err)
	case <-time.After(300 * time.Millisecond):
	}
	require.LessOrEqual(t, diskUse(t, dir), int64(smallLog)+1<<20, "the limit holds")

	hasty, err := log.NewProducer(eventlog.ProducerConfig{DeliveryTimeout: 3 * time.Second})
	require.NoError(t, err)
	require.NoError(t, hasty.Produce(t.Context(), []byte("k"), randomBytes(1<<20), nil, time.Time{}))
	err = hasty.Close(t.Context())
	var undelivered *eventlog.ErrUndelivered
	require.ErrorAs(t, err, &undelivered)
	require.Equal(t, 1, undelivered.Unacknowledged)
	require.ErrorContains(t, err, "is full")
	require.ErrorContains(t, err, "land it")

	trimAll(t, log)
	require.NoError(t, <-filled, "trimming lets the waiting producer go on")
}

// fill produces n records of size random bytes.
func fill(t *testing.T, log *eventlog.Log, n, size int) {
	t.Helper()
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	for range n {
		require.NoError(t, producer.Produce(t.Context(), randomBytes(8), randomBytes(size), nil, time.Time{}))
	}
	require.NoError(t, producer.Close(t.Context()))
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func trimAll(t *testing.T, log *eventlog.Log) {
	t.Helper()
	offsets, err := log.Offsets(t.Context())
	require.NoError(t, err)
	for _, p := range offsets {
		require.NoError(t, log.Trim(t.Context(), p.Partition, p.End-1))
	}
}

func diskUse(t *testing.T, dir string) int64 {
	t.Helper()
	var total int64
	require.NoError(t, filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // trimmed while we looked
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	}))
	return total
}

// BenchmarkStart is the time from nothing to a broker that answers, on a log
// of 1,000 small events.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	for i := 0; b.Loop(); i++ {
		broker, err := embedded.Start(b.Context(), embedded.Options{Dir: dir})
		require.NoError(b, err)
		log, err := eventlog.Open(b.Context(), eventlog.Config{Brokers: []string{broker.Addr()}})
		require.NoError(b, err)
		b.StopTimer()
		if i == 0 {
			producer, err := log.NewProducer(eventlog.ProducerConfig{})
			require.NoError(b, err)
			for range 1000 {
				require.NoError(b, producer.Produce(b.Context(), randomBytes(8), randomBytes(1000), nil, time.Time{}))
			}
			require.NoError(b, producer.Close(b.Context()))
		}
		require.NoError(b, log.Close())
		require.NoError(b, broker.Close())
		b.StartTimer()
	}
}
