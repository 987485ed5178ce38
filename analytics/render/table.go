package render

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

const (
	// sampleRows is how many rows decide how wide columns are; later ones that
	// are wider stick out, or are cut where the table must fit a terminal.
	sampleRows = 300
	// leastWidth is what a column keeps when a table is made to fit.
	leastWidth = 8
	// gap is what parts two columns.
	gap = " │ "
	cut = "…"
)

// tableWriter lays rows out in columns.
type tableWriter struct {
	w       *bufio.Writer
	columns []rows.Column // those that fit
	hidden  int           // how many do not
	widths  []int
	fitted  bool // cells wider than their column are cut
	written int
}

// writeTable writes an aligned table. It holds the first rows back to see how
// wide the columns are, then streams.
func writeTable(w *bufio.Writer, r rows.Reader, width int) error {
	columns := r.Columns()
	var sample [][]string
	for len(sample) < sampleRows && r.Next() {
		line, err := tableCells(r.Row(), columns)
		if err != nil {
			return err
		}
		sample = append(sample, line)
	}
	t := &tableWriter{w: w, columns: columns, widths: naturalWidths(columns, sample)}
	if width > 0 {
		t.fit(width)
	}
	t.head()
	for _, line := range sample {
		t.line(line)
	}
	for len(sample) == sampleRows && r.Next() {
		line, err := tableCells(r.Row(), columns)
		if err != nil {
			return err
		}
		t.line(line)
	}
	if err := r.Err(); err != nil {
		return err
	}
	return t.foot()
}

// tableCells returns a row as cells of one line each.
func tableCells(row []any, columns []rows.Column) ([]string, error) {
	cells := make([]string, len(row))
	for i, v := range row {
		if v == nil {
			cells[i] = "NULL"
			continue
		}
		text, err := appendText(nil, v, columns[i].Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", columns[i].Name, err)
		}
		cells[i] = printable(text)
	}
	return cells, nil
}

// printable shows what would move the cursor, or command the terminal, by its
// escape.
func printable(text []byte) string {
	if !bytes.ContainsFunc(text, unprintable) {
		return string(text)
	}
	var b strings.Builder
	for _, r := range string(text) {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unprintable(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// displayWidth is how many cells of a terminal text takes.
func displayWidth(text string) int {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return runewidth.StringWidth(text)
		}
	}
	return len(text) // the common case, without a look at each character's class
}

// unprintable: controls, and what reorders the line around it.
func unprintable(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

func naturalWidths(columns []rows.Column, sample [][]string) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = displayWidth(printable([]byte(c.Name)))
		for _, line := range sample {
			widths[i] = max(widths[i], displayWidth(line[i]))
		}
	}
	return widths
}

// fit makes the table at most width wide: the widest columns give way first;
// when all are at their least, the last columns are left out.
func (t *tableWriter) fit(width int) {
	t.fitted = true
	gaps := displayWidth(gap)
	total := func(limit int) (sum int) {
		for _, w := range t.widths {
			sum += min(w, limit) + gaps
		}
		return sum - gaps
	}
	for len(t.widths) > 1 && total(leastWidth) > width {
		t.widths = t.widths[:len(t.widths)-1]
	}
	t.hidden = len(t.columns) - len(t.widths)
	t.columns = t.columns[:len(t.widths)]
	if len(t.widths) == 0 {
		return
	}
	limit := slices.Max(t.widths)
	for limit > leastWidth && total(limit) > width {
		limit--
	}
	for i, w := range t.widths {
		t.widths[i] = min(w, limit)
	}
}

func (t *tableWriter) head() {
	names := make([]string, len(t.columns))
	rules := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = t.cell(printable([]byte(c.Name)), i)
		rules[i] = strings.Repeat("─", t.widths[i])
	}
	t.print(strings.Join(names, gap))
	t.print(strings.Join(rules, "─┼─"))
}

func (t *tableWriter) line(cells []string) {
	aligned := make([]string, len(t.columns))
	for i := range t.columns {
		aligned[i] = t.cell(cells[i], i)
	}
	t.print(strings.Join(aligned, gap))
	t.written++
}

// cell brings text to the width of column i.
func (t *tableWriter) cell(text string, i int) string {
	width := displayWidth(text)
	if t.fitted && width > t.widths[i] {
		text = runewidth.Truncate(text, t.widths[i], cut)
		width = displayWidth(text) // a wide character may leave a cell free
	}
	padding := strings.Repeat(" ", max(t.widths[i]-width, 0))
	if t.columns[i].Type.Numbers() {
		return padding + text
	}
	return text + padding
}

// print writes a line; bufio keeps the first error for Flush.
func (t *tableWriter) print(line string) {
	_, _ = t.w.WriteString(strings.TrimRight(line, " ") + "\n")
}

func (t *tableWriter) foot() error {
	plural := "s"
	if t.written == 1 {
		plural = ""
	}
	note := fmt.Sprintf("(%d row%s)", t.written, plural)
	if t.hidden > 0 {
		note = fmt.Sprintf("(%d row%s; %d more columns do not fit: name those you want, or use another format)", t.written, plural, t.hidden)
	}
	t.print(note)
	return t.w.Flush()
}
