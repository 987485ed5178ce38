package delta

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/parquet-go/parquet-go"
)

// Schema is the columns of a table, or of a struct in one.
type Schema struct {
	Type   string  `json:"type"` // struct
	Fields []Field `json:"fields"`
}

// Field is a column.
type Field struct {
	Name string `json:"name"`
	// Type is a string for a scalar (long, double, boolean, string, binary,
	// timestamp), an *Array or a *Schema.
	Type     any            `json:"type"`
	Nullable bool           `json:"nullable"`
	Metadata map[string]any `json:"metadata"`
}

// Array is the type of a list.
type Array struct {
	Type         string `json:"type"` // array
	ElementType  any    `json:"elementType"`
	ContainsNull bool   `json:"containsNull"`
}

// SchemaOf returns the columns of a table whose files have a Parquet schema.
func SchemaOf(p *parquet.Schema) (*Schema, error) { return structOf(p) }

// String returns the schema as JSON, for MetaData.SchemaString.
func (s *Schema) String() string {
	text, err := json.Marshal(s, jsonOptions)
	if err != nil {
		panic(fmt.Sprintf("schema holds what JSON cannot: %v", err)) // it is made of strings and booleans
	}
	return string(text)
}

func structOf(node parquet.Node) (*Schema, error) {
	s := &Schema{Type: "struct"}
	for _, field := range node.Fields() {
		t, err := typeOf(field)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", field.Name(), err)
		}
		s.Fields = append(s.Fields, Field{Name: field.Name(), Type: t, Nullable: field.Optional(), Metadata: map[string]any{}})
	}
	return s, nil
}

func typeOf(node parquet.Node) (any, error) {
	if node.Leaf() {
		return scalarOf(node.Type())
	}
	switch annotation(node.Type()) {
	case "":
		return structOf(node)
	case "LIST":
		element := node.Fields()[0].Fields()[0]
		t, err := typeOf(element)
		return &Array{Type: "array", ElementType: t, ContainsNull: element.Optional()}, err
	}
	return nil, noType(node.Type())
}

func scalarOf(t parquet.Type) (any, error) {
	switch note := annotation(t); {
	case t.Kind() == parquet.Boolean && note == "":
		return "boolean", nil
	case t.Kind() == parquet.Int64 && (note == "" || note == "INT(64,true)"):
		return "long", nil
	case t.Kind() == parquet.Int64 && note == "TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)":
		return "timestamp", nil
	case t.Kind() == parquet.Double && note == "":
		return "double", nil
	case t.Kind() == parquet.ByteArray && note == "STRING":
		return "string", nil
	case t.Kind() == parquet.ByteArray && note == "":
		return "binary", nil
	}
	return nil, noType(t)
}

func noType(t parquet.Type) error {
	return fmt.Errorf("a Parquet %s %s has no type in our tables", t, annotation(t))
}

// annotation is the logical type as text; empty when there is none.
func annotation(t parquet.Type) string {
	if logical := t.LogicalType(); logical != nil {
		return logical.String()
	}
	return ""
}
