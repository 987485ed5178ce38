package parquetfile

import (
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/dreamlog/dreamlog/schema"
)

// encoderOf writes rows of struct T.
type encoderOf[T any, P rowOf[T]] struct {
	writer *parquet.GenericWriter[T]
	// scratch holds the rows that parquet-go takes next: it wants structs that
	// lie side by side.
	scratch []T
	paths   []columnPath
}

// columnPath is the path of a column: as parquet-go holds it, and a copy.
type columnPath struct{ held, copied []string }

// scratchRows is how many rows are handed over at once: few enough to stay in
// the cache.
const scratchRows = 64

// bloomBits is the size of a bloom filter for each distinct value: one lookup
// in a hundred goes in vain.
const bloomBits = 10

func newEncoder[T any, P rowOf[T]](t *table, o Options) encoder {
	options := []parquet.WriterOption{
		parquet.Compression(&zstd.Codec{Level: o.level()}),
		parquet.DefaultEncodingFor(parquet.Int64, &parquet.DeltaBinaryPacked),
		parquet.DataPageStatistics(false), // the column index has them
		parquet.CreatedBy("dreamlog", fmt.Sprint(schema.Version), ""),
		parquet.KeyValueMetadata(metaTable, t.name),
		parquet.KeyValueMetadata(metaVersion, fmt.Sprint(schema.Version)),
	}
	var filters []parquet.BloomFilterColumn
	for _, c := range t.columns {
		options = append(options, c.structTag())
		if !c.bounds {
			options = append(options, parquet.SkipPageBounds(c.name))
		}
		if c.bloom {
			filters = append(filters, parquet.SplitBlockFilter(bloomBits, c.name))
		}
	}
	options = append(options, parquet.BloomFilters(filters...))
	return &encoderOf[T, P]{
		writer:  parquet.NewGenericWriter[T](io.Discard, options...),
		scratch: make([]T, scratchRows),
	}
}

// reset starts a file. parquet-go clears the metadata of the last one and with
// it, by mistake, the paths of the columns, which every file shares (v0.32.0):
// they are put back.
func (e *encoderOf[T, P]) reset(out io.Writer) {
	e.writer.Reset(out)
	for _, p := range e.paths {
		copy(p.held, p.copied)
	}
}

func (e *encoderOf[T, P]) flush() error { return e.writer.Flush() }

func (e *encoderOf[T, P]) size() int64 { return e.writer.Size() }

// write writes up to scratchRows rows.
func (e *encoderOf[T, P]) write(rows []schema.Row) error {
	scratch := e.scratch[:len(rows)]
	defer clear(scratch) // so that it keeps no row alive
	for i, row := range rows {
		typed, ok := row.(P)
		if !ok {
			return fmt.Errorf("row %d belongs to table %s", i, row.Table())
		}
		scratch[i] = *typed
	}
	_, err := e.writer.Write(scratch)
	return err
}

func (e *encoderOf[T, P]) close() (parquet.FileView, error) {
	if err := e.writer.Close(); err != nil {
		return nil, err
	}
	view := e.writer.File()
	if groups := view.Metadata().RowGroups; e.paths == nil && len(groups) > 0 {
		for _, c := range groups[0].Columns {
			held := c.MetaData.PathInSchema
			e.paths = append(e.paths, columnPath{held, slices.Clone(held)})
		}
	}
	return view, nil
}
