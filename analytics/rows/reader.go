package rows

// Reader hands out the rows of a result in order. It serves one goroutine.
type Reader interface {
	// Columns of the result; the same at any time.
	Columns() []Column
	// Next moves to the next row; false at the end, and when Err is not nil.
	Next() bool
	// Row is the current row, a value a column; valid until Next.
	Row() []any
	// Err says why Next returned false early.
	Err() error
}

// Of returns a reader of rows held in memory. Each row has a value for every
// column, of the Go type that the column's kind asks for, or nil.
func Of(columns []Column, values ...[]any) *Slice {
	return &Slice{columns: columns, rows: values, at: -1}
}

// Slice is a Reader of rows held in memory.
type Slice struct {
	columns []Column
	rows    [][]any
	at      int
}

// Columns returns the columns.
func (s *Slice) Columns() []Column { return s.columns }

// Next moves to the next row.
func (s *Slice) Next() bool {
	s.at++
	return s.at < len(s.rows)
}

// Row returns the current row.
func (s *Slice) Row() []any { return s.rows[s.at] }

// Err returns nil: rows in memory do not fail.
func (s *Slice) Err() error { return nil }
