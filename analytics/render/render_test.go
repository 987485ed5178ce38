package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

func render(t *testing.T, f Format, r rows.Reader, o Options) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, f, r, o))
	return out.String()
}

// everything has a column of every kind, a row of values and one of NULLs.
func everything() rows.Reader {
	huge, _ := new(big.Int).SetString("12345678901234567890123456789012345678", 10)
	columns := []rows.Column{
		{Name: "flag", Type: rows.BoolType},
		{Name: "tiny", Type: rows.Type{Kind: rows.Int, Name: "TINYINT", Bits: 8}},
		{Name: "big", Type: rows.IntType},
		{Name: "unsigned", Type: rows.Type{Kind: rows.Uint, Name: "UBIGINT", Bits: 64}},
		{Name: "huge", Type: rows.Type{Kind: rows.HugeInt, Name: "HUGEINT"}},
		{Name: "single", Type: rows.Type{Kind: rows.Float, Name: "FLOAT"}},
		{Name: "double", Type: rows.DoubleType},
		{Name: "exact", Type: rows.Type{Kind: rows.Numeric, Name: "DECIMAL(18,3)", Width: 18, Scale: 3}},
		{Name: "text", Type: rows.TextType},
		{Name: "json", Type: rows.JSONType},
		{Name: "blob", Type: rows.Type{Kind: rows.Blob, Name: "BLOB"}},
		{Name: "day", Type: rows.Type{Kind: rows.Day, Name: "DATE"}},
		{Name: "clock", Type: rows.Type{Kind: rows.TimeOfDay, Name: "TIME"}},
		{Name: "instant", Type: rows.TimestampType},
		{Name: "local", Type: rows.Type{Kind: rows.Timestamp, Name: "TIMESTAMP"}},
		{Name: "span", Type: rows.Type{Kind: rows.Span, Name: "INTERVAL"}},
		{Name: "list", Type: rows.ListOf(rows.TextType)},
		{Name: "demos", Type: rows.ListOf(rows.RecordOf(rows.Column{Name: "event_id", Type: rows.TextType}, rows.Column{Name: "similarity", Type: rows.DoubleType}))},
		{Name: "map", Type: rows.MapOf(rows.IntType, rows.TextType)},
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.UTC)
	values := []any{
		true, int64(-1), int64(math.MaxInt64), uint64(math.MaxUint64), huge, float32(0.1), 1.0, rows.Decimal{Unscaled: big.NewInt(-5), Scale: 3},
		"a \"quoted\", <b>\n", `{"a": [1,  2.50]}`, []byte{0, 255}, rows.Date(1), rows.Clock(1_500_000), at, at, rows.Interval{Months: 1, Micros: 500_000},
		[]any{"x", nil, ""}, []any{[]any{"e", 0.5}}, []any{[]any{int64(1), "one"}, []any{int64(2), nil}},
	}
	return rows.Of(columns, values, make([]any, len(columns)))
}

func TestJSONOfEveryType(t *testing.T) {
	lines := strings.Split(render(t, JSONL, everything(), Options{}), "\n")
	require.Equal(t, `{"flag":true,"tiny":-1,"big":9223372036854775807,"unsigned":18446744073709551615,"huge":12345678901234567890123456789012345678,`+
		`"single":0.1,"double":1.0,"exact":-0.005,"text":"a \"quoted\", <b>\n","json":{"a":[1,2.50]},"blob":"AP8=","day":"1970-01-02","clock":"00:00:01.5",`+
		`"instant":"2026-01-02T03:04:05.6Z","local":"2026-01-02T03:04:05.6","span":"P1MT0.5S","list":["x",null,""],`+
		`"demos":[{"event_id":"e","similarity":0.5}],"map":{"1":"one","2":null}}`, lines[0])
	require.True(t, json.Valid([]byte(lines[1])))
	require.Equal(t, 19, strings.Count(lines[1], ":null"))

	array := render(t, JSON, everything(), Options{})
	require.True(t, json.Valid([]byte(array)))
	require.Equal(t, "[\n"+lines[0]+",\n"+lines[1]+"\n]\n", array)
	require.Equal(t, "[]\n", render(t, JSON, rows.Of(nil), Options{}))
	require.Empty(t, render(t, JSONL, rows.Of(nil), Options{}))
}

func TestFloatsKeepTheirValueAndLookLikeFloats(t *testing.T) {
	column := rows.Column{Name: "x", Type: rows.DoubleType}
	for x, want := range map[float64]string{
		0: "0.0", 1: "1.0", -2.5: "-2.5", 0.30000000000000004: "0.30000000000000004", 1e15: "1e+15", 123456789012345: "123456789012345.0", 1e-7: "1e-07",
		math.Inf(1): `"Infinity"`, math.Inf(-1): `"-Infinity"`, math.MaxFloat64: "1.7976931348623157e+308",
	} {
		require.Equal(t, `{"x":`+want+"}\n", render(t, JSONL, rows.Of([]rows.Column{column}, []any{x}), Options{}))
	}
	require.Equal(t, "{\"x\":\"NaN\"}\n", render(t, JSONL, rows.Of([]rows.Column{column}, []any{math.NaN()}), Options{}))
}

func TestColumnsOfOneName(t *testing.T) {
	columns := []rows.Column{{Name: "a", Type: rows.IntType}, {Name: "a", Type: rows.IntType}, {Name: "a_1", Type: rows.IntType}}
	row := []any{int64(1), int64(2), int64(3)}
	require.Equal(t, "{\"a\":1,\"a_1\":2,\"a_1_1\":3}\n", render(t, JSONL, rows.Of(columns, row), Options{}))
	require.Equal(t, "a,a,a_1\n1,2,3\n", render(t, CSV, rows.Of(columns, row), Options{}))
}

func TestCSV(t *testing.T) {
	text := render(t, CSV, everything(), Options{})
	read, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Len(t, read, 3)
	require.Equal(t, "a \"quoted\", <b>\n", read[1][8])
	require.Equal(t, `\x00ff`, read[1][10])
	require.Equal(t, `["x",null,""]`, read[1][16])
	columns := []rows.Column{{Name: "a", Type: rows.TextType}, {Name: "b", Type: rows.TextType}}
	require.Equal(t, "a,b\n,\"\"\n", render(t, CSV, rows.Of(columns, []any{nil, ""}), Options{}), "NULL and empty text differ")
}

func TestTable(t *testing.T) {
	columns := []rows.Column{{Name: "environment", Type: rows.TextType}, {Name: "n", Type: rows.IntType}}
	require.Equal(t, ""+
		"environment │  n\n"+
		"────────────┼───\n"+
		"日本        │ 10\n"+
		"NULL        │  9\n"+
		"a\\nb\\x1b[0m │  1\n"+
		"(3 rows)\n",
		render(t, Table, rows.Of(columns, []any{"日本", int64(10)}, []any{nil, int64(9)}, []any{"a\nb\x1b[0m", int64(1)}), Options{}))
	require.Equal(t, "n\n─\n1\n(1 row)\n", render(t, Table, rows.Of(columns[1:], []any{int64(1)}), Options{}))
	require.Equal(t, "n\n─\n(0 rows)\n", render(t, Table, rows.Of(columns[1:]), Options{}))
}

func TestATableFitsItsTerminal(t *testing.T) {
	for _, width := range []int{20, 40, 80, 120} {
		out := render(t, Table, everything(), Options{Width: width})
		lines := strings.Split(strings.TrimSpace(out), "\n")
		for _, line := range lines[:len(lines)-1] {
			require.LessOrEqual(t, runewidth.StringWidth(line), width, line)
		}
		require.Contains(t, out, "more columns do not fit")
	}
	columns := []rows.Column{{Name: "id", Type: rows.IntType}, {Name: "text", Type: rows.TextType}}
	require.Equal(t, "id │ text\n───┼────────────────\n 1 │ long long long…\n(1 row)\n",
		render(t, Table, rows.Of(columns, []any{int64(1), strings.Repeat("long ", 20)}), Options{Width: 20}), "the widest gives way, the number stays")
}

// endless counts how many rows were taken before the first were written.
type endless struct {
	columns []rows.Column
	n, stop int
}

func (e *endless) Columns() []rows.Column { return e.columns }
func (e *endless) Next() bool             { e.n++; return e.n <= e.stop }
func (e *endless) Row() []any             { return []any{strings.Repeat("x", 1000)} }
func (e *endless) Err() error             { return nil }

type writeProbe struct {
	source *endless
	first  int
}

func (p *writeProbe) Write(data []byte) (int, error) {
	if p.first == 0 {
		p.first = p.source.n
	}
	return len(data), nil
}

func TestRowsAreWrittenAsTheyCome(t *testing.T) {
	for _, f := range []Format{Table, CSV, JSON, JSONL, Arrow, Parquet} {
		source := &endless{columns: []rows.Column{{Name: "x", Type: rows.TextType}}, stop: 30_000}
		probe := &writeProbe{source: source}
		require.NoError(t, Write(probe, f, source, Options{}))
		require.Positive(t, probe.first)
		if f != Parquet { // whose magic number comes first in any case
			require.Less(t, probe.first, 10_000, f)
		}
	}
}

// failing gives a row, then an error.
type failing struct{ endless }

func (f *failing) Err() error { return errors.New("lost") }

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrorsComeOut(t *testing.T) {
	for _, name := range Formats() {
		f, err := ParseFormat(name)
		require.NoError(t, err)
		source := &failing{endless{columns: []rows.Column{{Name: "x", Type: rows.TextType}}, stop: 1}}
		require.ErrorContains(t, Write(&bytes.Buffer{}, f, source, Options{}), "lost", name)
		require.ErrorContains(t, Write(fullDisk{}, f, everything(), Options{}), "disk full", name)
	}
	_, err := ParseFormat("xml")
	require.ErrorContains(t, err, "jsonl")
	require.Error(t, Write(&bytes.Buffer{}, "xml", everything(), Options{}))
}

func TestArrow(t *testing.T) {
	reader, err := ipc.NewReader(strings.NewReader(render(t, Arrow, everything(), Options{})))
	require.NoError(t, err)
	defer reader.Release()
	require.True(t, reader.Next())
	checkArrow(t, reader.Record())
	require.False(t, reader.Next())
	require.Equal(t, "timestamp[us, tz=UTC]", reader.Schema().Field(13).Type.String())
	require.Equal(t, "timestamp[us]", reader.Schema().Field(14).Type.String())

	empty, err := ipc.NewReader(strings.NewReader(render(t, Arrow, rows.Of(everything().Columns()), Options{})))
	require.NoError(t, err)
	defer empty.Release()
	require.Equal(t, 19, empty.Schema().NumFields())
}

func TestParquet(t *testing.T) {
	data := render(t, Parquet, everything(), Options{})
	parquetFile, err := file.NewParquetReader(strings.NewReader(data))
	require.NoError(t, err)
	defer parquetFile.Close()
	reader, err := pqarrow.NewFileReader(parquetFile, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	require.NoError(t, err)
	table, err := reader.ReadTable(t.Context())
	require.NoError(t, err)
	defer table.Release()
	records := array.NewTableReader(table, 10)
	defer records.Release()
	require.True(t, records.Next())
	checkArrow(t, records.Record())
}

// checkArrow compares a record with everything.
func checkArrow(t *testing.T, record arrow.Record) {
	require.EqualValues(t, 2, record.NumRows())
	for i, want := range []string{"true", "-1", "9223372036854775807", "18446744073709551615", "12345678901234567890123456789012345678", "0.1", "1", "-0.005",
		"a \"quoted\", <b>\n", `{"a": [1,  2.50]}`, "AP8=", "1970-01-02", "00:00:01.500000", "2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.6Z", "P1MT0.5S",
		`["x",null,""]`, `[{"event_id":"e","similarity":0.5}]`, `[{"key":1,"value":"one"},{"key":2,"value":null}]`} {
		column := record.Column(i)
		require.True(t, column.IsNull(1), record.ColumnName(i))
		got := column.ValueStr(0)
		switch column.DataType().ID() {
		case arrow.TIMESTAMP:
			got = column.(*array.Timestamp).Value(0).ToTime(arrow.Microsecond).Format(time.RFC3339Nano)
		case arrow.STRUCT, arrow.LIST, arrow.MAP:
			require.JSONEq(t, want, got, record.ColumnName(i))
			continue
		}
		require.Equal(t, want, got, record.ColumnName(i))
	}
}

func TestAHugeIntegerThatDoesNotFitArrow(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 127)
	columns := []rows.Column{{Name: "h", Type: rows.Type{Kind: rows.HugeInt, Name: "UHUGEINT"}}}
	err := Write(&bytes.Buffer{}, Arrow, rows.Of(columns, []any{huge}), Options{})
	require.ErrorContains(t, err, "column h")
	require.ErrorContains(t, err, "cast the column to VARCHAR")
	require.Equal(t, "{\"h\":"+huge.String()+"}\n", render(t, JSONL, rows.Of(columns, []any{huge}), Options{}))
}
