package lake

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
)

// Plan is the exact list of files that hold the rows of a table as of a
// snapshot, taken from today's files: a compaction costs no history.
type Plan struct {
	Table string
	// Version of the table that was planned from; -1: there is no table yet.
	Version int64
	Files   []File
}

// File is one data file of a plan.
type File struct {
	// Name in the store.
	Name string
	// Size in bytes.
	Size int64
	Rows int64
	// Mixed says that some of its rows lie behind the cut: read it with
	// Snapshot.Visible as a filter.
	Mixed bool
	// Schemas are the schema versions of its rows.
	Schemas []int64
	// Stats bound its columns.
	Stats delta.Stats
}

// Plan lists the files that hold the rows of a table as of a snapshot; nil is
// the empty lake.
func (l *Lake) Plan(ctx context.Context, s *Snapshot, name string) (*Plan, error) {
	if l.tables[name] == nil {
		return nil, fmt.Errorf("there is no table %q", name)
	}
	plan := &Plan{Table: name, Version: -1}
	if s == nil {
		return plan, nil
	}
	state, err := l.snapshotState(ctx, name)
	if err != nil || state == nil {
		return plan, err
	}
	plan.Version = state.Version()
	files, err := state.Files()
	if err != nil {
		return nil, fmt.Errorf("plan table %s: %w", name, err)
	}
	for _, f := range files {
		planned := File{Name: name + "/" + string(f.Path), Size: f.Size, Rows: f.Stats.Rows, Stats: f.Stats}
		ranges, err := planned.describe(f.Add)
		if err != nil {
			return nil, fmt.Errorf("plan table %s: data file %s: %w", name, f.Path, err)
		}
		mixed, any := s.cuts(ranges)
		planned.Mixed = mixed
		if any {
			plan.Files = append(plan.Files, planned)
		}
	}
	return plan, nil
}

// describe takes what the tags of an addition say, and returns the offsets of
// the rows; none when it does not say.
func (f *File) describe(a *delta.Add) (ranges []parquetfile.OffsetRange, err error) {
	if tag := a.Tags[parquetfile.TagSchema]; tag != "" {
		if f.Schemas, err = parquetfile.ParseVersions(tag); err != nil {
			return nil, err
		}
	}
	if tag := a.Tags[parquetfile.TagOffsets]; tag != "" {
		return parquetfile.ParseRanges(tag)
	}
	return nil, nil
}

// cuts says how the cut meets a file's offsets: whether some rows may lie
// behind it, and whether any lie before it. A file that does not say which
// offsets it holds may hold both.
func (s *Snapshot) cuts(ranges []parquetfile.OffsetRange) (mixed, any bool) {
	if len(ranges) == 0 {
		return true, true
	}
	for _, r := range ranges {
		p := s.Partition(r.Generation, int(r.Partition))
		before := p != nil && r.First < p.Cut
		after := p == nil || r.Next > p.Cut
		any = any || before
		mixed = mixed || after
	}
	return mixed && any, any
}
