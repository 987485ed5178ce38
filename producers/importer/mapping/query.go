package mapping

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// forbidden are functions that a SELECT can call and that do more than read.
var forbidden = []string{"enable_logging", "disable_logging", "set_config", "checkpoint", "force_checkpoint", "write_log", "getenv"}

// checkQuery refuses what is not one SELECT, by DuckDB's own parser.
func (d *database) checkQuery(ctx context.Context, query string) error {
	var serialized string
	err := d.conn.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", query).Scan(&serialized)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	var parsed struct {
		Error      bool             `json:"error"`
		Message    string           `json:"error_message"`
		Statements []jsontext.Value `json:"statements"`
	}
	if err := json.Unmarshal([]byte(serialized), &parsed); err != nil {
		return fmt.Errorf("read what the parser says: %w", err)
	}
	switch {
	case parsed.Error:
		return errors.New(parsed.Message)
	case len(parsed.Statements) != 1:
		return fmt.Errorf("it has %d statements, must be one SELECT", len(parsed.Statements))
	}
	return refuseFunctions(parsed.Statements[0])
}

// refuseFunctions walks the parsed statement for functions that do more than
// read.
func refuseFunctions(statement jsontext.Value) error {
	d := jsontext.NewDecoder(strings.NewReader(string(statement)))
	named := false
	for {
		token, err := d.ReadToken()
		if err != nil {
			return nil // the end of the statement
		}
		text := ""
		if token.Kind() == '"' {
			text = strings.ToLower(token.String())
		}
		if named && slices.Contains(forbidden, text) {
			return fmt.Errorf("function %s is not allowed: a mapping only reads", text)
		}
		named = text == "function_name"
	}
}

// sorted runs the query into the table sorted, all columns as text, with the
// number n of each row in the order of episodes and steps. It returns the
// columns in their order.
func (d *database) sorted(ctx context.Context, query string) ([]*Column, error) {
	inner := "(" + strings.TrimRight(strings.TrimSpace(query), "; \t\r\n") + "\n)"
	columns, expressions, err := d.describe(ctx, inner)
	if err != nil {
		return nil, err
	}
	statement := "CREATE TEMP TABLE sorted AS SELECT row_number() OVER () AS n, * FROM (SELECT " + strings.Join(expressions, ", ") +
		" FROM " + inner + " ORDER BY episode_id, TRY_CAST(step AS DOUBLE) NULLS FIRST)"
	if _, err := d.conn.ExecContext(ctx, statement); err != nil {
		return nil, err
	}
	return columns, nil
}

// describe matches the columns that the query yields with the known ones.
func (d *database) describe(ctx context.Context, inner string) ([]*Column, []string, error) {
	rows, err := d.conn.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+inner+")")
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var columns []*Column
	var expressions, unknown []string
	for rows.Next() {
		var name, duckType string
		if err := rows.Scan(&name, &duckType); err != nil {
			return nil, nil, err
		}
		column := find(name)
		if column == nil {
			unknown = append(unknown, name)
			continue
		}
		columns = append(columns, column)
		expressions = append(expressions, column.asText(duckType))
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	return columns, expressions, checkColumns(columns, unknown)
}
