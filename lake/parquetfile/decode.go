package parquetfile

import (
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/schema"
)

// decoderOf reads rows into struct T.
type decoderOf[T any, P rowOf[T]] struct {
	reader *parquet.GenericReader[T]
	// missing are the columns that the file lacks. parquet-go makes up values
	// for them (v0.32.0: an empty list at times), so they are set to NULL here.
	missing []column
}

// readRows is how many rows are read at once.
const readRows = 256

func newDecoder[T any, P rowOf[T]](t *table, f *parquet.File) decoder {
	d := &decoderOf[T, P]{reader: parquet.NewGenericReader[T](f, t.reading)}
	for _, c := range t.columns {
		if f.Root().Column(c.name) == nil {
			d.missing = append(d.missing, c)
		}
	}
	return d
}

func (d *decoderOf[T, P]) read() ([]schema.Row, error) {
	slab := make([]T, readRows) // the rows are the caller's
	n, err := d.reader.Read(slab)
	if n == 0 && err == nil {
		return nil, fmt.Errorf("nothing was read, and no end: %w", io.ErrNoProgress)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	rows := make([]schema.Row, n)
	for i := range rows {
		for _, c := range d.missing {
			reflect.ValueOf(&slab[i]).Elem().FieldByIndex(c.index).SetZero()
		}
		rows[i] = P(&slab[i])
	}
	return rows, err
}

func (d *decoderOf[T, P]) close() error { return d.reader.Close() }

// readingSchema returns a schema that finds the fields of a row struct itself.
// That of parquet-go sets every pointer in an embedded struct before it reads
// (v0.32.0), so that NULL would come back as zero.
func readingSchema(s *parquet.Schema, columns []column) *parquet.Schema {
	fields := s.Fields()
	for i, c := range columns {
		fields[i] = &rowField{Field: fields[i], index: c.index}
	}
	return parquet.NewSchema(s.Name(), &rowNode{Node: s, fields: fields})
}

// rowNode is a row struct.
type rowNode struct {
	parquet.Node
	fields []parquet.Field
}

// Fields returns the columns.
func (n *rowNode) Fields() []parquet.Field { return n.fields }

// rowField is a column of a row struct.
type rowField struct {
	parquet.Field
	index []int
}

// Value returns the column of a row.
func (f *rowField) Value(row reflect.Value) reflect.Value { return row.FieldByIndex(f.index) }
