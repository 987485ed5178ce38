// Package lander brings the event log into the lake, exactly once.
//
// It is a deterministic state machine over the log: state and records in, rows
// of each table and the next state out. The state lies in the lake's snapshots,
// so that a lander that starts anywhere ends with the same rows, the same
// Merkle leaves and the same dead letters. The seven steps of a landing are
//
//  1. recover: take up the newest snapshot, and learn from each table how far
//     a round that was cut short had already come (recover.go, covered.go),
//  2. fetch: read the log behind the cut, bounded by bytes and time, and halt
//     where data is gone (reader.go, halt.go),
//  3. apply: make every offset exactly one of row, dead letter, duplicate or
//     skipped, each with one Merkle leaf (machine.go),
//  4. write: Parquet files under names that are never used twice (queue.go),
//  5. publish: the files and the offset reached, in each table's Delta log,
//  6. snapshot: the moment at which readers see the round (rounds.go, publish.go),
//  7. after: show the lag, wake consumers, trim the embedded log (afterwards.go).
//
// It never trusts consumer-group offsets, never skips what is lost, and holds
// no lock: of two landers on one lake, one wins each round and the other
// starts again behind it. internal/app starts it; nothing else writes rows.
package lander
