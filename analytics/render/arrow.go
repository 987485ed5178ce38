package render

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// A batch ends at as many rows or about as many bytes, whichever comes first.
const (
	streamRows, streamBytes = 4 << 10, 16 << 20
	groupRows, groupBytes   = 64 << 10, 64 << 20 // a Parquet row group
)

// writeArrow writes an Arrow IPC stream.
func writeArrow(w io.Writer, r rows.Reader) error {
	schema := arrowSchema(r.Columns())
	out := ipc.NewWriter(w, ipc.WithSchema(schema))
	if err := eachBatch(r, schema, streamRows, streamBytes, out.Write); err != nil {
		return err
	}
	return out.Close()
}

// writeParquet writes a Parquet file, a row group a batch.
func writeParquet(w io.Writer, r rows.Reader) error {
	schema := arrowSchema(r.Columns())
	properties := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithMaxRowGroupLength(groupRows))
	out, err := pqarrow.NewFileWriter(schema, writerOnly{w}, properties, pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	if err := eachBatch(r, schema, groupRows, groupBytes, out.Write); err != nil {
		return err
	}
	return out.Close()
}

// writerOnly hides that w can be closed: its opener closes it.
type writerOnly struct{ io.Writer }

// eachBatch gives the rows in batches.
func eachBatch(r rows.Reader, schema *arrow.Schema, maxRows, maxBytes int, take func(arrow.Record) error) error {
	columns := r.Columns()
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	flush := func() error {
		record := builder.NewRecord()
		defer record.Release()
		if record.NumRows() == 0 {
			return nil
		}
		return take(record)
	}
	count, bytes := 0, 0
	for r.Next() {
		for i, v := range r.Row() {
			size, err := appendArrow(builder.Field(i), v, columns[i].Type)
			if err != nil {
				return fmt.Errorf("column %s: %w", columns[i].Name, err)
			}
			bytes += size
		}
		if count++; count < maxRows && bytes < maxBytes {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		count, bytes = 0, 0
	}
	if err := r.Err(); err != nil {
		return err
	}
	return flush()
}

func arrowSchema(columns []rows.Column) *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, name := range uniqueNames(columns) {
		fields[i] = arrow.Field{Name: name, Type: arrowType(columns[i].Type), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// hugeDigits is the most digits of an Arrow decimal of 128 bits, as which
// integers of that width are written.
const hugeDigits = 38

// arrowType returns the Arrow type of a type. Intervals are text, as Parquet
// has no type that holds them.
func arrowType(t rows.Type) arrow.DataType {
	switch t.Kind {
	case rows.Null:
		return arrow.Null
	case rows.Bool:
		return arrow.FixedWidthTypes.Boolean
	case rows.Int:
		return map[int]arrow.DataType{8: arrow.PrimitiveTypes.Int8, 16: arrow.PrimitiveTypes.Int16, 32: arrow.PrimitiveTypes.Int32, 64: arrow.PrimitiveTypes.Int64}[t.Bits]
	case rows.Uint:
		return map[int]arrow.DataType{8: arrow.PrimitiveTypes.Uint8, 16: arrow.PrimitiveTypes.Uint16, 32: arrow.PrimitiveTypes.Uint32, 64: arrow.PrimitiveTypes.Uint64}[t.Bits]
	case rows.HugeInt:
		return &arrow.Decimal128Type{Precision: hugeDigits}
	case rows.Float:
		return arrow.PrimitiveTypes.Float32
	case rows.Double:
		return arrow.PrimitiveTypes.Float64
	case rows.Numeric:
		return &arrow.Decimal128Type{Precision: int32(t.Width), Scale: int32(t.Scale)}
	case rows.Blob:
		return arrow.BinaryTypes.Binary
	case rows.Day:
		return arrow.FixedWidthTypes.Date32
	case rows.TimeOfDay:
		return arrow.FixedWidthTypes.Time64us
	case rows.Timestamp:
		return timestampType(t)
	case rows.List:
		return arrow.ListOf(arrowType(*t.Elem))
	case rows.Record:
		return arrow.StructOf(arrowSchema(t.Fields).Fields()...)
	case rows.Map:
		return arrow.MapOf(arrowType(t.Fields[0].Type), arrowType(t.Fields[1].Type))
	}
	return arrow.BinaryTypes.String
}

func timestampType(t rows.Type) arrow.DataType {
	at := &arrow.TimestampType{Unit: arrow.Microsecond}
	if t.Name == "TIMESTAMP_NS" {
		at.Unit = arrow.Nanosecond
	}
	if t.Zoned {
		at.TimeZone = "UTC"
	}
	return at
}
