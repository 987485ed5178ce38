package engine

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"github.com/marcboeker/go-duckdb/v2"
)

// Options of a database.
type Options struct {
	// Most memory that DuckDB's buffers take, in bytes.
	MemoryBytes int64
	// Threads that work on one query.
	Threads int
}

// DB is a DuckDB database in memory.
type DB struct {
	connector *duckdb.Connector
}

// Open opens an empty database. It never writes to disk, not even what does
// not fit into memory, and its time zone is UTC.
func Open(ctx context.Context, o Options) (*DB, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open DuckDB in memory: %w", err)
	}
	db := &DB{connector}
	for _, setting := range []string{
		"SET GLOBAL memory_limit = '" + strconv.FormatInt(o.MemoryBytes, 10) + "B'",
		"SET GLOBAL threads = " + strconv.Itoa(o.Threads),
		"SET GLOBAL temp_directory = ''",
		"SET GLOBAL TimeZone = 'UTC'",
		// Files are immutable, and parsing their footers for each query would
		// cost more than many a query itself.
		"SET GLOBAL parquet_metadata_cache = true",
		"SET GLOBAL autoinstall_known_extensions = false",
		"SET GLOBAL autoload_known_extensions = false",
	} {
		if err := db.Exec(ctx, setting); err != nil {
			db.Close()
			return nil, fmt.Errorf("set up DuckDB: %w", err)
		}
	}
	return db, nil
}

// Close frees the database. Results must be closed before.
func (db *DB) Close() error { return db.connector.Close() }

// Confine takes from every later statement the outside world: of all files
// only the named ones can be read, nothing else opened, loaded or fetched, and
// no setting changed. It cannot be undone.
func (db *DB) Confine(ctx context.Context, files []string) error {
	quoted := make([]string, len(files))
	for i, f := range files {
		quoted[i] = Quote(f)
	}
	for _, setting := range []string{
		"SET GLOBAL allowed_paths = [" + strings.Join(quoted, ", ") + "]",
		"SET GLOBAL enable_external_access = false",
		"SET GLOBAL lock_configuration = true",
	} {
		if err := db.Exec(ctx, setting); err != nil {
			return fmt.Errorf("confine DuckDB: %w", err)
		}
	}
	return nil
}

// Exec runs one statement and drops its rows.
func (db *DB) Exec(ctx context.Context, sql string, args ...any) error {
	result, err := db.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	for result.Next() {
	}
	if err := result.Err(); err != nil {
		result.Close()
		return err
	}
	return result.Close()
}

// connect opens a connection; each result has one of its own.
func (db *DB) connect(ctx context.Context) (*duckdb.Conn, error) {
	conn, err := db.connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to DuckDB: %w", err)
	}
	return conn.(*duckdb.Conn), nil
}

// named returns args as the driver wants them. A driver.NamedValue among them
// keeps its name, for parameters such as $episode.
func named(args []any) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		if v, ok := a.(driver.NamedValue); ok {
			values[i] = v
		} else {
			values[i].Value = a
		}
		values[i].Ordinal = i + 1
	}
	return values
}

// Quote returns text as an SQL string literal.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
