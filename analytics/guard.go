package analytics

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// RefusedError says why the SQL of a user may not run.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return "refused: " + e.Reason }

func refuse(format string, args ...any) error { return &RefusedError{fmt.Sprintf(format, args...)} }

// check lets through one statement that only reads views. DuckDB's own parser
// tells what the statement is; what may stand in it is a question of names:
//
//   - tables are our views and the query's own (CTEs), so that no file can be
//     named in a table's place;
//   - functions that make tables are those few that read nothing, as the others
//     reach files, settings, logs, or run SQL held in a text;
//   - of the other functions, those with side effects and those that make large
//     texts from small ones are left out.
//
// It stands before DuckDB's own confinement (see engine.DB.Confine), which
// knows nothing of the cut and leaves some of these open.
func (s *Session) check(ctx context.Context, sql string) error {
	if _, ok := s.checked.Load(sql); ok {
		return nil
	}
	if err := s.checkAnew(ctx, sql); err != nil {
		return err
	}
	if s.checkedCount.Add(1) <= maxChecked {
		s.checked.Store(sql, nil)
	}
	return nil
}

// maxChecked is how many statements are remembered as checked: whoever asks
// the same again and again has parsing for it once.
const maxChecked = 1000

func (s *Session) checkAnew(ctx context.Context, sql string) error {
	if strings.ContainsRune(sql, 0) {
		return refuse("there is a zero byte in the SQL")
	}
	tree, err := s.parse(ctx, explained.ReplaceAllString(sql, ""))
	if err != nil {
		return err
	}
	return s.walk(tree)
}

// explained is the head of an EXPLAIN, whose statement is checked as if it
// were alone.
var explained = regexp.MustCompile(`(?i)^\s*EXPLAIN\s+(ANALYZE\s+)?`)

// onlySelect is the answer to every other kind of statement.
const onlySelect = "only statements that read may run (SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN of these), " +
	"one at a time: the lake is changed by events alone"

// parse returns the syntax tree of a statement that selects.
func (s *Session) parse(ctx context.Context, sql string) (any, error) {
	result, err := s.db.Query(ctx, "SELECT json_serialize_sql($1::VARCHAR)::VARCHAR", sql)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	defer result.Close()
	if !result.Next() {
		return nil, fmt.Errorf("parse: %w", result.Err())
	}
	var parsed struct {
		Error      bool
		Type       string `json:"error_type"`
		Message    string `json:"error_message"`
		Statements []any
	}
	if err := json.Unmarshal([]byte(result.Row()[0].(string)), &parsed); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	switch {
	case parsed.Error && parsed.Type == "parser":
		return nil, fmt.Errorf("parse: %s", parsed.Message)
	case parsed.Error:
		return nil, refuse("%s", onlySelect)
	case len(parsed.Statements) == 0:
		return nil, refuse("there is no statement; %s", onlySelect)
	case len(parsed.Statements) > 1:
		return nil, refuse("there are %d statements; %s", len(parsed.Statements), onlySelect)
	}
	return parsed.Statements[0], nil
}

// walk checks every node of a syntax tree.
func (s *Session) walk(node any) error {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			if err := s.walk(child); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := s.checkNode(node); err != nil {
			return err
		}
		for _, child := range node {
			if err := s.walk(child); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkNode checks one node, by what DuckDB calls it.
func (s *Session) checkNode(node map[string]any) error {
	if node["type"] == "TABLE_FUNCTION" {
		function, _ := node["function"].(map[string]any)
		return checkTableFunction(text(function["function_name"]))
	}
	if name, ok := node["table_name"].(string); ok && node["type"] == "BASE_TABLE" {
		return checkTable(text(node["catalog_name"]), text(node["schema_name"]), name)
	}
	if name, ok := node["function_name"].(string); ok {
		return checkFunction(text(node["catalog"]), text(node["schema"]), name)
	}
	return nil
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// plainName is what a view or a CTE may be called; a file would need a point
// or a slash.
var plainName = regexp.MustCompile(`^[\pL_][\pL\pN_$ -]*$`)

func checkTable(catalog, schema, name string) error {
	if !plainName.MatchString(name) {
		return refuse("%q names no view: files cannot be read by SQL; DESCRIBE shows what there is to read", name)
	}
	if catalog != "" || schema != "" && schema != "main" {
		return refuse("table %s.%s: only the views can be read; name them without a schema", schema, name)
	}
	return nil
}

// tableFunctions are those that read nothing but their arguments.
var tableFunctions = names("range generate_series unnest json_each json_tree repeat_row")

func checkTableFunction(name string) error {
	if !tableFunctions[strings.ToLower(name)] {
		return refuse("table function %s: it may reach files, settings or other SQL; the views and %s can be read", name,
			"range, generate_series, unnest, json_each, json_tree")
	}
	return nil
}

// effects are functions that do or tell more than compute a value.
var effects = names("getenv current_setting getvariable write_log nextval currval setseed current_query query query_table " +
	"read_text read_blob read_csv read_json read_parquet parquet_scan glob enable_logging disable_logging checkpoint force_checkpoint")

// inflating are functions that make a text of any length from a few characters.
var inflating = names("printf format bitstring")

func checkFunction(catalog, schema, name string) error {
	name = strings.ToLower(name)
	switch {
	case catalog != "" || schema != "" && schema != "main":
		return refuse("function %s.%s: name functions without a schema", schema, name)
	case effects[name] || strings.HasPrefix(name, "pragma_") || strings.HasPrefix(name, "session_"):
		return refuse("function %s: it reaches what lies outside of the query", name)
	case inflating[name]:
		return refuse("function %s: it can fill the memory with one call; use || and CAST", name)
	}
	return nil
}

func names(list string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(list) {
		set[name] = true
	}
	return set
}
