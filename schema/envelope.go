package schema

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Envelope is what every event says about itself, whatever its type: the
// CloudEvents attributes and the two by which retries are recognised.
type Envelope struct {
	// Id of the event, unique within its source.
	EventID string `json:"event_id" avro:"event_id" parquet:"event_id"`
	// Type of the event, such as transition.
	EventType string `json:"-" avro:"event_type" parquet:"event_type"`
	// Version of the schema that the event was written with, from 1.
	SchemaVersion int64 `json:"-" avro:"schema_version" parquet:"schema_version"`
	// When it happened, as its producer says: microseconds since 1970, UTC.
	Time Micros `json:"time" avro:"time,timestamp-micros" parquet:"time,timestamp(microsecond:utc)"`
	// Where it comes from: for imports, format and file.
	Source string `json:"-" avro:"source" parquet:"source"`
	// What it is about and what orders it: the id of its episode, task or policy.
	Subject string `json:"-" avro:"subject" parquet:"subject"`
	// The process incarnation that produced it; NULL when it does not say.
	Producer *string `json:"-" avro:"producer" parquet:"producer,optional"`
	// Rises with every event of the producer; NULL when it does not say.
	Sequence *int64 `json:"-" avro:"sequence" parquet:"sequence,optional"`
}

// Position is where an event lies in the log.
type Position struct {
	// Incarnation of the topic, from 0; rises when a topic was made anew.
	Generation int64 `json:"-" avro:"log_generation" parquet:"log_generation"`
	// Partition of the topic.
	Partition int64 `json:"-" avro:"log_partition" parquet:"log_partition"`
	// Offset in the partition.
	Offset int64 `json:"-" avro:"log_offset" parquet:"log_offset,delta"`
	// When the log took it, by the log's own record time: microseconds since
	// 1970, UTC.
	IngestTime Micros `json:"-" avro:"ingest_time,timestamp-micros" parquet:"ingest_time,timestamp(microsecond:utc)"`
}

// Proof binds a row to the Merkle root of its partition.
type Proof struct {
	// Salt of the hash, 16 bytes; NULL after an erasure.
	Salt []byte `json:"-" avro:"-" parquet:"salt,optional"`
	// The Merkle leaf of the row: SHA-256(0x00 || salt || canonical encoding).
	EventHash []byte `json:"-" avro:"-" parquet:"event_hash"`
}

// Micros is a time as microseconds since 1970, UTC.
type Micros int64

// MicrosOf returns t in microseconds.
func MicrosOf(t time.Time) Micros { return Micros(t.UnixMicro()) }

// Time returns m as a time in UTC.
func (m Micros) Time() time.Time { return time.UnixMicro(int64(m)).UTC() }

// MarshalText writes m as RFC 3339 with microseconds.
func (m Micros) MarshalText() ([]byte, error) {
	return m.Time().AppendFormat(nil, "2006-01-02T15:04:05.000000Z"), nil
}

// UnmarshalText reads RFC 3339; what is finer than a microsecond is cut off.
func (m *Micros) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return fmt.Errorf("%.40q is not a time after RFC 3339", text)
	}
	*m = MicrosOf(t)
	return nil
}

// Head returns the envelope itself; rows promote it to satisfy Row.
func (e *Envelope) Head() *Envelope { return e }

// At returns the position itself; rows promote it to satisfy Row.
func (p *Position) At() *Position { return p }

// Evidence returns the proof itself; rows promote it to satisfy Row.
func (p *Proof) Evidence() *Proof { return p }

// Header is one header of a Kafka record.
type Header struct {
	Key   string
	Value []byte
}

// Headers returns e as Kafka headers in CloudEvents binary mode, less producer
// and sequence, which the event log stamps.
func (e *Envelope) Headers(contentType string) []Header {
	return []Header{
		{HeaderSpecVersion, []byte("1.0")},
		{HeaderID, []byte(e.EventID)},
		{HeaderSource, []byte(e.Source)},
		{HeaderType, []byte(e.EventType)},
		{HeaderSubject, []byte(e.Subject)},
		{HeaderTime, e.Time.Time().AppendFormat(nil, time.RFC3339Nano)},
		{HeaderDataSchema, fmt.Appendf(nil, "urn:dreamlog:schema:%s:%d", e.EventType, e.SchemaVersion)},
		{HeaderContentType, []byte(contentType)},
	}
}

// errTwice refuses an attribute that is there twice: readers would disagree on
// which one counts.
var errTwice = errors.New("is there twice")

// header takes one header of a record into the envelope. Unknown headers are
// passed over: tracing and the like ride along on any record.
func (e *Envelope) header(key string, value []byte) error {
	switch key {
	case HeaderID:
		return setOnce(&e.EventID, value)
	case HeaderSource:
		return setOnce(&e.Source, value)
	case HeaderSubject:
		return setOnce(&e.Subject, value)
	case HeaderTime:
		if e.Time != 0 {
			return errTwice
		}
		return e.Time.UnmarshalText(value)
	case HeaderProducer:
		if e.Producer != nil {
			return errTwice
		}
		e.Producer = new(string)
		return setOnce(e.Producer, value)
	case HeaderSequence:
		return e.setSequence(value)
	case HeaderSpecVersion:
		if string(value) != "1.0" {
			return fmt.Errorf("%.40q is not CloudEvents 1.0", value)
		}
	}
	return nil
}

func setOnce(attribute *string, value []byte) error {
	if *attribute != "" {
		return errTwice
	}
	*attribute = string(value)
	return nil
}

func (e *Envelope) setSequence(value []byte) error {
	if e.Sequence != nil {
		return errTwice
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 1 {
		return fmt.Errorf("%.40q is not a whole number from 1 of 64 bits", value)
	}
	e.Sequence = &n
	return nil
}
