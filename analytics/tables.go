package analytics

import (
	"context"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/analytics/engine"
	"github.com/dreamlog/dreamlog/schema"
)

// defineTables gives each table of the lake a view in schema lake, over the
// rows of the snapshot and nothing else.
func (s *Session) defineTables(ctx context.Context) error {
	if err := s.db.Exec(ctx, "CREATE SCHEMA lake"); err != nil {
		return err
	}
	for _, table := range schema.Tables() {
		sql := "CREATE VIEW lake." + table + " AS " + s.tableSQL(table)
		if err := s.db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("read table %s: %w", table, err)
		}
	}
	return nil
}

// tableSQL selects the rows of a table: all of most files, and what lies
// before the cut of those that reach behind it. Each row says where it lies, by
// the number of its file (from cutFiles for those that are cut) and its number
// in there: DuckDB has both for nothing.
func (s *Session) tableSQL(table string) string {
	var whole, mixed []string
	current := true // every file has all columns of today
	for _, f := range s.pin.Tables[table] {
		if f.Mixed {
			mixed = append(mixed, engine.Quote(f.Path))
		} else {
			whole = append(whole, engine.Quote(f.Path))
		}
		current = current && len(f.Schemas) == 1 && f.Schemas[0] == schema.Version
	}
	var parts []string
	if len(whole) > 0 {
		parts = append(parts, readSQL(whole, current, "file_index"))
	}
	if len(mixed) > 0 {
		parts = append(parts, readSQL(mixed, current, "file_index + "+cutFiles)+" WHERE "+s.cutSQL())
	}
	if !current || len(parts) == 0 {
		parts = append(parts, emptySQL(table)) // brings in the columns that no file has
	}
	return strings.Join(parts, " UNION ALL BY NAME ")
}

// cutFiles is more than there are files that are read whole.
const cutFiles = "1000000::UBIGINT"

// readSQL reads files. Their columns are matched by name, which costs a look
// into each file, only where they may differ.
func readSQL(quoted []string, alike bool, file string) string {
	return fmt.Sprintf("SELECT *, %s AS place_file, file_row_number AS place_row "+
		"FROM read_parquet([%s], union_by_name = %t, hive_partitioning = false)", file, strings.Join(quoted, ", "), !alike)
}

// cutSQL holds for rows before the cut.
func (s *Session) cutSQL() string {
	within := []string{"false"}
	for _, c := range s.pin.Cuts {
		within = append(within, fmt.Sprintf("log_generation = %d AND log_partition = %d AND log_offset < %d", c.Generation, c.Partition, c.Next))
	}
	return strings.Join(within, " OR ")
}

// emptySQL selects the columns of a table and no rows.
func emptySQL(table string) string {
	var columns []string
	for _, c := range schema.Columns(table) {
		columns = append(columns, fmt.Sprintf("NULL::%s AS %q", duckType(c), c.Name))
	}
	columns = append(columns, "NULL::UBIGINT AS place_file", "NULL::BIGINT AS place_row")
	return "SELECT " + strings.Join(columns, ", ") + " WHERE false"
}

// duckType returns the DuckDB type of a column.
func duckType(c schema.Column) string {
	types := map[string]string{
		"string": "VARCHAR", "long": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN", "bytes": "BLOB",
		"timestamp-micros": "TIMESTAMP WITH TIME ZONE",
	}
	t := types[c.Type]
	if c.Type == "record" {
		var fields []string
		for _, f := range c.Fields {
			fields = append(fields, fmt.Sprintf("%q %s", f.Name, duckType(f)))
		}
		t = "STRUCT(" + strings.Join(fields, ", ") + ")"
	}
	if c.List {
		t += "[]"
	}
	return t
}
