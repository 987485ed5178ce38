package parquetfile

import (
	"math"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/dreamlog/dreamlog/lake/delta"
)

// statsOf gathers the statistics of a file from those of its row groups.
func statsOf(t *table, meta *format.FileMetaData) delta.Stats {
	stats := delta.Stats{
		Rows:  meta.NumRows,
		Min:   map[string]any{},
		Max:   map[string]any{},
		Nulls: map[string]int64{},
	}
	for i, leaf := range t.schema.Columns() {
		if len(leaf) != 1 || !t.bounded(leaf[0]) {
			continue
		}
		column, _ := t.schema.Lookup(leaf...)
		b := bounds{kind: column.Node.Type()}
		for _, group := range meta.RowGroups {
			b.take(group.Columns[i].MetaData.Statistics)
		}
		stats.Nulls[leaf[0]] = b.nulls
		if low, high, ok := b.values(); ok {
			stats.Min[leaf[0]], stats.Max[leaf[0]] = low, high
		}
	}
	return stats
}

// bounded says whether a column has statistics.
func (t *table) bounded(name string) bool {
	for _, c := range t.columns {
		if c.name == name {
			return c.bounds
		}
	}
	return false
}

// bounds are the bounds of one column, over row groups.
type bounds struct {
	kind     parquet.Type
	min, max parquet.Value
	nulls    int64
	found    bool
}

func (b *bounds) take(s format.Statistics) {
	b.nulls += s.NullCount
	if s.MinValue == nil || s.MaxValue == nil {
		return
	}
	low, high := b.kind.Kind().Value(s.MinValue), b.kind.Kind().Value(s.MaxValue)
	if !b.found || b.kind.Compare(low, b.min) < 0 {
		b.min = low
	}
	if !b.found || b.kind.Compare(high, b.max) > 0 {
		b.max = high
	}
	b.found = true
}

// values returns the bounds as the Delta log wants them; ok is false when it
// can hold none.
func (b *bounds) values() (low, high any, ok bool) {
	if !b.found {
		return nil, nil, false
	}
	switch {
	case b.kind.Kind() == parquet.ByteArray:
		return textBounds(string(b.min.ByteArray()), string(b.max.ByteArray()))
	case b.kind.Kind() == parquet.Double:
		low, high := b.min.Double(), b.max.Double()
		return low, high, finite(low) && finite(high)
	case b.kind.Kind() == parquet.Int64 && b.isTime():
		return timeBounds(b.min.Int64(), b.max.Int64())
	case b.kind.Kind() == parquet.Int64:
		return b.min.Int64(), b.max.Int64(), true
	}
	return nil, nil, false // the bounds of a truth value prune nothing
}

func (b *bounds) isTime() bool {
	logical := b.kind.LogicalType()
	if logical == nil {
		return false
	}
	_, isTime := logical.Value.(*format.TimestampType)
	return isTime
}

func textBounds(low, high string) (any, any, bool) {
	upper, ok := delta.UpperText(high)
	return delta.LowerText(low), upper, ok && utf8.ValidString(low) && utf8.ValidString(high)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// timeBounds gives times in milliseconds, which is what every reader takes: the
// lower one rounded down, the upper one rounded up.
func timeBounds(low, high int64) (any, any, bool) {
	const form = "2006-01-02T15:04:05.000Z"
	first := time.UnixMicro(low).UTC()
	last := time.UnixMicro(high).UTC()
	if first.Year() < 1 || last.Year() > 9998 {
		return nil, nil, false
	}
	return first.Format(form), last.Add(time.Millisecond - time.Microsecond).Format(form), true
}
