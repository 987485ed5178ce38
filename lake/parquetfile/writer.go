package parquetfile

import (
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/dreamlog/dreamlog/schema"
)

// Keys of a file's own metadata.
const (
	metaTable   = "dreamlog.table"
	metaVersion = "dreamlog.schema"
)

// Options say how files are laid out. The zero value means the defaults.
type Options struct {
	// RowGroupRows is the most rows that are pruned, and decoded, as one;
	// default 16,384.
	RowGroupRows int
	// RowGroupBytes bounds the memory that a row group takes while it is
	// written, in bytes, most of them compressed; default 32 MiB.
	RowGroupBytes int64
	// Small makes smaller files in about twice the time: how much smaller
	// depends on the texts (7 % on made-up prose, nothing on random words).
	Small bool
}

func (o Options) withDefaults() Options {
	if o.RowGroupRows <= 0 {
		o.RowGroupRows = 16 << 10
	}
	if o.RowGroupBytes <= 0 {
		o.RowGroupBytes = 32 << 20
	}
	return o
}

func (o Options) level() zstd.Level {
	if o.Small {
		return zstd.SpeedDefault
	}
	return zstd.SpeedFastest
}

// Writer writes Parquet files one after the other; it keeps its buffers from
// file to file. It is not safe for concurrent use.
type Writer struct {
	options  Options
	encoders map[string]*tableEncoder
}

// tableEncoder is a table with its encoder.
type tableEncoder struct {
	*table
	encoder
}

// NewWriter returns a Writer.
func NewWriter(o Options) *Writer {
	return &Writer{options: o.withDefaults(), encoders: map[string]*tableEncoder{}}
}

// Write writes rows of one table as one Parquet file. It sorts rows in place,
// by schema.Compare. The rows must be sealed.
func (w *Writer) Write(out io.Writer, table string, rows []schema.Row) (Info, error) {
	t, err := w.encoder(table)
	if err != nil {
		return Info{}, err
	}
	info, err := w.write(t, out, rows)
	if err != nil {
		delete(w.encoders, table) // what it has buffered is of no use
		return Info{}, fmt.Errorf("write %d rows of table %s as Parquet: %w", len(rows), table, err)
	}
	return info, nil
}

func (w *Writer) write(t *tableEncoder, out io.Writer, rows []schema.Row) (Info, error) {
	schema.Sort(rows)
	t.reset(out)
	group, start := 0, t.size() // rows of the row group, and where it starts
	for chunk := range slices.Chunk(rows, scratchRows) {
		if err := t.write(chunk); err != nil {
			return Info{}, err
		}
		group += len(chunk)
		if group < w.options.RowGroupRows && t.size()-start < w.options.RowGroupBytes {
			continue
		}
		if err := t.flush(); err != nil {
			return Info{}, err
		}
		group, start = 0, t.size()
	}
	view, err := t.close()
	if err != nil {
		return Info{}, err
	}
	return infoOf(t.table, view, rows), nil
}

// encoder returns the encoder of a table, made when it is first asked for.
func (w *Writer) encoder(name string) (*tableEncoder, error) {
	if e, found := w.encoders[name]; found {
		return e, nil
	}
	t, err := lookup(name)
	if err != nil {
		return nil, err
	}
	e := &tableEncoder{table: t, encoder: t.newEncoder(t, w.options)}
	w.encoders[name] = e
	return e, nil
}
