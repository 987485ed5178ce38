// Package delta is a small Delta Lake transaction log, after the public
// protocol: reader version 1, writer version 2, no partition columns, classic
// checkpoints. Spark, Trino, Polars, DuckDB and delta-rs read what it writes.
//
// It owns the folder _delta_log of one table: entries, checkpoints, the hint
// _last_checkpoint, and the rules by which two writers of one version find out
// who won. It never writes, reads or deletes a data file, never decides when a
// checkpoint or a clean-up is due, and knows nothing of offsets or snapshots.
//
// The lander and the compactor publish through it; lake plans queries from it.
package delta
