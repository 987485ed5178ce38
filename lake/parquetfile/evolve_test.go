package parquetfile_test

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// writeAs writes rows of any struct, as another program or version would.
func writeAs[T any](t *testing.T, rows ...T) []byte {
	var out bytes.Buffer
	w := parquet.NewGenericWriter[T](&out)
	_, err := w.Write(rows)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func readError(t *testing.T, data []byte, table string) error {
	return parquetfile.Read(t.Context(), bytes.NewReader(data), int64(len(data)), table, func([]schema.Row) error { return nil })
}

// olderTask is the table tasks before most of its columns were added, its
// columns in another order.
type olderTask struct {
	TaskID  string   `parquet:"task_id"`
	EventID string   `parquet:"event_id"`
	Parents []string `parquet:"parents,optional,list"`
	Kind    *string  `parquet:"kind,optional"`
	Offset  int64    `parquet:"log_offset"`
}

func TestColumnsThatAFileLacksAreNull(t *testing.T) {
	data := writeAs(t,
		olderTask{TaskID: "t", EventID: "e", Parents: []string{"p", ""}, Kind: new("seed"), Offset: 7},
		olderTask{TaskID: "u", Parents: []string{}},
		olderTask{TaskID: "v", Kind: new("")},
	)
	got := read(t, data, schema.Tasks)
	require.Equal(t, []schema.Row{
		&schema.TaskRow{Envelope: schema.Envelope{EventID: "e"}, Task: schema.Task{TaskID: "t", Parents: []string{"p", ""}, Kind: new("seed")}, Position: schema.Position{Offset: 7}},
		&schema.TaskRow{Task: schema.Task{TaskID: "u", Parents: []string{}}},
		&schema.TaskRow{Task: schema.Task{TaskID: "v", Kind: new("")}},
	}, got)
}

// foreignTask is the table tasks as a program writes it that makes every
// column optional.
type foreignTask struct {
	EventID *string   `parquet:"event_id,optional"`
	TaskID  *string   `parquet:"task_id,optional"`
	Parents []*string `parquet:"parents,optional,list"`
	Value   *float64  `parquet:"value,optional"`
	Offset  *int64    `parquet:"log_offset,optional"`
}

func TestColumnsThatAnotherProgramMadeOptional(t *testing.T) {
	data := writeAs(t, foreignTask{EventID: new("e"), TaskID: new("t"), Offset: new(int64(3))}, foreignTask{TaskID: new("u"), Value: new(0.0), Parents: []*string{new(""), new("p")}}, foreignTask{Parents: []*string{}})
	require.Equal(t, []schema.Row{
		&schema.TaskRow{Envelope: schema.Envelope{EventID: "e"}, Task: schema.Task{TaskID: "t"}, Position: schema.Position{Offset: 3}},
		&schema.TaskRow{Task: schema.Task{TaskID: "u", Value: new(0.0), Parents: []string{"", "p"}}},
		&schema.TaskRow{Task: schema.Task{Parents: []string{}}},
	}, read(t, data, schema.Tasks))
}

func TestFilesThatWouldNotBeReadWholeAreRefused(t *testing.T) {
	type newer struct {
		TaskID string `parquet:"task_id"`
		Colour string `parquet:"colour"`
	}
	type otherType struct {
		TaskID int64 `parquet:"task_id"`
	}
	type otherShape struct {
		Parents string `parquet:"parents"`
	}
	require.ErrorContains(t, readError(t, writeAs(t, newer{}), schema.Tasks), "column colour is not known here: the file was written by a newer version")
	require.ErrorContains(t, readError(t, writeAs(t, otherType{}), schema.Tasks), "column task_id: is INT")
	require.ErrorContains(t, readError(t, writeAs(t, otherShape{}), schema.Tasks), "column parents: is nested otherwise")
	require.ErrorContains(t, readError(t, []byte("no file"), schema.Tasks), "not a Parquet file")
}
