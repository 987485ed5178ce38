package messages_test

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
	"github.com/dreamlog/dreamlog/producers/importer/messages"
)

type arguments struct {
	City *string `parquet:"city,optional"`
	Days *int32  `parquet:"days,optional"`
}

type call struct {
	ID       string `parquet:"id"`
	Function struct {
		Name      string    `parquet:"name"`
		Arguments arguments `parquet:"arguments"`
	} `parquet:"function"`
}

type message struct {
	Role      string  `parquet:"role"`
	Content   *string `parquet:"content,optional"`
	ToolCalls []call  `parquet:"tool_calls,list"`
}

type line struct {
	Values []int32 `parquet:"values"`
}

type row struct {
	Messages []message         `parquet:"messages,list"`
	Reward   *float64          `parquet:"reward,optional"`
	TaskID   int64             `parquet:"task_id"`
	When     time.Time         `parquet:"when,timestamp(millisecond)"`
	Tags     map[string]string `parquet:"tags"`
	Matrix   []line            `parquet:"matrix,list"`
	Price    int64             `parquet:"price,decimal(2:12)"`
	Big      uint64            `parquet:"big"`
	Meta     string            `parquet:"meta,json"`
	Bytes    []byte            `parquet:"bytes"`
	Float    float32           `parquet:"float"`
}

func write[R any](t testing.TB, rows ...R) string {
	t.Helper()
	var file bytes.Buffer
	w := parquet.NewGenericWriter[R](&file)
	_, err := w.Write(rows)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return file.String()
}

func ask(name string, with arguments) call {
	c := call{ID: "c-" + name}
	c.Function.Name, c.Function.Arguments = name, with
	return c
}

func rows() []row {
	city, days, bye, high, nan := "Ulm", int32(3), "bye", 1.0, math.NaN()
	said := []message{
		{Role: "user", Content: new("weather?")},
		{Role: "assistant", ToolCalls: []call{ask("weather", arguments{City: &city}), ask("wait", arguments{Days: &days})}},
		{Role: "tool", Content: new("")},
		{Role: "assistant", Content: &bye},
	}
	return []row{
		{Messages: said, Reward: &high, TaskID: 1, When: time.UnixMilli(1735787045678), Tags: map[string]string{`a"b`: "c"}, Matrix: []line{{[]int32{1, 2}}, {}},
			Price: -5, Big: math.MaxUint64, Meta: `{"x": 1.0}`, Bytes: []byte{0xff}, Float: .5},
		{Messages: said, Reward: &nan, TaskID: 2, Meta: "null"},
		{Messages: said, TaskID: 3, Meta: "null"},
	}
}

func TestParquetWithStructs(t *testing.T) {
	episodes, refused := chattest.Read(t, messages.New(), importertest.File(t, "a.parquet", write(t, rows()...)))
	require.Len(t, episodes, 2)
	require.Len(t, refused, 1)
	require.ErrorContains(t, refused[2], "column reward: is NaN, must be finite")
	e := episodes[0]
	require.Equal(t, "1", e.TaskID)
	require.Equal(t, 1.0, *e.Return)
	require.Nil(t, episodes[1].Return)
	require.Equal(t, `[{"name":"weather","arguments":{"city":"Ulm"}},{"name":"wait","arguments":{"days":3}}]`, e.Steps[0].Action,
		"the members that merging the schemas invented are gone")
	require.JSONEq(t, `{"when":"2025-01-02T03:04:05.678Z","tags":{"a\"b":"c"},"matrix":[{"values":[1,2]},{"values":[]}],"price":-0.05,"big":18446744073709551615,
		"meta":{"x":1.0},"bytes":"/w==","float":0.5}`, string(*e.Info))
}

func TestParquetWithJSONAsText(t *testing.T) {
	type textRow struct {
		Messages string `parquet:"messages"`
		Success  bool   `parquet:"success"`
	}
	path := importertest.File(t, "a.parquet", write(t, textRow{`[{"role":"assistant","content":"a", "n":null}]`, true}))
	episodes, refused := chattest.Read(t, messages.New(), path)
	require.Empty(t, refused)
	require.Equal(t, `{"role":"assistant","content":"a", "n":null}`, episodes[0].Calls[0].Response, "text stays as it is")
	require.Equal(t, 1.0, *episodes[0].Return)
}

func TestADamagedParquetFileIsAnError(t *testing.T) {
	whole := write(t, rows()...)
	hugeFooter := whole[:len(whole)-8] + "\xff\xff\xff\xffPAR1"
	for name, content := range map[string]string{
		"cut short": whole[:len(whole)/2], "a footer larger than the file": hugeFooter,
		"a damaged footer": whole[:len(whole)-60] + string(make([]byte, 40)) + whole[len(whole)-20:],
	} {
		src, err := importer.Open(importertest.File(t, "a.parquet", content))
		require.NoError(t, err)
		err = messages.New().Read(t.Context(), src, func(int, *importer.Episode, error) error { return nil })
		require.Error(t, err, name)
		require.NoError(t, src.Close())
	}
}
