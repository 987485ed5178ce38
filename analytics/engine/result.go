package engine

/*
#include <stdint.h>

// The part of DuckDB's C interface that go-duckdb has no binding for. Both
// lie in the DuckDB library that go-duckdb links; results are passed by
// pointer here so that Go needs not know their layout.
typedef struct {
	uint64_t deprecated[3];
	void *deprecated_columns[2];
	void *internal;
} dreamlog_result;

int duckdb_execute_prepared_streaming(void *statement, void *result);
void *duckdb_fetch_chunk(dreamlog_result result);

static void *dreamlog_fetch(void *result) {
	return duckdb_fetch_chunk(*(dreamlog_result *)result);
}
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/marcboeker/go-duckdb/mapping"
	"github.com/marcboeker/go-duckdb/v2"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// Result streams the rows of one statement. It holds one chunk of them (about
// two thousand) and DuckDB's stream buffer, however many there are. It must be
// closed, and serves one goroutine.
type Result struct {
	ctx     context.Context
	conn    *duckdb.Conn
	stmt    *duckdb.Stmt
	columns []rows.Column
	raw     *mapping.Result
	stop    func() // ends the watch on ctx

	chunk  mapping.DataChunk
	column []column
	at     int
	size   int
	row    []any
	err    error
}

var _ rows.Reader = (*Result)(nil)

// Query runs one statement. Args are bound to its parameters in order; those
// given as driver.NamedValue by name. When ctx ends, so does the query.
func (db *DB) Query(ctx context.Context, sql string, args ...any) (*Result, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	r := &Result{ctx: ctx, conn: conn, stop: func() {}}
	if err := r.start(sql, args); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Result) start(sql string, args []any) error {
	stmt, err := r.conn.Prepare(sql)
	if err != nil {
		return plainError(err)
	}
	r.stmt = stmt.(*duckdb.Stmt)
	if err := r.stmt.Bind(named(args)); err != nil {
		return fmt.Errorf("bind parameters: %w", plainError(err))
	}
	if err := r.watch(); err != nil {
		return err
	}
	prepared, err := statementHandle(r.stmt)
	if err != nil {
		return err
	}
	r.raw = new(mapping.Result)
	if C.duckdb_execute_prepared_streaming(prepared.Ptr, unsafe.Pointer(r.raw)) != C.int(mapping.StateSuccess) {
		return r.failure()
	}
	return r.describe()
}

// watch interrupts the query when ctx ends.
func (r *Result) watch() error {
	conn, err := connectionHandle(r.conn)
	if err != nil {
		return err
	}
	interrupted := make(chan struct{})
	stopWatch := context.AfterFunc(r.ctx, func() {
		mapping.Interrupt(conn)
		close(interrupted)
	})
	r.stop = func() {
		if !stopWatch() {
			<-interrupted // the handle must outlive the call
		}
	}
	if r.ctx.Err() != nil {
		return r.failure()
	}
	return nil
}

// describe takes the names and types of the columns.
func (r *Result) describe() error {
	for i := range mapping.ColumnCount(r.raw) {
		logical := mapping.ColumnLogicalType(r.raw, i)
		t, err := typeOf(logical)
		mapping.DestroyLogicalType(&logical)
		name := mapping.ColumnName(r.raw, i)
		if err != nil {
			return fmt.Errorf("column %s: %w", name, err)
		}
		r.columns = append(r.columns, rows.Column{Name: name, Type: t})
	}
	r.column = make([]column, len(r.columns))
	r.row = make([]any, len(r.columns))
	return nil
}

// Columns returns the columns of the result.
func (r *Result) Columns() []rows.Column { return r.columns }

// Next moves to the next row.
func (r *Result) Next() bool {
	if r.err != nil {
		return false
	}
	for r.at++; r.at >= r.size; r.at = 0 {
		if !r.fetch() {
			return false
		}
	}
	for i := range r.column {
		r.row[i] = r.column[i](r.at)
	}
	return true
}

// Row returns the current row; valid until Next.
func (r *Result) Row() []any { return r.row }

// Err says why the rows ended early.
func (r *Result) Err() error { return r.err }

// fetch takes the next chunk; false at the end.
func (r *Result) fetch() bool {
	r.dropChunk()
	if r.raw == nil {
		return false
	}
	r.chunk.Ptr = C.dreamlog_fetch(unsafe.Pointer(r.raw))
	if r.chunk.Ptr == nil {
		r.err = r.failure()
		return false
	}
	r.at, r.size = 0, int(mapping.DataChunkGetSize(r.chunk))
	if r.size == 0 {
		return false
	}
	for i := range r.columns {
		r.column[i] = columnOf(mapping.DataChunkGetVector(r.chunk, mapping.IdxT(i)), r.columns[i].Type)
	}
	return true
}

func (r *Result) dropChunk() {
	r.at, r.size = 0, 0
	if r.chunk.Ptr != nil {
		mapping.DestroyDataChunk(&r.chunk)
	}
}

// failure returns what went wrong with the result; nil when nothing did.
func (r *Result) failure() error {
	if r.ctx.Err() != nil {
		return fmt.Errorf("query stopped: %w", context.Cause(r.ctx))
	}
	if message := mapping.ResultError(r.raw); message != "" {
		return errors.New(message)
	}
	return nil
}

// Close frees the result, and ends the query if it still runs.
func (r *Result) Close() error {
	r.stop()
	r.stop = func() {}
	r.dropChunk()
	if r.raw != nil {
		mapping.DestroyResult(r.raw)
		r.raw = nil
	}
	var err error
	if r.stmt != nil {
		err = r.stmt.Close()
		r.stmt = nil
	}
	if r.conn != nil {
		err = errors.Join(err, r.conn.Close())
		r.conn = nil
	}
	return err
}

// plainError takes from the driver's error DuckDB's own message.
func plainError(err error) error {
	var own *duckdb.Error
	if errors.As(err, &own) {
		return errors.New(own.Msg)
	}
	return err
}
