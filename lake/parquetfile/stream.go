package parquetfile

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/dreamlog/dreamlog/schema"
)

// Stream writes one Parquet file row by row: files that are too large for
// memory. It holds one row group. It is not safe for concurrent use.
type Stream struct {
	tableEncoder *tableEncoder
	options      Options
	pending      []schema.Row // up to scratchRows, for the encoder
	last         schema.Row
	group        int   // rows of the row group
	start        int64 // size at which the row group starts, bytes
	extent       extent
}

// NewStream starts a file of a table.
func NewStream(out io.Writer, table string, o Options) (*Stream, error) {
	w := NewWriter(o)
	t, err := w.encoder(table)
	if err != nil {
		return nil, err
	}
	t.reset(out)
	return &Stream{
		tableEncoder: t, options: w.options, start: t.size(),
		pending: make([]schema.Row, 0, scratchRows), extent: newExtent(),
	}, nil
}

// Write adds a sealed row. Rows must come in the order of schema.Compare, and
// none twice. After an error the file is of no use.
func (s *Stream) Write(row schema.Row) error {
	if s.last != nil && schema.Compare(s.last, row) >= 0 {
		return s.wrap(row, errors.New("it comes out of order, or twice"))
	}
	s.last = row
	s.extent.add(row)
	s.pending = append(s.pending, row)
	if len(s.pending) < scratchRows {
		return nil
	}
	if err := s.hand(); err != nil {
		return s.wrap(row, err)
	}
	return nil
}

func (s *Stream) wrap(row schema.Row, err error) error {
	at := row.At()
	return fmt.Errorf("write event %s (generation %d, partition %d, offset %d) of table %s as Parquet: %w",
		row.Head().EventID, at.Generation, at.Partition, at.Offset, s.tableEncoder.name, err)
}

// hand gives the pending rows to the encoder, and ends a full row group.
func (s *Stream) hand() error {
	t := s.tableEncoder
	if err := t.write(s.pending); err != nil {
		return err
	}
	s.group += len(s.pending)
	clear(s.pending)
	s.pending = s.pending[:0]
	if s.group < s.options.RowGroupRows && t.size()-s.start < s.options.RowGroupBytes {
		return nil
	}
	if err := t.flush(); err != nil {
		return err
	}
	s.group, s.start = 0, t.size()
	return nil
}

// Close ends the file and describes it. It does not close the writer below.
func (s *Stream) Close() (Info, error) {
	t := s.tableEncoder
	if len(s.pending) > 0 {
		if err := s.hand(); err != nil {
			return Info{}, fmt.Errorf("write the last rows of table %s as Parquet: %w", t.name, err)
		}
	}
	view, err := t.close()
	if err != nil {
		return Info{}, fmt.Errorf("end a Parquet file of table %s: %w", t.name, err)
	}
	return Info{
		Table:    t.name,
		Rows:     view.NumRows(),
		Size:     view.Size(),
		Stats:    statsOf(t.table, view.Metadata()),
		Ranges:   s.extent.sorted(),
		Versions: slices.Sorted(maps.Keys(s.extent.versions)),
	}, nil
}

// extent gathers which offsets and schema versions the rows of a file have.
type extent struct {
	ranges   map[partition]*OffsetRange
	versions map[int64]bool
}

// partition is one partition of one generation of the log.
type partition struct{ generation, partition int64 }

func newExtent() extent {
	return extent{ranges: map[partition]*OffsetRange{}, versions: map[int64]bool{}}
}

func (e *extent) add(row schema.Row) {
	e.versions[row.Head().SchemaVersion] = true
	at := row.At()
	key := partition{at.Generation, at.Partition}
	r := e.ranges[key]
	if r == nil {
		r = &OffsetRange{Generation: at.Generation, Partition: at.Partition, First: at.Offset, Next: at.Offset + 1}
		e.ranges[key] = r
	}
	r.First, r.Next = min(r.First, at.Offset), max(r.Next, at.Offset+1)
}

func (e *extent) sorted() []OffsetRange {
	ranges := make([]OffsetRange, 0, len(e.ranges))
	for _, r := range e.ranges {
		ranges = append(ranges, *r)
	}
	slices.SortFunc(ranges, compareRanges)
	return ranges
}
