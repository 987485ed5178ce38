package parquetfile_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// texts are what is easily confused: empty, NULL-like, long, not ASCII.
var texts = []string{"", "a", "NULL", "null", "\x00", "ü€𝄞", strings.Repeat("long ", 20), "episode-1", "episode-2"}

// randomRow returns a row of a table in which every column may be NULL, empty
// or filled.
func randomRow(r *rand.Rand, table string) schema.Row {
	row := schema.NewRow(table)
	fill(r, reflect.ValueOf(row).Elem())
	return row
}

func fill(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.Pointer:
		if r.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Slice:
		if n := r.IntN(4) - 1; n >= 0 { // -1: NULL
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(r, v.Index(i))
			}
		}
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Int64:
		v.SetInt([]int64{0, 1, -1, 42, 1 << 62, -1 << 63}[r.IntN(6)])
	case reflect.Uint8:
		v.SetUint(uint64(r.IntN(256)))
	case reflect.Float64:
		v.SetFloat([]float64{0, 1, -1.5, 1e300, .1}[r.IntN(5)])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	}
}

func randomRows(table string, n int) []schema.Row {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]schema.Row, n)
	for i := range rows {
		rows[i] = randomRow(r, table)
		rows[i].Evidence().EventHash = []byte(strings.Repeat("h", 32))
		rows[i].At().Offset = int64(i)
	}
	return rows
}

func write(t *testing.T, w *parquetfile.Writer, table string, rows []schema.Row) ([]byte, parquetfile.Info) {
	t.Helper()
	var out bytes.Buffer
	info, err := w.Write(&out, table, rows)
	require.NoError(t, err)
	require.EqualValues(t, out.Len(), info.Size)
	return out.Bytes(), info
}

func read(t *testing.T, data []byte, table string) []schema.Row {
	t.Helper()
	var rows []schema.Row
	err := parquetfile.Read(t.Context(), bytes.NewReader(data), int64(len(data)), table, func(some []schema.Row) error {
		rows = append(rows, some...)
		return nil
	})
	require.NoError(t, err)
	return rows
}

func TestRowsOfEveryTableSurvive(t *testing.T) {
	w := parquetfile.NewWriter(parquetfile.Options{RowGroupRows: 300})
	for _, table := range schema.Tables() {
		t.Run(table, func(t *testing.T) {
			for _, n := range []int{1, 64, 1000, 0, 777} { // the writer is used again
				want := randomRows(table, n)
				data, info := write(t, w, table, want)
				require.EqualValues(t, n, info.Rows)
				got := read(t, data, table)
				require.Len(t, got, n)
				for i := range want { // Write sorted want
					require.Equal(t, want[i], got[i], "row %d", i)
				}
				count, err := parquetfile.Verify(bytes.NewReader(data), int64(len(data)))
				require.NoError(t, err)
				require.EqualValues(t, n, count)
			}
		})
	}
}

func TestRowsAreSorted(t *testing.T) {
	rows := randomRows(schema.Transitions, 500)
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{}), schema.Transitions, rows)
	require.True(t, slices.IsSortedFunc(read(t, data, schema.Transitions), schema.Compare))
}

func TestTheSameRowsGiveTheSameFile(t *testing.T) {
	w := parquetfile.NewWriter(parquetfile.Options{})
	rows := randomRows(schema.Calls, 500)
	first, _ := write(t, w, schema.Calls, rows)
	_, _ = write(t, w, schema.Calls, randomRows(schema.Calls, 10))
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	second, _ := write(t, w, schema.Calls, rows)
	require.True(t, bytes.Equal(first, second))
}

func TestRowsOfAnotherTableAreRefused(t *testing.T) {
	w := parquetfile.NewWriter(parquetfile.Options{})
	_, err := w.Write(&bytes.Buffer{}, schema.Calls, randomRows(schema.Tasks, 1))
	require.ErrorContains(t, err, "belongs to table tasks")
	_, err = w.Write(&bytes.Buffer{}, "nonsense", nil)
	require.ErrorContains(t, err, `there is no table "nonsense"`)
	data, _ := write(t, w, schema.Calls, randomRows(schema.Calls, 3)) // and it still works
	require.Len(t, read(t, data, schema.Calls), 3)
}

func TestInfo(t *testing.T) {
	rows := make([]schema.Row, 0, 600)
	for i := range 600 {
		r := &schema.TransitionRow{}
		r.EventID, r.Environment, r.State, r.Step = "e", "env-"+string(rune('a'+i%3)), "s", int64(i%50)
		r.TaskID = strings.Repeat("t", 40)
		r.EventHash, r.SchemaVersion = []byte("h"), 1
		r.Partition, r.Offset, r.Time = int64(i%2), int64(100+i), schema.Micros(1_700_000_000_000_001+i)
		if i%2 == 0 {
			r.Reward = new(float64(i))
		}
		rows = append(rows, r)
	}
	_, info := write(t, parquetfile.NewWriter(parquetfile.Options{RowGroupRows: 128}), schema.Transitions, rows)

	require.Equal(t, []int64{1}, info.Versions)
	require.Equal(t, []parquetfile.OffsetRange{{0, 0, 100, 699}, {0, 1, 101, 700}}, info.Ranges)
	s := info.Stats
	require.EqualValues(t, 600, s.Rows)
	require.Equal(t, "env-a", s.Min["environment"])
	require.Equal(t, "env-c", s.Max["environment"])
	require.Equal(t, strings.Repeat("t", 32), s.Min["task_id"], "cut down")
	require.Equal(t, strings.Repeat("t", 31)+"u", s.Max["task_id"], "cut and bumped up")
	require.Equal(t, 0.0, s.Min["reward"])
	require.Equal(t, 598.0, s.Max["reward"])
	require.EqualValues(t, 300, s.Nulls["reward"])
	require.EqualValues(t, 600, s.Nulls["run_id"])
	require.NotContains(t, s.Min, "run_id")
	require.EqualValues(t, 100, s.Min["log_offset"])
	require.EqualValues(t, 699, s.Max["log_offset"])
	require.Equal(t, "2023-11-14T22:13:20.000Z", s.Min["time"], "rounded down")
	require.Equal(t, "2023-11-14T22:13:20.001Z", s.Max["time"], "rounded up")
	for _, column := range []string{"state", "action", "info", "admissible_actions", "event_hash", "demonstrations"} {
		require.NotContains(t, s.Nulls, column)
	}

	add := info.Add("part-1.parquet", schema.Micros(0).Time(), true)
	parsed, err := delta.ParseStats(add.Stats)
	require.NoError(t, err)
	require.Equal(t, s.Max["log_offset"], parsed.Max["log_offset"])
	require.Equal(t, s.Nulls, parsed.Nulls)
	ranges, err := parquetfile.ParseRanges(add.Tags[parquetfile.TagOffsets])
	require.NoError(t, err)
	require.Equal(t, info.Ranges, ranges)
	versions, err := parquetfile.ParseVersions(add.Tags[parquetfile.TagSchema])
	require.NoError(t, err)
	require.Equal(t, info.Versions, versions)
}
