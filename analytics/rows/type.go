package rows

import (
	"fmt"
	"strings"
)

// Kind says how values of a type are represented.
type Kind int

// The kinds of types, each with the Go type of its values. A NULL is nil in
// every one of them.
const (
	Null      Kind = iota // nil
	Bool                  // bool
	Int                   // int64: TINYINT to BIGINT
	Uint                  // uint64: UTINYINT to UBIGINT
	HugeInt               // *big.Int: HUGEINT and UHUGEINT
	Float                 // float32
	Double                // float64
	Numeric               // Decimal
	Text                  // string: VARCHAR, ENUM, UUID
	JSON                  // string that holds JSON
	Blob                  // []byte
	Day                   // Date
	TimeOfDay             // Clock
	Timestamp             // time.Time in UTC; Zoned tells an instant from a wall clock
	Span                  // Interval
	List                  // []any of Elem: LIST and ARRAY
	Record                // []any, a value a field: STRUCT
	Map                   // []any of []any{key, value}, with Fields key and value
)

// Type is the type of a column or of a part of it.
type Type struct {
	Kind Kind
	// Name in DuckDB, such as DECIMAL(18,3); of nested types it is put together
	// from their parts.
	Name string
	// Digits in all, and digits behind the point, of a Numeric.
	Width, Scale int
	// Bits of an Int or Uint: 8, 16, 32 or 64.
	Bits int
	// Whether a Timestamp is an instant (TIMESTAMP WITH TIME ZONE).
	Zoned bool
	// Type of the elements of a List.
	Elem *Type
	// Fields of a Record; key and value of a Map.
	Fields []Column
}

// Column is a column of a result, or a field of a record.
type Column struct {
	Name string
	Type Type
}

// Types of which commands make results of their own.
var (
	BoolType      = Type{Kind: Bool, Name: "BOOLEAN"}
	IntType       = Type{Kind: Int, Name: "BIGINT", Bits: 64}
	DoubleType    = Type{Kind: Double, Name: "DOUBLE"}
	TextType      = Type{Kind: Text, Name: "VARCHAR"}
	JSONType      = Type{Kind: JSON, Name: "JSON"}
	TimestampType = Type{Kind: Timestamp, Name: "TIMESTAMP WITH TIME ZONE", Zoned: true}
)

// ListOf returns the type of lists of elem.
func ListOf(elem Type) Type { return Type{Kind: List, Name: elem.Name + "[]", Elem: &elem} }

// RecordOf returns the type of records with these fields.
func RecordOf(fields ...Column) Type {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = quoteName(f.Name) + " " + f.Type.Name
	}
	return Type{Kind: Record, Name: "STRUCT(" + strings.Join(parts, ", ") + ")", Fields: fields}
}

// MapOf returns the type of maps from key to value.
func MapOf(key, value Type) Type {
	return Type{Kind: Map, Name: fmt.Sprintf("MAP(%s, %s)", key.Name, value.Name), Fields: []Column{{"key", key}, {"value", value}}}
}

// Numbers says whether values of the type are numbers, which stand at the
// right of a table's cell.
func (t Type) Numbers() bool {
	switch t.Kind {
	case Int, Uint, HugeInt, Float, Double, Numeric:
		return true
	}
	return false
}

// quoteName quotes a field's name as DuckDB does: only where it must.
func quoteName(name string) string {
	plain := func(r rune) bool { return r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
	for i, r := range name {
		if !plain(r) || i == 0 && r >= '0' && r <= '9' {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	if name == "" {
		return `""`
	}
	return name
}
