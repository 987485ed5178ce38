package messages

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// isParquet tells Parquet by its first bytes.
func isParquet(file io.ReaderAt, size int64) bool {
	magic := make([]byte, 4)
	n, _ := file.ReadAt(magic, 0)
	return size > 8 && bytes.Equal(magic[:n], []byte("PAR1"))
}

// readParquet yields an episode for each row, numbered from 1.
func readParquet(file io.ReaderAt, size int64, yield importer.Yield) (err error) {
	defer func() {
		// The library panics on some damaged files, where it should return errors.
		if r := recover(); r != nil {
			err = fmt.Errorf("the Parquet file is damaged: %v", r)
		}
	}()
	f, err := parquet.OpenFile(file, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return fmt.Errorf("open Parquet: %w", err)
	}
	rows := parquet.NewReader(f)
	defer func() { err = errors.Join(err, rows.Close()) }()
	a := assembler{root: newNode(f.Root()), columns: make([][]parquet.Value, len(f.Schema().Columns()))}
	return readRows(rows, &a, yield)
}

// readRows yields the rows one by one.
func readRows(rows parquet.RowReader, a *assembler, yield importer.Yield) error {
	batch := make([]parquet.Row, 16)
	for number := 1; ; {
		n, err := rows.ReadRows(batch)
		for _, row := range batch[:n] {
			if err := yieldRow(number, row, a, yield); err != nil {
				return err
			}
			number++
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read Parquet at row %d: %w", number, err)
		}
	}
}

func yieldRow(number int, row parquet.Row, a *assembler, yield importer.Yield) error {
	record, err := a.record(row)
	var episode *importer.Episode
	if err == nil {
		episode, err = parse(record)
	}
	if err != nil {
		return yield(number, nil, err)
	}
	return yield(number, episode, nil)
}
