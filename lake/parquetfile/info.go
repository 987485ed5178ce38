package parquetfile

import (
	"maps"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/schema"
)

// Info describes a file that was written.
type Info struct {
	Table string
	Rows  int64
	Size  int64 // bytes
	Stats delta.Stats
	// Ranges are the offsets that the rows lie between, by generation and
	// partition.
	Ranges []OffsetRange
	// Versions are the schema versions of the rows, ascending.
	Versions []int64
}

// Add returns the action that makes the file part of its table.
func (i Info) Add(path string, modified time.Time, dataChange bool) *delta.Add {
	return delta.NewAdd(path, i.Size, modified, dataChange, i.Stats, map[string]string{
		TagOffsets: formatRanges(i.Ranges),
		TagSchema:  formatVersions(i.Versions),
	})
}

func infoOf(t *table, view parquet.FileView, rows []schema.Row) Info {
	return Info{
		Table:    t.name,
		Rows:     view.NumRows(),
		Size:     view.Size(),
		Stats:    statsOf(t, view.Metadata()),
		Ranges:   rangesOf(rows),
		Versions: versionsOf(rows),
	}
}

func rangesOf(rows []schema.Row) []OffsetRange {
	type partition struct{ generation, partition int64 }
	found := map[partition]*OffsetRange{}
	for _, row := range rows {
		at := row.At()
		key := partition{at.Generation, at.Partition}
		r := found[key]
		if r == nil {
			r = &OffsetRange{Generation: at.Generation, Partition: at.Partition, First: at.Offset, Next: at.Offset + 1}
			found[key] = r
		}
		r.First, r.Next = min(r.First, at.Offset), max(r.Next, at.Offset+1)
	}
	ranges := make([]OffsetRange, 0, len(found))
	for _, r := range found {
		ranges = append(ranges, *r)
	}
	slices.SortFunc(ranges, compareRanges)
	return ranges
}

func versionsOf(rows []schema.Row) []int64 {
	versions := map[int64]bool{}
	for _, row := range rows {
		versions[row.Head().SchemaVersion] = true
	}
	return slices.Sorted(maps.Keys(versions))
}
