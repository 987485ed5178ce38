package replay

import (
	"context"
	"errors"

	"github.com/dreamlog/dreamlog/analytics"
)

// eachRow calls do with each row of a query; the row is valid until do returns.
func eachRow(ctx context.Context, session *analytics.Session, do func(row []any) error, query string, args ...any) (err error) {
	result, err := session.Trusted(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		if err := do(result.Row()); err != nil {
			return err
		}
	}
	return result.Err()
}

// optional returns a value that may be NULL.
func optional[T any](v any) *T {
	value, ok := v.(T)
	if !ok {
		return nil
	}
	return &value
}

// text returns a text that may be NULL, which becomes empty.
func text(v any) string {
	value, _ := v.(string)
	return value
}
