// Package mapping reads any JSON, JSONL, CSV or Parquet file through a SELECT
// of the user's that yields the columns of Columns, one row a step.
//
// The file is the view source, as DuckDB's readers see it. The SELECT runs in
// a DuckDB of its own, in memory, whose configuration is locked and which can
// read that file and nothing else. Its rows are sorted by episode and step
// there, spilling to disk where they are many, and read page by page: no more
// than a page and one episode are held.
//
// The steps of an episode must count from 0 without gaps and without doubles,
// and what is said of the episode must be said alike in all its rows; an
// episode that breaks this is refused, the others go on. Where next_state is
// not given it is the state of the step that follows, and empty at the end.
// Where no step is said to terminate or truncate the episode, its last one
// truncates it: the source does not say that the task ended. The id that the
// SELECT gives an episode is kept in its info; ids of the lake derive from
// content. The importer calls it.
package mapping

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Format reads files through SQL.
type Format struct{ query string }

// New returns the format for one SELECT.
func New(query string) Format { return Format{query: query} }

// Name returns mapping.
func (Format) Name() string { return "mapping" }

// Query returns the SELECT.
func (f Format) Query() string { return f.query }

// Read reads a file. Records are episodes in the order of their ids, numbered
// from 1.
func (f Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) (err error) {
	from, err := inspect(src)
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.checkQuery(ctx, f.query); err != nil {
		return fmt.Errorf("the mapping query: %w", err)
	}
	columns, err := db.sorted(ctx, f.query)
	if err != nil {
		return fmt.Errorf("the mapping query: %w", err)
	}
	a := assembler{columns: columns, yield: yield}
	if err := db.rows(ctx, len(columns), a.row); err != nil {
		return err
	}
	return a.flush()
}
