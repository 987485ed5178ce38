package schema

// DeadLetter is a record of the log that could not be decoded or validated,
// kept as it came.
type DeadLetter struct {
	// What was wrong with it: field, value and rule.
	Reason string `json:"reason" avro:"reason" parquet:"reason"`
	// Key of the record.
	Key []byte `json:"key" avro:"key" parquet:"key,optional"`
	// Headers of the record: a JSON array of [name, base64 value] as text, so
	// that any bytes survive.
	Headers JSON `json:"headers" avro:"headers" parquet:"headers"`
	// Body of the record.
	Value []byte `json:"value" avro:"value" parquet:"value,optional"`
}

// DeadLetterRow is a row of table deadletter.
type DeadLetterRow struct {
	Envelope
	DeadLetter
	Position
	Proof
}
