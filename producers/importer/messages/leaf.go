package messages

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// writer returns how values of a type are written as JSON: times as text,
// decimals as numbers, bytes that are no text in base64.
func writer(t parquet.Type) func(parquet.Value) ([]byte, error) {
	var logical format.LogicalTypeValue
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) ([]byte, error) { return strconv.AppendBool(nil, v.Boolean()), nil }
	case parquet.Int32, parquet.Int64:
		return whole(logical, t.Kind())
	case parquet.Int96:
		return func(v parquet.Value) ([]byte, error) { return quoteTime(int96Time(v)), nil }
	case parquet.Float:
		return func(v parquet.Value) ([]byte, error) { return float(float64(v.Float()), 32) }
	case parquet.Double:
		return func(v parquet.Value) ([]byte, error) { return float(v.Double(), 64) }
	}
	return textual(logical)
}

func float(x float64, bits int) ([]byte, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, fmt.Errorf("is %v, must be finite", x)
	}
	return jsontext.AppendFloat(nil, x, bits), nil
}

// whole writes what is stored as an integer.
func whole(logical format.LogicalTypeValue, kind parquet.Kind) func(parquet.Value) ([]byte, error) {
	number := func(v parquet.Value) int64 {
		if kind == parquet.Int32 {
			return int64(v.Int32())
		}
		return v.Int64()
	}
	switch l := logical.(type) {
	case *format.DecimalType:
		return func(v parquet.Value) ([]byte, error) { return decimal(big.NewInt(number(v)), int(l.Scale)), nil }
	case *format.DateType:
		return func(v parquet.Value) ([]byte, error) {
			return strconv.AppendQuote(nil, time.Unix(number(v)*24*60*60, 0).UTC().Format(time.DateOnly)), nil
		}
	case *format.TimestampType:
		return func(v parquet.Value) ([]byte, error) { return quoteTime(timestamp(number(v), l.Unit)), nil }
	case *format.IntType:
		if !l.IsSigned {
			return func(v parquet.Value) ([]byte, error) { return strconv.AppendUint(nil, unsigned(v, kind), 10), nil }
		}
	}
	return func(v parquet.Value) ([]byte, error) { return strconv.AppendInt(nil, number(v), 10), nil }
}

func unsigned(v parquet.Value, kind parquet.Kind) uint64 {
	if kind == parquet.Int32 {
		return uint64(v.Uint32())
	}
	return v.Uint64()
}

func timestamp(n int64, unit format.TimeUnit) time.Time {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli(n).UTC()
	case *format.MicroSeconds:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// julianEpoch is 1970-01-01 as a Julian day.
const julianEpoch = 2440588

// int96Time reads the nanoseconds of a day and a Julian day.
func int96Time(v parquet.Value) time.Time {
	i := v.Int96()
	nanos := int64(uint64(i[1])<<32 | uint64(i[0]))
	return time.Unix((int64(i[2])-julianEpoch)*24*60*60, nanos).UTC()
}

func quoteTime(t time.Time) []byte { return strconv.AppendQuote(nil, t.Format(time.RFC3339Nano)) }

// decimal writes n times ten to the power of -scale.
func decimal(n *big.Int, scale int) []byte {
	digits := new(big.Int).Abs(n).String()
	if scale > 0 {
		if missing := scale + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if n.Sign() < 0 {
		digits = "-" + digits
	}
	return []byte(digits)
}

// textual writes what is stored as bytes.
func textual(logical format.LogicalTypeValue) func(parquet.Value) ([]byte, error) {
	switch l := logical.(type) {
	case *format.DecimalType:
		return func(v parquet.Value) ([]byte, error) { return decimal(bigEndian(v.ByteArray()), int(l.Scale)), nil }
	case *format.UUIDType:
		return func(v parquet.Value) ([]byte, error) {
			id, err := uuid.FromBytes(v.ByteArray())
			return strconv.AppendQuote(nil, id.String()), err
		}
	case *format.JsonType:
		return func(v parquet.Value) ([]byte, error) { return jsonText(v.ByteArray()) }
	case *format.StringType, *format.EnumType:
		return func(v parquet.Value) ([]byte, error) { return quote(v.ByteArray()) }
	}
	return func(v parquet.Value) ([]byte, error) {
		if b := v.ByteArray(); !utf8.Valid(b) {
			return strconv.AppendQuote(nil, base64.StdEncoding.EncodeToString(b)), nil
		}
		return quote(v.ByteArray())
	}
}

func quote(text []byte) ([]byte, error) {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		return nil, errors.New("is not valid UTF-8")
	}
	return quoted, nil
}

func jsonText(text []byte) ([]byte, error) {
	if !jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)) {
		return nil, errors.New("is not valid JSON, although its type says so")
	}
	return text, nil
}

// bigEndian reads a number in two's complement.
func bigEndian(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}
