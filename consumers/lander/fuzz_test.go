package lander

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// FuzzAnyRecordLands puts any bytes on the log: they must become a row or a
// dead letter, in a state that a snapshot can hold.
func FuzzAnyRecordLands(f *testing.F) {
	valid := event(f, "id", "p", 1, time.Unix(1, 0))
	f.Add(valid.Key, valid.Value, schema.TypeAnnotationAdded, schema.ContentAvro, "p", "1", int64(1000))
	f.Add([]byte(nil), []byte(`{"target_kind":"event","target":"e","kind":"tag","value":1}`), schema.TypeAnnotationAdded, schema.ContentJSON, "", "", int64(0))
	f.Add([]byte("\xff"), []byte("\xc3\x01"), "\xff", "text/plain", "\xff\xfe", "-9223372036854775808", int64(-1)<<63)
	f.Add([]byte{}, []byte{}, "", "", "p", "9223372036854775807", int64(1)<<62)
	f.Fuzz(func(t *testing.T, key, value []byte, eventType, content, producer, sequence string, milli int64) {
		headers := append(stampHeaders(producer, sequence),
			eventlog.Header{Key: schema.HeaderType, Value: []byte(eventType)}, eventlog.Header{Key: schema.HeaderContentType, Value: []byte(content)},
			eventlog.Header{Key: schema.HeaderID, Value: []byte("id")}, eventlog.Header{Key: schema.HeaderSource, Value: []byte("fuzz")},
			eventlog.Header{Key: schema.HeaderSubject, Value: []byte("s")}, eventlog.Header{Key: schema.HeaderTime, Value: []byte("2026-01-01T00:00:00Z")})
		record := eventlog.Record{Key: key, Value: value, Headers: headers, Time: time.UnixMilli(milli)}
		m, err := newMachine(lake.Partition{}, testKey)
		require.NoError(t, err)
		c, err := m.apply(eventlog.Batch{Records: []eventlog.Record{record}, Next: 1})
		require.NoError(t, err)
		require.Len(t, c.rows, 1)
		require.EqualValues(t, 1, c.after.Counts.Rows+c.after.Counts.DeadLetter)
		requireSnapshotHolds(t, c)
	})
}
