// Package analytics owns reading the lake by SQL: sessions of DuckDB pinned to
// a snapshot, the views over its files with corrections applied, the fence
// around users' SQL, and the description of every column.
//
// It never writes, takes no lock and opens no broker: a session reads exactly
// the files that were planned for its snapshot, less the rows beyond the cut.
// Commands, consumers and the server call it; package engine below it drives
// DuckDB, package views holds the SQL, package render shows results.
package analytics
