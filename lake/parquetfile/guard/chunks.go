package guard

import (
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// checkChunks refuses files whose row groups are not made of the columns that
// their schema names: parquet-go would take the values of one type for those
// of another.
func checkChunks(file *parquet.File) error {
	leaves := file.Schema().Columns()
	for i, group := range file.Metadata().RowGroups {
		if len(group.Columns) != len(leaves) {
			return fmt.Errorf("row group %d has %d columns of %d: %w", i, len(group.Columns), len(leaves), errFooter)
		}
		for j, path := range leaves {
			chunk := &group.Columns[j].MetaData
			leaf, _ := file.Schema().Lookup(path...)
			if !slices.Equal(path, chunk.PathInSchema) || !fits(chunk, leaf, group.NumRows) {
				return fmt.Errorf("column %d of row group %d: %w", j, i, errFooter)
			}
		}
	}
	return nil
}

// fits says whether a chunk may hold the values of a column for some rows. A
// list takes one value at least.
func fits(chunk *format.ColumnMetaData, leaf parquet.LeafColumn, rows int64) bool {
	if parquet.Kind(chunk.Type) != leaf.Node.Type().Kind() {
		return false
	}
	return chunk.NumValues == rows || leaf.MaxRepetitionLevel > 0 && chunk.NumValues > rows
}
