package interop_test

import (
	"encoding/json"

	"github.com/dreamlog/dreamlog/schema"
)

// deltaSchema is a struct type of the Delta protocol.
type deltaSchema struct {
	Type   string       `json:"type"`
	Fields []deltaField `json:"fields"`
}

type deltaField struct {
	Name     string    `json:"name"`
	Type     deltaType `json:"type"`
	Nullable bool      `json:"nullable"`
}

// deltaType is a primitive type by its name, a list by its element, or a struct.
type deltaType struct {
	Primitive string
	List      *deltaType
	Struct    *deltaSchema
}

// UnmarshalJSON reads a type as the protocol writes it.
func (t *deltaType) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &t.Primitive)
	}
	var compound struct {
		Type    string     `json:"type"`
		Element *deltaType `json:"elementType"`
	}
	if err := json.Unmarshal(data, &compound); err != nil {
		return err
	}
	if compound.Type == "array" {
		t.List = compound.Element
		return nil
	}
	t.Struct = new(deltaSchema)
	return json.Unmarshal(data, t.Struct)
}

// schemaOf is the schema of a table as Delta has it.
func schemaOf(table string) deltaSchema { return structOf(schema.Columns(table)) }

func structOf(columns []schema.Column) deltaSchema {
	s := deltaSchema{Type: "struct"}
	for _, c := range columns {
		s.Fields = append(s.Fields, deltaField{c.Name, typeOf(c), c.Nullable})
	}
	return s
}

func typeOf(c schema.Column) deltaType {
	t := deltaType{Primitive: c.Type}
	switch c.Type {
	case "bytes":
		t.Primitive = "binary"
	case "timestamp-micros":
		t.Primitive = "timestamp"
	case "record":
		fields := structOf(c.Fields)
		t = deltaType{Struct: &fields}
	}
	if c.List {
		return deltaType{List: &t}
	}
	return t
}
