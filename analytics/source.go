package analytics

import (
	"context"
	"time"
)

// Source says what a session reads. The lake is one (see FromLake).
type Source interface {
	Pin(ctx context.Context) (*Pin, error)
}

// Pin is a snapshot with the exact files that hold its rows.
type Pin struct {
	// Number of the snapshot; 0: nothing has landed yet.
	Snapshot int64
	// When it was published.
	Time time.Time
	// The cut: rows at or behind it are not part of the snapshot.
	Cuts []Cut
	// Files of each table, by its name.
	Tables map[string][]File
	// Release lets the files go when the session is closed; may be nil.
	Release func()
}

// Cut is the next offset of one partition of one generation of the topic.
type Cut struct{ Generation, Partition, Next int64 }

// File is an immutable Parquet file on the local disk.
type File struct {
	Path string
	Rows int64
	// Whether some of its rows lie behind the cut.
	Mixed bool
	// Schema versions of its rows; nil: unknown.
	Schemas []int64
}
