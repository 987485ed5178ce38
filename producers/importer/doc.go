// Package importer brings recorded agent experience in: it reads files of a
// Format record by record, turns each Episode into events with derived ids,
// leaves out what the lake already has, and hands the rest to a Sink.
//
// It owns how files are opened (Source: gzip and zstd as they lie), how large
// JSON is cut into records without being held (Lines, Values), how ids derive,
// and what an import counts and reports. Each format lives in a package below
// and knows only how its records are to be read. Run is called by the import
// command; nothing here knows Kafka, the lake, or the terminal.
//
// It never changes a source, never follows a path or link that data names, and
// never holds more than one batch of episodes; one record may have at most
// MaxRecordBytes.
package importer
