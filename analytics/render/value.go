package render

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

// appendText appends a value as text for people and CSV; NULL is empty.
// Nested values are JSON.
func appendText(dst []byte, v any, t rows.Type) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return dst, nil
	case string:
		return append(dst, v...), nil
	case []byte:
		return hex.AppendEncode(append(dst, `\x`...), v), nil
	case float64:
		return appendFloat(dst, v, 64), nil
	case float32:
		return appendFloat(dst, float64(v), 32), nil
	case time.Time:
		return appendTime(dst, v, t), nil
	case rows.Date, rows.Clock, rows.Interval:
		return fmt.Append(dst, v), nil
	}
	return appendJSON(dst, v, t)
}

// appendJSON appends a value as JSON. Numbers keep every digit; those that
// JSON has no number for (NaN, Infinity) are texts. Bytes are base64.
func appendJSON(dst []byte, v any, t rows.Type) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case *big.Int:
		return v.Append(dst, 10), nil
	case rows.Decimal:
		return append(dst, v.String()...), nil
	case float64:
		return appendJSONFloat(dst, v, 64), nil
	case float32:
		return appendJSONFloat(dst, float64(v), 32), nil
	case string:
		return appendJSONText(dst, v, t)
	case []byte:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v), '"'), nil
	case time.Time:
		return append(appendTime(append(dst, '"'), v, t), '"'), nil
	case rows.Date, rows.Clock, rows.Interval:
		return fmt.Appendf(dst, `"%v"`, v), nil
	case []any:
		return appendNested(dst, v, t)
	}
	return dst, fmt.Errorf("a value of Go type %T has no form here", v)
}

func appendJSONText(dst []byte, s string, t rows.Type) ([]byte, error) {
	if t.Kind == rows.JSON {
		// On one line, so that JSON lines stay lines.
		compact := jsontext.Value(s)
		if err := compact.Compact(jsontext.AllowDuplicateNames(true)); err != nil {
			return dst, fmt.Errorf("a JSON value is none: %w", err)
		}
		return append(dst, compact...), nil
	}
	return jsontext.AppendQuote(dst, s)
}

// appendFloat writes the shortest digits that give the same number again, with
// a point, so that a float does not look like an integer.
func appendFloat(dst []byte, x float64, bits int) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(dst, map[int]string{-1: "-Infinity", 0: "NaN", 1: "Infinity"}[sign(x)]...)
	}
	format := byte('f')
	if abs := math.Abs(x); abs != 0 && (abs < 1e-6 || abs >= 1e15) {
		format = 'e'
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, x, format, -1, bits)
	if !bytes.ContainsAny(dst[start:], ".e") {
		dst = append(dst, ".0"...)
	}
	return dst
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func appendJSONFloat(dst []byte, x float64, bits int) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(appendFloat(append(dst, '"'), x, bits), '"')
	}
	return appendFloat(dst, x, bits)
}

// appendTime writes RFC 3339, with Z only for instants: a TIMESTAMP without a
// time zone does not say where it is.
func appendTime(dst []byte, at time.Time, t rows.Type) []byte {
	layout := "2006-01-02T15:04:05.999999999"
	if t.Zoned {
		layout = time.RFC3339Nano
	}
	return at.UTC().AppendFormat(dst, layout)
}

// appendNested writes lists as arrays, records as objects, and maps as objects
// too, with their keys as text.
func appendNested(dst []byte, items []any, t rows.Type) (_ []byte, err error) {
	switch t.Kind {
	case rows.List:
		return appendSeries(dst, '[', ']', items, func(dst []byte, _ int, item any) ([]byte, error) {
			return appendJSON(dst, item, *t.Elem)
		})
	case rows.Record:
		return appendSeries(dst, '{', '}', items, func(dst []byte, i int, item any) ([]byte, error) {
			return appendMember(dst, t.Fields[i].Name, item, t.Fields[i].Type)
		})
	}
	return appendSeries(dst, '{', '}', items, func(dst []byte, _ int, item any) ([]byte, error) {
		entry := item.([]any)
		key, err := appendText(nil, entry[0], t.Fields[0].Type)
		if err != nil {
			return dst, err
		}
		return appendMember(dst, string(key), entry[1], t.Fields[1].Type)
	})
}

func appendSeries(dst []byte, begin, end byte, items []any, one func(dst []byte, i int, item any) ([]byte, error)) (_ []byte, err error) {
	dst = append(dst, begin)
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = one(dst, i, item); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}

// appendMember writes "name":value.
func appendMember(dst []byte, name string, v any, t rows.Type) ([]byte, error) {
	dst, err := jsontext.AppendQuote(dst, name)
	if err != nil {
		return dst, err
	}
	return appendJSON(append(dst, ':'), v, t)
}
