package engine

import (
	"encoding/binary"
	"math/big"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/marcboeker/go-duckdb/mapping"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// column returns the value at a row of one vector of a chunk, copied out of
// the chunk's memory; nil for NULL.
type column func(row int) any

// wideInt is DuckDB's layout of integers of 128 bits.
type wideInt struct {
	low  uint64
	high int64
}

// span is DuckDB's layout of an interval.
type span struct {
	months, days int32
	micros       int64
}

// extent is DuckDB's layout of a list: a part of the child vector.
type extent struct{ offset, length uint64 }

// columnOf returns a reader of a flat vector of type t.
func columnOf(vector mapping.Vector, t rows.Type) column {
	get := getter(vector, t)
	valid := (*uint64)(mapping.VectorGetValidity(vector))
	if valid == nil {
		return get
	}
	return func(row int) any {
		if !isValid(valid, row) {
			return nil
		}
		return get(row)
	}
}

// isValid: a bit a row, set where there is a value.
func isValid(mask *uint64, row int) bool {
	word := *(*uint64)(unsafe.Add(unsafe.Pointer(mask), row/64*8))
	return word&(1<<(row%64)) != 0
}

// cell returns the value at a row of a vector's data.
func cell[T any](data unsafe.Pointer, row int) T {
	var size T
	return *(*T)(unsafe.Add(data, uintptr(row)*unsafe.Sizeof(size)))
}

// getter returns a function that copies the value of a row, which must not be
// NULL, out of a vector.
func getter(vector mapping.Vector, t rows.Type) column {
	data := mapping.VectorGetData(vector)
	switch t.Kind {
	case rows.Bool:
		return func(row int) any { return cell[uint8](data, row) != 0 }
	case rows.Int:
		return func(row int) any { return signed(data, t.Bits, row) }
	case rows.Uint:
		return func(row int) any { return unsigned(data, t.Bits, row) }
	case rows.HugeInt:
		return func(row int) any { return huge(cell[wideInt](data, row), t.Name == "HUGEINT") }
	case rows.Float:
		return func(row int) any { return cell[float32](data, row) }
	case rows.Double:
		return func(row int) any { return cell[float64](data, row) }
	case rows.Numeric:
		return func(row int) any { return decimal(data, t, row) }
	case rows.Text, rows.JSON:
		return text(vector, t, data)
	case rows.Blob:
		return func(row int) any { return append([]byte{}, bytesAt(data, row)...) }
	case rows.Day:
		return func(row int) any { return rows.Date(cell[int32](data, row)) }
	case rows.TimeOfDay:
		return func(row int) any { return rows.Clock(cell[int64](data, row)) }
	case rows.Timestamp:
		return func(row int) any { return timestamp(cell[int64](data, row), t.Name) }
	case rows.Span:
		return func(row int) any {
			s := cell[span](data, row)
			return rows.Interval{Months: s.months, Days: s.days, Micros: s.micros}
		}
	case rows.List, rows.Map:
		return list(vector, t, data)
	case rows.Record:
		return record(vector, t)
	}
	return func(int) any { return nil }
}

func signed(data unsafe.Pointer, bits, row int) int64 {
	switch bits {
	case 8:
		return int64(cell[int8](data, row))
	case 16:
		return int64(cell[int16](data, row))
	case 32:
		return int64(cell[int32](data, row))
	}
	return cell[int64](data, row)
}

func unsigned(data unsafe.Pointer, bits, row int) uint64 {
	switch bits {
	case 8:
		return uint64(cell[uint8](data, row))
	case 16:
		return uint64(cell[uint16](data, row))
	case 32:
		return uint64(cell[uint32](data, row))
	}
	return cell[uint64](data, row)
}

// huge returns an integer of 128 bits; the upper half carries the sign, if any.
func huge(w wideInt, signed bool) *big.Int {
	n := new(big.Int).SetUint64(uint64(w.high))
	if signed {
		n.SetInt64(w.high)
	}
	return n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(w.low))
}

// decimal: DuckDB stores one in the narrowest integer that holds its digits.
func decimal(data unsafe.Pointer, t rows.Type, row int) rows.Decimal {
	d := rows.Decimal{Scale: t.Scale}
	switch {
	case t.Width <= 4:
		d.Unscaled = big.NewInt(signed(data, 16, row))
	case t.Width <= 9:
		d.Unscaled = big.NewInt(signed(data, 32, row))
	case t.Width <= 18:
		d.Unscaled = big.NewInt(signed(data, 64, row))
	default:
		d.Unscaled = huge(cell[wideInt](data, row), true)
	}
	return d
}

// text reads strings, and what is shown as one.
func text(vector mapping.Vector, t rows.Type, data unsafe.Pointer) column {
	switch t.Name {
	case "UUID":
		return func(row int) any { return uuidText(cell[wideInt](data, row)) }
	case "ENUM":
		names, bits := enumNames(vector)
		return func(row int) any { return names[unsigned(data, bits, row)] }
	}
	return func(row int) any { return string(bytesAt(data, row)) }
}

// bytesAt returns the bytes of a string, which lie in the cell itself when
// they are at most 12.
func bytesAt(data unsafe.Pointer, row int) []byte {
	const cellSize, inlined = 16, 12
	at := unsafe.Add(data, row*cellSize)
	length := *(*uint32)(at)
	if length <= inlined {
		return unsafe.Slice((*byte)(unsafe.Add(at, 4)), length)
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(at, 8)), length)
}

// uuidText undoes DuckDB's flip of the first bit, which makes UUIDs sort as
// signed integers.
func uuidText(w wideInt) string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(w.high)^(1<<63))
	binary.BigEndian.PutUint64(id[8:], w.low)
	return id.String()
}

// enumNames returns the names of an enum and the width of their numbers.
func enumNames(vector mapping.Vector) (names []string, bits int) {
	logical := mapping.VectorGetColumnType(vector)
	defer mapping.DestroyLogicalType(&logical)
	for i := range mapping.EnumDictionarySize(logical) {
		names = append(names, mapping.EnumDictionaryValue(logical, mapping.IdxT(i)))
	}
	return names, plainTypes[mapping.EnumInternalType(logical)].Bits
}

// timestamp: DuckDB counts each of its timestamp types from 1970 in a unit of
// its own.
func timestamp(n int64, typeName string) time.Time {
	switch typeName {
	case "TIMESTAMP_S":
		return time.Unix(n, 0).UTC()
	case "TIMESTAMP_MS":
		return time.UnixMilli(n).UTC()
	case "TIMESTAMP_NS":
		return time.Unix(0, n).UTC()
	}
	return time.UnixMicro(n).UTC()
}

// list reads lists, arrays and maps; a map is a list of key and value.
func list(vector mapping.Vector, t rows.Type, data unsafe.Pointer) column {
	elem, array := t.Elem, arraySize(vector)
	if t.Kind == rows.Map {
		entry := rows.RecordOf(t.Fields...)
		elem = &entry
	}
	child := mapping.ListVectorGetChild
	if array > 0 {
		child = mapping.ArrayVectorGetChild
	}
	values := columnOf(child(vector), *elem)
	return func(row int) any {
		part := extent{uint64(row * array), uint64(array)}
		if array == 0 {
			part = cell[extent](data, row)
		}
		items := make([]any, part.length)
		for i := range items {
			items[i] = values(int(part.offset) + i)
		}
		return items
	}
}

// arraySize returns the fixed size of an array's values; 0 for lists.
func arraySize(vector mapping.Vector) int {
	logical := mapping.VectorGetColumnType(vector)
	defer mapping.DestroyLogicalType(&logical)
	if mapping.GetTypeId(logical) != mapping.TypeArray {
		return 0
	}
	return int(mapping.ArrayTypeArraySize(logical))
}

func record(vector mapping.Vector, t rows.Type) column {
	fields := make([]column, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = columnOf(mapping.StructVectorGetChild(vector, mapping.IdxT(i)), f.Type)
	}
	return func(row int) any {
		values := make([]any, len(fields))
		for i := range fields {
			values[i] = fields[i](row)
		}
		return values
	}
}
