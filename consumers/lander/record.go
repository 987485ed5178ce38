package lander

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"unicode/utf8"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// What the machine reads of a record before, or without, decoding it.

// stampOf reads who sent a record, and which of his it is. A stamp that no
// valid event can have is none: such a record is a dead letter each time.
func stampOf(record *eventlog.Record) (producer string, sequence int64, ok bool) {
	id, _ := record.Header(schema.HeaderProducer)
	digits, _ := record.Header(schema.HeaderSequence)
	sequence, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || sequence < 1 || len(id) == 0 || len(id) > schema.MaxIDBytes || !utf8.Valid(id) {
		return "", 0, false
	}
	return string(id), sequence, true
}

// ingestMicros is the record's time in the range that a snapshot and every
// reader of the lake can hold: a log takes any number from its producers.
func ingestMicros(record *eventlog.Record) int64 {
	return min(max(record.Time.UnixMilli(), 0), lastMilli) * 1000
}

// lastMilli is the last millisecond of the year 9999.
const lastMilli = 253_402_300_799_999

// recordDigest tells a record from every other one.
func recordDigest(r *eventlog.Record) string {
	h := sha256.New()
	part := func(b []byte) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(b)))
		h.Write(size[:])
		h.Write(b)
	}
	part(r.Key)
	part(r.Value)
	for _, header := range r.Headers {
		part([]byte(header.Key))
		part(header.Value)
	}
	return hex.EncodeToString(h.Sum(nil))
}
