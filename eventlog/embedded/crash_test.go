package embedded_test

import (
	"math/rand/v2"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
)

// smallLog is about the least that four partitions allow.
const smallLog = 64 << 20

func TestEveryAcknowledgedRecordSurvivesKill(t *testing.T) {
	const kills = 8
	dir := t.TempDir()
	promised := newPromises()
	for range kills {
		killSoon(t, roleProduce, dir, &promised)
	}
	require.NotEmpty(t, promised.sequences)

	log := open(t, start(t, embedded.Options{Dir: dir, MaxBytes: smallLog}))
	found := make(map[eventlogtest.Stamped]int)
	records := eventlogtest.ReadAll(t, log)
	for _, r := range records {
		stamp := eventlogtest.Stamp(t, r)
		require.Equal(t, valueOf(stamp.Sequence), r.Value)
		found[stamp]++
	}
	var acknowledged int64
	for producer, last := range promised.sequences {
		for sequence := range last {
			require.Equal(t, 1, found[eventlogtest.Stamped{Producer: producer, Sequence: sequence + 1}], "sequence %d of %d of producer %s", sequence+1, last, producer)
		}
		acknowledged += last
	}
	t.Logf("%d kills, %d records acknowledged, 0 lost, %d on the log", kills, acknowledged, len(records))
}

func TestOffsetsNeverGoBackAfterTrimAndKill(t *testing.T) {
	const kills = 6
	dir := t.TempDir()
	promised := newPromises()
	for range kills {
		killSoon(t, roleTrim, dir, &promised)
		requireEnds(t, dir, promised)
	}
}

// requireEnds holds the log to the promised ends, and to be without a hole.
func requireEnds(t *testing.T, dir string, promised promises) {
	t.Helper()
	broker, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, MaxBytes: smallLog})
	require.NoError(t, err)
	defer func() { require.NoError(t, broker.Close()) }()
	log := open(t, broker)
	offsets, err := log.Offsets(t.Context())
	require.NoError(t, err)
	for _, p := range offsets {
		require.GreaterOrEqual(t, p.End, promised.ends[p.Partition], "partition %d", p.Partition)
	}
	for _, r := range eventlogtest.ReadAll(t, log) {
		require.Equal(t, valueOf(eventlogtest.Stamp(t, r).Sequence), r.Value)
	}
	require.NoError(t, log.Close())
}

// killSoon lets a child produce for a moment, then kills it, and collects what
// it promised.
func killSoon(t *testing.T, role, dir string, promised *promises) {
	t.Helper()
	cmd, lines := child(t, role, dir)
	require.True(t, lines.Scan(), "the child has acknowledged something: %v", lines.Err())
	promised.take(t, lines.Text())
	killer := time.AfterFunc(time.Duration(rand.Int64N(int64(200*time.Millisecond))), func() { _ = cmd.Process.Kill() })
	defer killer.Stop()
	for lines.Scan() {
		promised.take(t, lines.Text())
	}
	requireKilled(t, cmd.Wait())
	require.Empty(t, promised.failure)
}

func requireKilled(t *testing.T, err error) {
	t.Helper()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal())
}

func TestWriteThatFailsIsNotAcknowledged(t *testing.T) {
	dir := t.TempDir()
	promised := newPromises()
	cmd, lines := child(t, roleLimited, dir)
	for lines.Scan() {
		promised.take(t, lines.Text())
	}
	require.NoError(t, cmd.Wait())
	require.Contains(t, promised.failure, "were not acknowledged", "the producer says so")
	require.NotEmpty(t, promised.sequences, "something was written before")

	requireEnds(t, dir, promised)
	log := open(t, start(t, embedded.Options{Dir: dir, MaxBytes: smallLog}))
	found := make(map[eventlogtest.Stamped]bool)
	for _, r := range eventlogtest.ReadAll(t, log) {
		found[eventlogtest.Stamp(t, r)] = true
	}
	for producer, last := range promised.sequences {
		for sequence := range last {
			require.True(t, found[eventlogtest.Stamped{Producer: producer, Sequence: sequence + 1}])
		}
	}
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	for sequence := range int64(100) {
		require.NoError(t, producer.Produce(t.Context(), keyOf(sequence), valueOf(sequence), nil, time.Time{}))
	}
	require.NoError(t, producer.Close(t.Context()), "the log goes on where the disk allows it again")
}

func open(t *testing.T, broker *embedded.Broker) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: []string{broker.Addr()}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}
