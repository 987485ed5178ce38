// Package lake owns what was landed: immutable Parquet files under one Delta
// transaction log a table, and beside them the snapshots, a chain of numbered
// entries each of which makes an exact prefix of the event log visible in all
// tables at once.
//
// The lander writes it, the compactor rewrites its files, analytics and audits
// read it. It knows offsets as numbers: it never talks to Kafka, and it never
// reads SQL. Readers take no lock.
package lake
