package render

import (
	"bufio"
	"bytes"
	"fmt"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// writeCSV writes RFC 4180, with line feeds for ends of lines.
func writeCSV(w *bufio.Writer, r rows.Reader) error {
	columns := r.Columns()
	var line []byte
	for i, c := range columns {
		line = appendCell(line, i, []byte(c.Name), false)
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		return err
	}
	var cell []byte
	for r.Next() {
		line = line[:0]
		for i, v := range r.Row() {
			var err error
			if cell, err = appendText(cell[:0], v, columns[i].Type); err != nil {
				return fmt.Errorf("column %s: %w", columns[i].Name, err)
			}
			line = appendCell(line, i, cell, v == nil)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return r.Err()
}

// appendCell appends the i-th cell of a line, quoted where it must be.
func appendCell(line []byte, i int, cell []byte, null bool) []byte {
	if i > 0 {
		line = append(line, ',')
	}
	if !bytes.ContainsAny(cell, ",\"\r\n") && (len(cell) > 0 || null) {
		return append(line, cell...)
	}
	line = append(line, '"')
	line = append(line, bytes.ReplaceAll(cell, []byte(`"`), []byte(`""`))...)
	return append(line, '"')
}

// writeJSONL writes an object a line.
func writeJSONL(w *bufio.Writer, r rows.Reader) error {
	return eachObject(r, func(object []byte) error {
		_, err := w.Write(append(object, '\n'))
		return err
	})
}

// writeJSON writes an array, an object a line.
func writeJSON(w *bufio.Writer, r rows.Reader) error {
	separator := "[\n"
	err := eachObject(r, func(object []byte) error {
		if _, err := w.WriteString(separator); err != nil {
			return err
		}
		separator = ",\n"
		_, err := w.Write(object)
		return err
	})
	if err != nil {
		return err
	}
	if separator == "[\n" {
		_, err = w.WriteString("[]\n")
	} else {
		_, err = w.WriteString("\n]\n")
	}
	return err
}

// eachObject gives each row as a JSON object, valid until the next.
func eachObject(r rows.Reader, take func(object []byte) error) error {
	columns := append([]rows.Column{}, r.Columns()...)
	for i, name := range uniqueNames(columns) {
		columns[i].Name = name
	}
	record := rows.RecordOf(columns...)
	var object []byte
	for r.Next() {
		var err error
		if object, err = appendNested(object[:0], r.Row(), record); err != nil {
			return err
		}
		if err := take(object); err != nil {
			return err
		}
	}
	return r.Err()
}
