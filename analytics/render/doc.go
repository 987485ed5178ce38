// Package render owns how results look outside: aligned tables for people, and
// CSV, JSON, JSON lines, Parquet and Arrow for programs.
//
// It writes rows as they come, in constant memory, and neither queries nor
// opens files. Commands call Write with the rows of a query or, by rows.Of,
// with what they gathered themselves.
package render
