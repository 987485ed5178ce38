package parquetfile_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

func stream(t *testing.T, o parquetfile.Options, table string, rows []schema.Row) ([]byte, parquetfile.Info) {
	t.Helper()
	var out bytes.Buffer
	s, err := parquetfile.NewStream(&out, table, o)
	require.NoError(t, err)
	for _, row := range rows {
		require.NoError(t, s.Write(row))
	}
	info, err := s.Close()
	require.NoError(t, err)
	require.EqualValues(t, out.Len(), info.Size)
	return out.Bytes(), info
}

func TestAStreamedFileIsTheFileOfTheWriter(t *testing.T) {
	o := parquetfile.Options{RowGroupRows: 300}
	for _, table := range schema.Tables() {
		for _, n := range []int{0, 1, 64, 300, 1001} {
			rows := randomRows(table, n)
			want, wantInfo := write(t, parquetfile.NewWriter(o), table, rows) // sorts rows
			got, gotInfo := stream(t, o, table, rows)
			require.Equal(t, wantInfo, gotInfo, "%s, %d rows", table, n)
			require.True(t, bytes.Equal(want, got), "%s, %d rows: the bytes differ", table, n)
		}
	}
}

func TestAStreamRefusesRowsOutOfOrderAndTwice(t *testing.T) {
	rows := randomRows(schema.Transitions, 2)
	slices.SortFunc(rows, schema.Compare)
	for name, second := range map[string]schema.Row{"twice": rows[1], "out of order": rows[0]} {
		s, err := parquetfile.NewStream(new(bytes.Buffer), schema.Transitions, parquetfile.Options{})
		require.NoError(t, err)
		require.NoError(t, s.Write(rows[1]))
		require.ErrorContains(t, s.Write(second), "out of order, or twice", name)
	}
}

func TestAStreamRefusesRowsOfAnotherTable(t *testing.T) {
	s, err := parquetfile.NewStream(new(bytes.Buffer), schema.Episodes, parquetfile.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Write(randomRows(schema.Tasks, 1)[0]))
	_, err = s.Close()
	require.ErrorContains(t, err, "belongs to table tasks")
}
