package render

import (
	"fmt"
	"math/big"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// appendArrow appends a value to a builder of its type, and returns about how
// many bytes it takes there.
func appendArrow(b array.Builder, v any, t rows.Type) (size int, err error) {
	if v == nil {
		b.AppendNull()
		return 1, nil
	}
	switch t.Kind {
	case rows.List, rows.Map, rows.Record:
		return appendArrowNested(b, v.([]any), t)
	}
	switch v := v.(type) {
	case bool:
		b.(*array.BooleanBuilder).Append(v)
	case int64:
		appendInt(b, v)
	case uint64:
		appendUint(b, v)
	case *big.Int:
		return 16, appendDecimal(b, v, hugeDigits)
	case rows.Decimal:
		return 16, appendDecimal(b, v.Unscaled, t.Width)
	case float32:
		b.(*array.Float32Builder).Append(v)
	case float64:
		b.(*array.Float64Builder).Append(v)
	case string:
		b.(*array.StringBuilder).Append(v)
		return len(v) + 4, nil
	case []byte:
		b.(*array.BinaryBuilder).Append(v)
		return len(v) + 4, nil
	case rows.Date:
		b.(*array.Date32Builder).Append(arrow.Date32(v))
	case rows.Clock:
		b.(*array.Time64Builder).Append(arrow.Time64(v))
	case time.Time:
		appendTimestamp(b.(*array.TimestampBuilder), v)
	case rows.Interval:
		b.(*array.StringBuilder).Append(v.String())
	default:
		return 0, fmt.Errorf("a value of Go type %T has no form in Arrow", v)
	}
	return 8, nil
}

func appendInt(b array.Builder, n int64) {
	switch b := b.(type) {
	case *array.Int8Builder:
		b.Append(int8(n))
	case *array.Int16Builder:
		b.Append(int16(n))
	case *array.Int32Builder:
		b.Append(int32(n))
	case *array.Int64Builder:
		b.Append(n)
	}
}

func appendUint(b array.Builder, n uint64) {
	switch b := b.(type) {
	case *array.Uint8Builder:
		b.Append(uint8(n))
	case *array.Uint16Builder:
		b.Append(uint16(n))
	case *array.Uint32Builder:
		b.Append(uint32(n))
	case *array.Uint64Builder:
		b.Append(n)
	}
}

func appendDecimal(b array.Builder, unscaled *big.Int, digits int) error {
	if unscaled.BitLen() > 127 || !decimal128.FromBigInt(unscaled).FitsInPrecision(int32(digits)) {
		return fmt.Errorf("%s has more than %d digits: cast the column to VARCHAR", unscaled, digits)
	}
	b.(*array.Decimal128Builder).Append(decimal128.FromBigInt(unscaled))
	return nil
}

func appendTimestamp(b *array.TimestampBuilder, at time.Time) {
	if b.Type().(*arrow.TimestampType).Unit == arrow.Nanosecond {
		b.Append(arrow.Timestamp(at.UnixNano()))
		return
	}
	b.Append(arrow.Timestamp(at.UnixMicro()))
}

func appendArrowNested(b array.Builder, items []any, t rows.Type) (size int, err error) {
	switch b := b.(type) {
	case *array.StructBuilder:
		b.Append(true)
		return sumSizes(items, func(i int, item any) (int, error) {
			return appendArrow(b.FieldBuilder(i), item, t.Fields[i].Type)
		})
	case *array.MapBuilder: // not a ListBuilder, though it embeds one
		b.Append(true)
		return sumSizes(items, func(_ int, item any) (int, error) {
			entry := item.([]any)
			size, err := appendArrow(b.KeyBuilder(), entry[0], t.Fields[0].Type)
			if err != nil {
				return size, err
			}
			valueSize, err := appendArrow(b.ItemBuilder(), entry[1], t.Fields[1].Type)
			return size + valueSize, err
		})
	case *array.ListBuilder:
		b.Append(true)
		return sumSizes(items, func(_ int, item any) (int, error) {
			return appendArrow(b.ValueBuilder(), item, *t.Elem)
		})
	}
	return 0, fmt.Errorf("a nested value does not fit a column of Arrow type %s", b.Type())
}

func sumSizes(items []any, appendOne func(i int, item any) (int, error)) (total int, err error) {
	for i, item := range items {
		size, err := appendOne(i, item)
		if err != nil {
			return total, err
		}
		total += size
	}
	return total, nil
}
