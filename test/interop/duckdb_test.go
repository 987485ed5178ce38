package interop_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"testing"

	_ "github.com/marcboeker/go-duckdb/v2"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/schema"
)

// columns are those of a table, for a SELECT: views may have more.
func columns(table string) string {
	var names []string
	for _, c := range schema.Columns(table) {
		names = append(names, fmt.Sprintf("%q", c.Name))
	}
	return strings.Join(names, ", ")
}

// fingerprintSQL counts rows, and combines a hash of each over all of its
// columns, whatever their order.
func fingerprintSQL(table, from string) string {
	return fmt.Sprintf("SELECT count(*) || ' ' || coalesce(sum(hash(%s)), 0) FROM %s", columns(table), from)
}

// fingerprint is that of what our SQL sees.
func (h *history) fingerprint(c readCase) (fingerprint string) {
	session, err := h.app.Session(h.t.Context(), fmt.Sprint(c.snapshot), analytics.Options{})
	require.NoError(h.t, err)
	result, err := session.Trusted(h.t.Context(), fingerprintSQL(c.Table, "lake."+c.Table))
	require.NoError(h.t, err)
	require.True(h.t, result.Next())
	fingerprint = result.Row()[0].(string)
	require.NoError(h.t, result.Close())
	require.NoError(h.t, session.Close())
	return fingerprint
}

// fingerprintOf is that of files, read by a DuckDB that knows nothing of ours.
func fingerprintOf(t *testing.T, table string, uris []string) (fingerprint string) {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer db.Close()
	var quoted []string
	for _, uri := range uris {
		path, err := url.PathUnescape(strings.TrimPrefix(uri, "file://"))
		require.NoError(t, err)
		quoted = append(quoted, "'"+strings.ReplaceAll(path, "'", "''")+"'")
	}
	from := fmt.Sprintf("read_parquet([%s])", strings.Join(quoted, ", "))
	require.NoError(t, db.QueryRowContext(t.Context(), fingerprintSQL(table, from)).Scan(&fingerprint))
	return fingerprint
}
