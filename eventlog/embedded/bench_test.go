package embedded_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
)

// benchValueBytes and the headers make a record of about 1 KB.
const benchValueBytes = 700

func benchHeaders() []eventlog.Header {
	var headers []eventlog.Header
	for _, name := range []string{"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_dataschema", "content-type"} {
		headers = append(headers, eventlog.Header{Key: name, Value: randomBytes(20)})
	}
	return headers
}

func benchLog(b *testing.B) *eventlog.Log {
	broker, err := embedded.Start(b.Context(), embedded.Options{Dir: b.TempDir(), MaxBytes: 8 << 30})
	require.NoError(b, err)
	b.Cleanup(func() { broker.Close() })
	log, err := eventlog.Open(b.Context(), eventlog.Config{Brokers: []string{broker.Addr()}})
	require.NoError(b, err)
	b.Cleanup(func() { log.Close() })
	return log
}

func benchProduce(b *testing.B, log *eventlog.Log, n int) {
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(b, err)
	headers, value := benchHeaders(), randomBytes(benchValueBytes)
	for i := range n {
		require.NoError(b, producer.Produce(b.Context(), fmt.Appendf(nil, "episode-%d", i/20), value, headers, time.Time{}))
	}
	require.NoError(b, producer.Close(b.Context()))
}

// BenchmarkProduce appends records of 1 KB, synced, client and broker in one
// process.
func BenchmarkProduce(b *testing.B) {
	log := benchLog(b)
	b.ReportAllocs()
	b.ResetTimer()
	benchProduce(b, log, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkFetch reads records of 1 KB partition by partition, client and
// broker in one process.
func BenchmarkFetch(b *testing.B) {
	log := benchLog(b)
	benchProduce(b, log, b.N)
	offsets, err := log.Offsets(b.Context())
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	for _, p := range offsets {
		for at := p.Start; at < p.End; {
			batch, err := log.Fetch(b.Context(), p.Partition, at, eventlog.FetchOptions{})
			require.NoError(b, err)
			at = batch.Next
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
