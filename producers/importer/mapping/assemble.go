package mapping

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// assembler makes episodes of sorted rows.
type assembler struct {
	columns []*Column
	yield   importer.Yield
	number  int

	id      sql.NullString // of the episode being assembled
	head    row            // its first row
	episode *importer.Episode
	last    bool // its last step so far gave no next_state
	err     error
	begun   bool
}

// row takes the next row.
func (a *assembler) row(cells []sql.NullString) error {
	r := newRow(a.columns, cells)
	if id := r["episode_id"]; !a.begun || id != a.id {
		if err := a.flush(); err != nil {
			return err
		}
		a.begin(id, r)
	}
	if a.err == nil {
		a.err = a.add(r, cells)
	}
	return nil
}

func (a *assembler) begin(id sql.NullString, r row) {
	a.begun, a.id, a.head, a.err = true, id, r, nil
	if a.episode, a.err = r.episode(); a.err == nil && !id.Valid {
		a.err = errors.New("episode_id is NULL")
	}
}

// add adds a row to the episode.
func (a *assembler) add(r row, cells []sql.NullString) error {
	if err := a.agrees(r); err != nil {
		return err
	}
	e := a.episode
	for _, c := range cells {
		e.Record = appendCell(e.Record, c)
	}
	if len(e.Record) > importer.MaxRecordBytes {
		return &importer.SizeError{Bytes: int64(len(e.Record))}
	}
	step, err := r.step()
	if err != nil {
		return err
	}
	if err := inOrder(r, len(e.Steps)); err != nil {
		return err
	}
	if n := len(e.Steps); n > 0 && a.last {
		e.Steps[n-1].NextState = step.State
	}
	a.last = !r["next_state"].Valid
	e.Steps = append(e.Steps, step)
	return nil
}

// agrees says whether a row says the same of the episode as the first one.
func (a *assembler) agrees(r row) error {
	for _, c := range a.columns {
		if c.Episode && r[c.Name] != a.head[c.Name] {
			return fmt.Errorf("%s differs between its steps: %q, then %q", c.Name, a.head[c.Name].String, r[c.Name].String)
		}
	}
	return nil
}

// inOrder says whether a row is the step that comes next.
func inOrder(r row, next int) error {
	step, err := r.whole("step")
	switch {
	case err != nil:
		return err
	case step == nil:
		return errors.New("step is NULL")
	case *step < int64(next):
		return fmt.Errorf("step %d stands where step %d must follow: it is doubled, or steps do not count from 0", *step, next)
	case *step > int64(next):
		return fmt.Errorf("step %d is missing: step %d follows", next, *step)
	}
	return nil
}

// flush yields the episode that ends here.
func (a *assembler) flush() error {
	if !a.begun {
		return nil
	}
	a.number++
	if a.err != nil {
		return a.yield(a.number, nil, fmt.Errorf("episode %s: %w", a.id.String, a.err))
	}
	end(a.episode)
	return a.yield(a.number, a.episode, nil)
}

// end fills in how the episode ended where the query does not say.
func end(e *importer.Episode) {
	final := &e.Steps[len(e.Steps)-1]
	if !final.Terminated && !final.Truncated {
		final.Truncated = true
	}
	if e.Status != "" {
		return
	}
	e.Status = "completed"
	if !final.Terminated {
		e.Status = "truncated"
	}
}

// appendCell appends a cell so that no two rows give the same bytes.
func appendCell(record []byte, cell sql.NullString) []byte {
	if !cell.Valid {
		return append(record, 0)
	}
	record = binary.AppendUvarint(append(record, 1), uint64(len(cell.String)))
	return append(record, cell.String...)
}
