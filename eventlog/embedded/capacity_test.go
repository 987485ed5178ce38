package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
)

func TestCapacity(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "segment")
	require.NoError(t, os.WriteFile(file, make([]byte, 600), 0o600))
	now := time.Unix(0, 0).Add(time.Hour)
	left, probe := int64(reserveBytes+10_000), error(nil)
	c := newCapacity(dir, 1000, func(string) (int64, error) { return left, probe })
	c.now = func() time.Time { return now }

	require.Nil(t, c.admit(300))
	require.Nil(t, c.admit(100), "exactly full")
	refused := c.admit(1)
	require.Equal(t, int16(kafka.ThrottlingQuotaExceeded), refused.code)
	require.Contains(t, refused.reason, "land it")

	require.NoError(t, os.Remove(file))
	require.NotNil(t, c.admit(1), "what is known is a moment old")
	now = now.Add(measureEvery)
	require.Nil(t, c.admit(1000), "trimming made room")

	now, left = now.Add(measureEvery), reserveBytes+5
	require.Nil(t, c.admit(5))
	refused = c.admit(1)
	require.Equal(t, int16(kafka.KafkaStorageError), refused.code, "the reserve is not touched")
	require.Contains(t, refused.reason, "make room")
	now = now.Add(patience)
	require.Equal(t, int16(kafka.PolicyViolation), c.admit(6).code, "nobody made room in good time")
	require.Nil(t, c.admit(5))
	require.Equal(t, int16(kafka.KafkaStorageError), c.admit(1).code, "there was room a moment ago")

	now, probe = now.Add(measureEvery), errors.New("no such device")
	require.Contains(t, c.admit(1).reason, "no such device", "no write without knowing")
}

func TestProducersHearSoonThatTheDiskIsFull(t *testing.T) {
	broker, err := Start(t.Context(), Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, broker.Close()) }()
	room := int64(reserveBytes + 1<<20)
	broker.capacity.free = func(string) (int64, error) { return room, nil }
	log, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: []string{broker.Addr()}})
	require.NoError(t, err)
	defer func() { require.NoError(t, log.Close()) }()

	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	require.NoError(t, producer.Produce(t.Context(), []byte("k"), make([]byte, 100), nil, time.Time{}))
	require.NoError(t, producer.Flush(t.Context()), "there is room")
	require.NoError(t, producer.Produce(t.Context(), []byte("k"), make([]byte, 2<<20), nil, time.Time{}))
	start := time.Now()
	err = producer.Close(t.Context())
	var undelivered *eventlog.ErrUndelivered
	require.ErrorAs(t, err, &undelivered)
	require.Equal(t, 1, undelivered.Unacknowledged)
	require.ErrorContains(t, err, "make room")
	require.GreaterOrEqual(t, time.Since(start), patience, "landing may have freed some meanwhile")
	require.Less(t, time.Since(start), eventlog.DefaultDeliveryTimeout/2)
}

func TestOptionsExplainWhatIsWrong(t *testing.T) {
	require.NoError(t, Options{Dir: "log"}.Validate())
	for want, options := range map[string]Options{
		"no directory":             {},
		"partitions is -1":         {Dir: "log", Partitions: -1},
		"to hold what trimming mu": {Dir: "log", MaxBytes: 1 << 20},
	} {
		require.ErrorContains(t, options.Validate(), want)
	}
	defaults := Options{}.withDefaults()
	require.GreaterOrEqual(t, defaults.MaxBytes, defaults.smallestLog())
}
