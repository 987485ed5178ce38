package parquetfile

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dreamlog/dreamlog/lake/parquetfile/guard"
	"github.com/dreamlog/dreamlog/schema"
)

// Verify reads the footer of a file back and returns its number of rows.
func Verify(r io.ReaderAt, size int64) (rows int64, err error) {
	defer guard.Recover(&err)
	file, err := guard.Open(r, size)
	if err != nil {
		return 0, err
	}
	for _, group := range file.RowGroups() {
		rows += group.NumRows()
	}
	if rows != file.NumRows() {
		return 0, fmt.Errorf("damaged Parquet file: its row groups have %d rows, its footer says %d", rows, file.NumRows())
	}
	return rows, nil
}

// Read gives the rows of a file to a function, some hundred at a time, in the
// order of the file. The rows are the function's. Columns that the file lacks,
// because it was written before they were added, are NULL.
func Read(ctx context.Context, r io.ReaderAt, size int64, table string, take func([]schema.Row) error) (err error) {
	t, err := lookup(table)
	if err != nil {
		return err
	}
	d, err := t.open(r, size)
	if err != nil {
		return fmt.Errorf("read a file of table %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, d.close()) }()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, end, err := next(d)
		if err != nil {
			return fmt.Errorf("read a file of table %s: %w", table, err)
		}
		if len(rows) > 0 {
			if err := take(rows); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
	}
}

// next returns the next rows, and whether they are the last.
func next(d decoder) (rows []schema.Row, end bool, err error) {
	defer guard.Recover(&err)
	rows, err = d.read()
	if errors.Is(err, io.EOF) {
		return rows, true, nil
	}
	return rows, false, err
}

// open opens a file of the table.
func (t *table) open(r io.ReaderAt, size int64) (d decoder, err error) {
	defer guard.Recover(&err)
	file, err := guard.Open(r, size)
	if err != nil {
		return nil, err
	}
	if err := t.accepts(file.Schema()); err != nil {
		return nil, err
	}
	return t.newDecoder(t, file), nil
}
