package mapping

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// input is the file behind the view source.
type input struct {
	path        string // absolute, without links
	reader      string // DuckDB's table function
	compression string // gzip, zstd or uncompressed
}

// inspect tells by a file's content how it is to be read, and reads a
// compressed one through once: DuckDB takes one that is cut short for whole.
func inspect(src *importer.Source) (input, error) {
	path, err := filepath.Abs(src.Path)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return input{}, fmt.Errorf("find %s: %w", src.Path, err)
	}
	in := input{path: path, compression: compression(src)}
	r, err := src.Reader()
	if err != nil {
		return input{}, err
	}
	buffered := bufio.NewReader(r)
	start, _ := buffered.Peek(512)
	in.reader = readerOf(start)
	if in.compression == "uncompressed" {
		return in, nil
	}
	if in.reader == "read_parquet" {
		return input{}, fmt.Errorf("%s is a compressed Parquet file: decompress it, Parquet is compressed inside", src.Path)
	}
	_, err = io.Copy(io.Discard, buffered)
	return in, err
}

func compression(src *importer.Source) string {
	raw, _ := src.Raw()
	magic := make([]byte, 4)
	n, _ := raw.ReadAt(magic, 0)
	switch magic = magic[:n]; {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		return "gzip"
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	}
	return "uncompressed"
}

func readerOf(start []byte) string {
	switch trimmed := bytes.TrimLeft(start, " \t\r\n"); {
	case bytes.HasPrefix(start, []byte("PAR1")):
		return "read_parquet"
	case bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("[")):
		return "read_json"
	}
	return "read_csv"
}

// view is the SQL that makes the view source of the file, which goes by path.
func (in input) view(path string) string {
	options := ""
	switch in.reader {
	case "read_json":
		options = fmt.Sprintf(", compression = '%s', maximum_object_size = %d", in.compression, importer.MaxRecordBytes)
	case "read_csv":
		// A row is an event, and DuckDB takes buffers of many times this.
		options = fmt.Sprintf(", compression = '%s', max_line_size = %d", in.compression, schema.MaxEventBytes)
	}
	return fmt.Sprintf("CREATE VIEW source AS SELECT * FROM %s(%s%s)", in.reader, literal(path), options)
}

// literal writes a text as a SQL literal.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
