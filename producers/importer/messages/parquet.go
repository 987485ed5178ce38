package messages

import (
	"bytes"
	"encoding/binary"
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
	return size >= 12 && bytes.Equal(magic[:n], []byte("PAR1"))
}

// checkFooter checks the size of the footer at the end of the file, which the
// library would allocate unseen.
func checkFooter(file io.ReaderAt, size int64) error {
	var end [8]byte
	if _, err := file.ReadAt(end[:], size-int64(len(end))); err != nil {
		return fmt.Errorf("read the end of the Parquet file: %w", err)
	}
	footer := int64(binary.LittleEndian.Uint32(end[:4]))
	if !bytes.Equal(end[4:], []byte("PAR1")) || footer > size-int64(len("PAR1")+len(end)) {
		return errors.New("the Parquet file ends without its footer: it is cut short; fetch it again")
	}
	return nil
}

// readParquet yields an episode for each row, numbered from 1.
func readParquet(file io.ReaderAt, size int64, yield importer.Yield) (err error) {
	defer func() {
		// The library panics on some damaged files, where it should return errors.
		if r := recover(); r != nil {
			err = fmt.Errorf("the Parquet file is damaged: %v", r)
		}
	}()
	if err := checkFooter(file, size); err != nil {
		return err
	}
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
