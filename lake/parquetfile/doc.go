// Package parquetfile turns rows into Parquet files and back.
//
// It owns how a table lies in a file: order, encodings, compression, row
// groups, bloom filters, statistics, and the Delta schema that follows from the
// row structs of package schema. It never names, stores or publishes a file.
//
// The lander and the compactor write through Writer; the compactor, verify and
// the tests read through Read.
package parquetfile
