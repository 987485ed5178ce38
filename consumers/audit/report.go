package audit

import (
	"fmt"
	"sync"
)

// Kind says what a mismatch is about.
type Kind string

// The kinds.
const (
	// KindChain: a snapshot is missing, damaged, or not the one that the next
	// one was chained to.
	KindChain Kind = "chain"
	// KindSnapshot: what a snapshot says contradicts itself or the one before.
	KindSnapshot Kind = "snapshot"
	// KindTable: the log of a table cannot be read, or lies behind.
	KindTable Kind = "table"
	// KindFile: a data file is missing, damaged, or not the one that its table
	// names.
	KindFile Kind = "file"
	// KindRow: the content of a row does not have the hash of the row.
	KindRow Kind = "row"
	// KindOffset: an offset is not there, or more than once.
	KindOffset Kind = "offset"
	// KindRoot: the hashes between two snapshots are not those that were landed.
	KindRoot Kind = "root"
	// KindCount: there are not as many rows as a snapshot counted.
	KindCount Kind = "count"
)

// Mismatch is one thing that is not as it must be.
type Mismatch struct {
	Kind Kind `json:"kind"`
	// Object is what it was found in: a snapshot, file, row or partition.
	Object string `json:"object"`
	// Detail says what was found and what was due.
	Detail string `json:"detail"`
}

func (m Mismatch) String() string { return fmt.Sprintf("%s: %s: %s", m.Kind, m.Object, m.Detail) }

// Checked counts what was looked at.
type Checked struct {
	Snapshots int64 `json:"snapshots"`
	Files     int64 `json:"files"`
	Offsets   int64 `json:"offsets"`
	Rows      int64 `json:"rows"`
	// Erased rows are without the content that their hash was made of.
	Erased int64 `json:"erased"`
	// Pending rows lie behind the newest snapshot, of a round that is not
	// published yet: their content was checked, no root vouches for them.
	Pending int64 `json:"pending"`
}

// Report is what Verify found.
type Report struct {
	// Snapshot is the number of the newest one, and Digest the SHA-256 in hex
	// of its bytes: keep it elsewhere to prove later that nothing was cut off.
	Snapshot int64   `json:"snapshot"`
	Digest   string  `json:"digest"`
	Checked  Checked `json:"checked"`
	// Mismatches are the first of those found; Found is how many there were.
	Mismatches []Mismatch `json:"mismatches"`
	Found      int64      `json:"found"`
}

// recorder gathers a report from several goroutines.
type recorder struct {
	limit int

	mu     sync.Mutex // guards report
	report Report
}

func (r *recorder) mismatch(kind Kind, object, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Found++
	if len(r.report.Mismatches) < r.limit {
		r.report.Mismatches = append(r.report.Mismatches, Mismatch{kind, object, fmt.Sprintf(format, args...)})
	}
}

func (r *recorder) count(add func(*Checked)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	add(&r.report.Checked)
}
