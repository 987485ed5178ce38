package schema

import (
	"fmt"

	"github.com/twmb/avro"
)

// Column is one column of a table, as the published schema of its rows has it.
type Column struct {
	Name string
	// Type of a value, in the words of Avro: string, long, double, boolean,
	// bytes, timestamp-micros, or record, whose columns are Fields.
	Type string
	// Whether a value is a list of Type.
	List bool
	// The columns of a record.
	Fields []Column
	// Whether the value may be NULL.
	Nullable bool
	// What it means, with its unit.
	Doc string
}

// Columns returns the columns of a table in the newest schema version, in the
// order in which they are stored: those of the canonical encoding, then salt
// and hash. It panics for a name that is no table.
func Columns(table string) []Column {
	rows := schemas.rows[table][Version]
	if rows == nil {
		panic(fmt.Sprintf("columns of %q: no such table", table))
	}
	return append(columnsOf(rows.avro.Root().Fields),
		Column{Name: "salt", Type: "bytes", Nullable: true, Doc: "Salt of the hash, 16 bytes; NULL after an erasure."},
		Column{Name: "event_hash", Type: "bytes", Doc: "The Merkle leaf of the row: SHA-256(0x00 || salt || canonical encoding)."},
	)
}

func columnsOf(fields []avro.SchemaField) []Column {
	columns := make([]Column, 0, len(fields))
	for _, f := range fields {
		columns = append(columns, columnOf(f))
	}
	return columns
}

func columnOf(f avro.SchemaField) Column {
	c := Column{Name: f.Name, Doc: f.Doc}
	node := f.Type
	for _, branch := range f.Type.Branches {
		if branch.Type == "null" {
			c.Nullable = true
		} else {
			node = branch
		}
	}
	if node.Type == "array" {
		c.List, node = true, *node.Items
	}
	c.Type = node.Type
	if node.LogicalType != "" {
		c.Type = node.LogicalType
	}
	if node.Type == "record" {
		c.Fields = columnsOf(node.Fields)
	}
	return c
}
