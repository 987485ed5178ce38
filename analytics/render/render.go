package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// Format is a way to write rows.
type Format string

// The formats.
const (
	Table   Format = "table"   // aligned columns, for people
	CSV     Format = "csv"     // RFC 4180 with a header; NULL is empty, an empty text is ""
	JSON    Format = "json"    // one array of objects
	JSONL   Format = "jsonl"   // one object a line
	Parquet Format = "parquet" // one file, zstd
	Arrow   Format = "arrow"   // Arrow IPC stream
)

// Formats lists the formats as users name them.
func Formats() []string {
	return []string{string(Table), string(CSV), string(JSON), string(JSONL), string(Parquet), string(Arrow)}
}

// ParseFormat returns the format of a name.
func ParseFormat(name string) (Format, error) {
	for _, f := range Formats() {
		if f == name {
			return Format(f), nil
		}
	}
	return "", fmt.Errorf("unknown format %q: want one of %s", name, strings.Join(Formats(), ", "))
}

// Binary says whether a format is not for terminals.
func (f Format) Binary() bool { return f == Parquet || f == Arrow }

// Options of Write. The zero value means the defaults.
type Options struct {
	// Columns of the terminal that a table must fit; 0: as wide as it gets.
	Width int
}

// Write writes all rows of r. It does not close r.
func Write(w io.Writer, f Format, r rows.Reader, o Options) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if err := write(out, f, r, o); err != nil {
		return fmt.Errorf("write rows as %s: %w", f, err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write rows as %s: %w", f, err)
	}
	return nil
}

func write(w *bufio.Writer, f Format, r rows.Reader, o Options) error {
	switch f {
	case Table:
		return writeTable(w, r, o.Width)
	case CSV:
		return writeCSV(w, r)
	case JSON:
		return writeJSON(w, r)
	case JSONL:
		return writeJSONL(w, r)
	case Parquet:
		return writeParquet(w, r)
	case Arrow:
		return writeArrow(w, r)
	}
	return fmt.Errorf("unknown format: want one of %s", strings.Join(Formats(), ", "))
}

// uniqueNames returns the names of columns, told apart by a number where two
// are equal: objects and files need that.
func uniqueNames(columns []rows.Column) []string {
	taken := map[string]bool{}
	names := make([]string, len(columns))
	for i, c := range columns {
		name := c.Name
		for n := 1; taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", c.Name, n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}
