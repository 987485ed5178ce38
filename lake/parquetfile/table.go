package parquetfile

import (
	"fmt"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/schema"
)

// table is how the rows of one table are stored.
type table struct {
	name       string
	columns    []column
	schema     *parquet.Schema
	reading    *parquet.Schema // schema, for Go values: see readingSchema
	newEncoder func(t *table, o Options) encoder
	newDecoder func(t *table, f *parquet.File) decoder
}

// encoder writes one file after the other.
type encoder interface {
	reset(out io.Writer)
	write(rows []schema.Row) error
	flush() error
	size() int64 // bytes written, and bytes buffered
	close() (parquet.FileView, error)
}

// decoder reads the rows of one file.
type decoder interface {
	// read returns the next rows; io.EOF at the end.
	read() ([]schema.Row, error)
	close() error
}

// lookup returns the table of a name.
func lookup(name string) (*table, error) {
	switch name {
	case schema.Transitions:
		return tableOf[schema.TransitionRow](name), nil
	case schema.Episodes:
		return tableOf[schema.EpisodeRow](name), nil
	case schema.Calls:
		return tableOf[schema.CallRow](name), nil
	case schema.Tasks:
		return tableOf[schema.TaskRow](name), nil
	case schema.Annotations:
		return tableOf[schema.AnnotationRow](name), nil
	case schema.TrainingLog:
		return tableOf[schema.TrainingRow](name), nil
	case schema.DeadLetters:
		return tableOf[schema.DeadLetterRow](name), nil
	}
	return nil, fmt.Errorf("there is no table %q; there are %v", name, schema.Tables())
}

// rowOf is a pointer to a row struct T, which is a row.
type rowOf[T any] interface {
	*T
	schema.Row
}

func tableOf[T any, P rowOf[T]](name string) *table {
	columns := columnsOf(reflect.TypeFor[T]())
	options := make([]parquet.SchemaOption, len(columns))
	for i, c := range columns {
		options[i] = c.structTag()
	}
	s := parquet.SchemaOf(new(T), options...)
	return &table{
		name:       name,
		columns:    columns,
		schema:     s,
		reading:    readingSchema(s, columns),
		newEncoder: newEncoder[T, P],
		newDecoder: newDecoder[T, P],
	}
}

// Schema returns the columns of a table for its Delta log.
func Schema(name string) (*delta.Schema, error) {
	t, err := lookup(name)
	if err != nil {
		return nil, err
	}
	return delta.SchemaOf(t.schema)
}
