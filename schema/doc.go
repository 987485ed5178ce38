// Package schema owns what an event is: the types of events and the tables
// they land in, their encoding on the log, their validation, their ids, and
// the canonical encoding whose hash is the Merkle leaf of a row.
//
// One Go struct a table (Transition, Episode, Call, …) drives everything: its
// tags name the column in JSON, Avro and Parquet alike; a pointer is a column
// that may be NULL. The published contract are the Avro schemas below avro/:
// events/ holds what producers write, rows/ what is hashed; a released file
// never changes, and a test holds structs and files equal.
//
// The package does no I/O and imports nothing of ours. Producers call Encode,
// the lander calls Decoder.Decode and Sealer.Seal, the lake writes Rows, and
// whoever verifies calls LeafHash again.
package schema
