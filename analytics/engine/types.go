package engine

import (
	"fmt"

	"github.com/marcboeker/go-duckdb/mapping"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// plainTypes are the types without parts.
var plainTypes = map[mapping.Type]rows.Type{
	mapping.TypeSQLNull:     {Kind: rows.Null, Name: `"NULL"`},
	mapping.TypeBoolean:     rows.BoolType,
	mapping.TypeTinyInt:     {Kind: rows.Int, Name: "TINYINT", Bits: 8},
	mapping.TypeSmallInt:    {Kind: rows.Int, Name: "SMALLINT", Bits: 16},
	mapping.TypeInteger:     {Kind: rows.Int, Name: "INTEGER", Bits: 32},
	mapping.TypeBigInt:      rows.IntType,
	mapping.TypeUTinyInt:    {Kind: rows.Uint, Name: "UTINYINT", Bits: 8},
	mapping.TypeUSmallInt:   {Kind: rows.Uint, Name: "USMALLINT", Bits: 16},
	mapping.TypeUInteger:    {Kind: rows.Uint, Name: "UINTEGER", Bits: 32},
	mapping.TypeUBigInt:     {Kind: rows.Uint, Name: "UBIGINT", Bits: 64},
	mapping.TypeHugeInt:     {Kind: rows.HugeInt, Name: "HUGEINT"},
	mapping.TypeUHugeInt:    {Kind: rows.HugeInt, Name: "UHUGEINT"},
	mapping.TypeFloat:       {Kind: rows.Float, Name: "FLOAT"},
	mapping.TypeDouble:      rows.DoubleType,
	mapping.TypeVarchar:     rows.TextType,
	mapping.TypeBlob:        {Kind: rows.Blob, Name: "BLOB"},
	mapping.TypeUUID:        {Kind: rows.Text, Name: "UUID"},
	mapping.TypeDate:        {Kind: rows.Day, Name: "DATE"},
	mapping.TypeTime:        {Kind: rows.TimeOfDay, Name: "TIME"},
	mapping.TypeTimestamp:   {Kind: rows.Timestamp, Name: "TIMESTAMP"},
	mapping.TypeTimestampS:  {Kind: rows.Timestamp, Name: "TIMESTAMP_S"},
	mapping.TypeTimestampMS: {Kind: rows.Timestamp, Name: "TIMESTAMP_MS"},
	mapping.TypeTimestampNS: {Kind: rows.Timestamp, Name: "TIMESTAMP_NS"},
	mapping.TypeTimestampTZ: rows.TimestampType,
	mapping.TypeInterval:    {Kind: rows.Span, Name: "INTERVAL"},
}

// typeOf returns a DuckDB type as ours.
func typeOf(logical mapping.LogicalType) (rows.Type, error) {
	id := mapping.GetTypeId(logical)
	if id == mapping.TypeVarchar && mapping.LogicalTypeGetAlias(logical) == "JSON" {
		return rows.JSONType, nil
	}
	if t, ok := plainTypes[id]; ok {
		return t, nil
	}
	switch id {
	case mapping.TypeDecimal:
		width, scale := int(mapping.DecimalWidth(logical)), int(mapping.DecimalScale(logical))
		return rows.Type{Kind: rows.Numeric, Name: fmt.Sprintf("DECIMAL(%d,%d)", width, scale), Width: width, Scale: scale}, nil
	case mapping.TypeEnum:
		return rows.Type{Kind: rows.Text, Name: "ENUM"}, nil
	case mapping.TypeList:
		elem, err := partType(mapping.ListTypeChildType(logical))
		return rows.ListOf(elem), err
	case mapping.TypeArray:
		elem, err := partType(mapping.ArrayTypeChildType(logical))
		list := rows.ListOf(elem)
		list.Name = fmt.Sprintf("%s[%d]", elem.Name, mapping.ArrayTypeArraySize(logical))
		return list, err
	case mapping.TypeMap:
		key, err := partType(mapping.MapTypeKeyType(logical))
		if err != nil {
			return key, err
		}
		value, err := partType(mapping.MapTypeValueType(logical))
		return rows.MapOf(key, value), err
	case mapping.TypeStruct:
		return recordType(logical)
	}
	return rows.Type{}, fmt.Errorf("values of its DuckDB type (number %d) cannot be read here: cast it to VARCHAR", id)
}

// partType is typeOf for the part of a type, which it frees.
func partType(logical mapping.LogicalType) (rows.Type, error) {
	defer mapping.DestroyLogicalType(&logical)
	return typeOf(logical)
}

func recordType(logical mapping.LogicalType) (rows.Type, error) {
	var fields []rows.Column
	for i := range mapping.StructTypeChildCount(logical) {
		t, err := partType(mapping.StructTypeChildType(logical, i))
		if err != nil {
			return t, err
		}
		fields = append(fields, rows.Column{Name: mapping.StructTypeChildName(logical, i), Type: t})
	}
	return rows.RecordOf(fields...), nil
}
