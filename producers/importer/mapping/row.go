package mapping

import (
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// row is a row by the names of its columns; a column not yielded is NULL.
type row map[string]sql.NullString

func newRow(columns []*Column, cells []sql.NullString) row {
	r := make(row, len(cells))
	for i, c := range columns {
		r[c.Name] = cells[i]
	}
	return r
}

func (r row) text(name string) *string {
	if cell := r[name]; cell.Valid {
		return &cell.String
	}
	return nil
}

func (r row) number(name string) (*float64, error) {
	cell := r[name]
	if !cell.Valid {
		return nil, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(cell.String), 64)
	if err != nil {
		return nil, fmt.Errorf("%s %q: must be a number", name, cell.String)
	}
	return &x, nil
}

func (r row) whole(name string) (*int64, error) {
	cell := r[name]
	if !cell.Valid {
		return nil, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(cell.String), 10, 64)
	if err == nil {
		return &n, nil
	}
	// Readers guess DOUBLE for a column of whole numbers with a NULL.
	x, err := r.number(name)
	if err != nil || *x != math.Trunc(*x) || math.Abs(*x) > 1<<53 {
		return nil, fmt.Errorf("%s %q: must be a whole number", name, cell.String)
	}
	n = int64(*x)
	return &n, nil
}

func (r row) truth(name string) (*bool, error) {
	cell := r[name]
	if !cell.Valid {
		return nil, nil
	}
	b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(cell.String)))
	if err != nil {
		return nil, fmt.Errorf("%s %q: must be true or false", name, cell.String)
	}
	return &b, nil
}

// layouts are how DuckDB and others write times; without a zone it is UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02"}

func (r row) moment(name string) (time.Time, error) {
	cell := r[name]
	if !cell.Valid {
		return time.Time{}, nil
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, cell.String); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %q: must be a timestamp", name, cell.String)
}

func (r row) list(name string) ([]string, error) {
	cell := r[name]
	if !cell.Valid {
		return nil, nil
	}
	var texts []string
	if err := importer.Decode([]byte(cell.String), &texts); err != nil {
		return nil, fmt.Errorf("%s %.60q: must be a list of texts", name, cell.String)
	}
	if texts == nil {
		return nil, nil
	}
	return texts, nil
}

func (r row) object(name string) (*schema.JSON, error) {
	cell := r[name]
	if !cell.Valid {
		return nil, nil
	}
	value := jsontext.Value(cell.String)
	if !value.IsValid(jsontext.AllowDuplicateNames(true)) || value.Kind() != '{' {
		return nil, fmt.Errorf("%s %.60q: must be a JSON object", name, cell.String)
	}
	j := schema.JSON(cell.String)
	return &j, nil
}
