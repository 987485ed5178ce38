// Package engine owns DuckDB in memory: it opens one, runs statements on it,
// streams their results chunk by chunk, and gives SQL a fast lookup of numbers.
//
// DuckDB is driven through go-duckdb. Its database/sql driver holds a whole
// result in memory, outside of DuckDB's own memory limit, before it hands out
// the first row; so this package prepares and binds by the driver and executes
// by the C interface below it, which streams. Nothing here knows what the SQL
// means or whether it may run: that is package analytics, the only caller.
package engine
