package mapping

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/marcboeker/go-duckdb/v2"
)

// memoryLimit is how much DuckDB may hold before it spills to disk.
const memoryLimit = "1GB"

// database is a DuckDB that can read one file.
type database struct {
	db   *sql.DB
	conn *sql.Conn
	dir  string // folder that DuckDB spills to
}

func openDatabase(ctx context.Context, in input) (_ *database, err error) {
	d := new(database)
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if d.dir, err = os.MkdirTemp("", "dreamlog-mapping-"); err != nil {
		return nil, fmt.Errorf("make a folder to spill to: %w", err)
	}
	// DuckDB takes a path with [, * or ? for a pattern: the file gets another.
	path := filepath.Join(d.dir, "source")
	if err = os.Symlink(in.path, path); err != nil {
		return nil, fmt.Errorf("link to the source: %w", err)
	}
	// The order matters: what is allowed must be named before access is taken
	// away, and nothing can be set behind the lock.
	setup := []string{
		"SET memory_limit = '" + memoryLimit + "'",
		"SET temp_directory = " + literal(filepath.Join(d.dir, "spill")),
		"SET allowed_paths = [" + literal(path) + "]",
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	}
	connector, err := duckdb.NewConnector("", func(execer driver.ExecerContext) error {
		for _, statement := range setup {
			if _, err := execer.ExecContext(ctx, statement, nil); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	d.db = sql.OpenDB(connector)
	if d.conn, err = d.db.Conn(ctx); err != nil {
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	if _, err = d.conn.ExecContext(ctx, in.view(path)); err != nil {
		return nil, fmt.Errorf("read %s: %w", in.path, err)
	}
	return d, nil
}

func (d *database) close() error {
	var failed []error
	if d.conn != nil {
		failed = append(failed, d.conn.Close())
	}
	if d.db != nil {
		failed = append(failed, d.db.Close())
	}
	if d.dir != "" {
		failed = append(failed, os.RemoveAll(d.dir))
	}
	return errors.Join(failed...)
}
