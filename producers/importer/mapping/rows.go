package mapping

import (
	"context"
	"database/sql"
	"fmt"
)

// A page of rows is about pageBytes large, and has at most maxPageRows.
const (
	pageBytes   = 8 << 20
	maxPageRows = 4096
)

// rows calls each for every row of the table sorted, in order, reading it page
// by page, since DuckDB's driver holds a whole result.
func (d *database) rows(ctx context.Context, width int, each func(cells []sql.NullString) error) error {
	var total, bytes int64
	err := d.conn.QueryRowContext(ctx,
		"SELECT count(*), CAST(coalesce(sum(strlen(state) + strlen(action)), 0) AS BIGINT) FROM sorted").Scan(&total, &bytes)
	if err != nil {
		return fmt.Errorf("count the mapped rows: %w", err)
	}
	// Other columns weigh, too: take them for as much again.
	perPage := min(max(pageBytes*total/(2*bytes+1), 1), maxPageRows)
	for from := int64(1); from <= total; from += perPage {
		if err := d.page(ctx, width, from, from+perPage-1, each); err != nil {
			return err
		}
	}
	return nil
}

func (d *database) page(ctx context.Context, width int, from, to int64, each func(cells []sql.NullString) error) error {
	rows, err := d.conn.QueryContext(ctx, "SELECT * EXCLUDE (n) FROM sorted WHERE n BETWEEN ? AND ? ORDER BY n", from, to)
	if err != nil {
		return fmt.Errorf("read mapped rows from %d on: %w", from, err)
	}
	defer rows.Close()
	cells := make([]sql.NullString, width)
	into := make([]any, width)
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read mapped rows from %d on: %w", from, err)
		}
		if err := each(cells); err != nil {
			return err
		}
	}
	return rows.Err()
}
