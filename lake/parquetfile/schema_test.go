package parquetfile_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// named is a column as a schema describes it, whichever language it is in.
type named struct {
	name     string
	kind     string
	nullable bool
}

// unhashed are the columns of every table that the hash does not cover, and
// that the published Avro schemas therefore lack.
var unhashed = []named{{"salt", "binary", true}, {"event_hash", "binary", false}}

func TestParquetDeltaAndAvroNameTheSameColumns(t *testing.T) {
	for _, table := range schema.Tables() {
		t.Run(table, func(t *testing.T) {
			want := append(avroColumns(t, table), unhashed...)
			require.Equal(t, want, deltaColumns(t, table))
			require.Equal(t, want, parquetColumns(t, table))
		})
	}
}

// avroColumns reads the published schema of a table's rows.
func avroColumns(t *testing.T, table string) (columns []named) {
	data, err := os.ReadFile(fmt.Sprintf("../../schema/avro/rows/%s.v%d.avsc", table, schema.Version))
	require.NoError(t, err)
	var record struct {
		Fields []struct {
			Name string
			Type any
		}
	}
	require.NoError(t, json.Unmarshal(data, &record, json.MatchCaseInsensitiveNames(true)))
	for _, f := range record.Fields {
		union, nullable := f.Type.([]any)
		if nullable {
			require.Equal(t, "null", union[0], f.Name)
			f.Type = union[1]
		}
		columns = append(columns, named{f.Name, avroKind(f.Type), nullable})
	}
	return columns
}

func avroKind(t any) string {
	scalars := map[any]string{"string": "string", "long": "long", "double": "double", "boolean": "boolean", "bytes": "binary"}
	complex, nested := t.(map[string]any)
	switch {
	case !nested:
		return scalars[t]
	case complex["logicalType"] == "timestamp-micros":
		return "timestamp"
	case complex["type"] == "array":
		return "array of " + avroKind(complex["items"])
	case complex["type"] == "record":
		text := "struct"
		for _, f := range complex["fields"].([]any) {
			field := f.(map[string]any)
			text += fmt.Sprintf(" %s:%s", field["name"], avroKind(field["type"]))
		}
		return text
	}
	return fmt.Sprint(t)
}

func deltaColumns(t *testing.T, table string) (columns []named) {
	s, err := parquetfile.Schema(table)
	require.NoError(t, err)
	var published struct {
		Fields []struct {
			Name     string
			Type     any
			Nullable bool
			Metadata map[string]any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(s.String()), &published, json.MatchCaseInsensitiveNames(true)))
	for _, f := range published.Fields {
		require.NotNil(t, f.Metadata, f.Name)
		columns = append(columns, named{f.Name, deltaKind(f.Type), f.Nullable})
	}
	return columns
}

func deltaKind(t any) string {
	complex, nested := t.(map[string]any)
	switch {
	case !nested:
		return t.(string)
	case complex["type"] == "array":
		return "array of " + deltaKind(complex["elementType"])
	}
	text := "struct"
	for _, f := range complex["fields"].([]any) {
		field := f.(map[string]any)
		text += fmt.Sprintf(" %s:%s", field["name"], deltaKind(field["type"]))
	}
	return text
}

// parquetColumns reads the schema of a file.
func parquetColumns(t *testing.T, table string) (columns []named) {
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{}), table, randomRows(table, 3))
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for _, f := range file.Schema().Fields() {
		columns = append(columns, named{f.Name(), parquetKind(f), f.Optional()})
	}
	return columns
}

func parquetKind(node parquet.Node) string {
	if !node.Leaf() {
		if node.Type().LogicalType() != nil {
			return "array of " + parquetKind(node.Fields()[0].Fields()[0])
		}
		text := "struct"
		for _, f := range node.Fields() {
			text += fmt.Sprintf(" %s:%s", f.Name(), parquetKind(f))
		}
		return text
	}
	logical := ""
	if node.Type().LogicalType() != nil {
		logical = node.Type().LogicalType().String()
	}
	return map[string]string{
		"INT64 INT(64,true)": "long",
		"INT64 TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)": "timestamp",
		"DOUBLE ": "double", "BOOLEAN ": "boolean", "BYTE_ARRAY STRING": "string", "BYTE_ARRAY ": "binary",
	}[node.Type().Kind().String()+" "+logical]
}

// TestColumnPathsSurviveReuse: parquet-go wipes them when a writer is reset,
// and readers that go by them would then find no column.
func TestColumnPathsSurviveReuse(t *testing.T) {
	w := parquetfile.NewWriter(parquetfile.Options{RowGroupRows: 64})
	for range 3 {
		data, _ := write(t, w, schema.TrainingLog, randomRows(schema.TrainingLog, 200))
		file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		require.Len(t, file.Metadata().RowGroups, 4)
		for _, group := range file.Metadata().RowGroups {
			for i, c := range group.Columns {
				require.Equal(t, file.Schema().Columns()[i], []string(c.MetaData.PathInSchema))
			}
		}
	}
}

func TestARowGroupIsBoundedInBytes(t *testing.T) {
	rows := randomRows(schema.Transitions, 512)
	noise := rand.NewChaCha8([32]byte{})
	for _, row := range rows {
		text := make([]byte, 5_000)
		_, _ = noise.Read(text) // it never fails
		row.(*schema.TransitionRow).State = hex.EncodeToString(text)
	}
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{RowGroupBytes: 1 << 20}), schema.Transitions, rows)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	require.Greater(t, len(file.RowGroups()), 1)
	require.Len(t, read(t, data, schema.Transitions), 512)
}

func TestRowsAreFoundByBloomFilter(t *testing.T) {
	rows := randomRows(schema.Transitions, 500)
	for i, row := range rows {
		row.Head().EventID = fmt.Sprint("event-", i)
	}
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{RowGroupRows: 128}), schema.Transitions, rows)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for _, column := range []string{"event_id", "episode_id", "task_id", "group_id"} {
		leaf, found := file.Schema().Lookup(column)
		require.True(t, found)
		groups := slices.Chunk(rows, 128) // Write sorted rows
		i := 0
		for some := range groups {
			filter := file.RowGroups()[i].ColumnChunks()[leaf.ColumnIndex].BloomFilter()
			require.NotNil(t, filter, column)
			for _, row := range some {
				found, err := filter.Check(parquet.ByteArrayValue([]byte(idOf(row, column))))
				require.NoError(t, err)
				require.True(t, found || idOf(row, column) == "", "%s of row group %d", column, i)
			}
			found, err := filter.Check(parquet.ByteArrayValue([]byte("no such id")))
			require.NoError(t, err)
			require.False(t, found)
			i++
		}
	}
}

func idOf(row schema.Row, column string) string {
	r := row.(*schema.TransitionRow)
	ids := map[string]string{"event_id": r.EventID, "episode_id": r.EpisodeID, "task_id": r.TaskID}
	if r.GroupID != nil {
		ids["group_id"] = *r.GroupID
	}
	return ids[column]
}

func TestOnlyLongTextsPayForZstd(t *testing.T) {
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{}), schema.Transitions, randomRows(schema.Transitions, 100))
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for column, codec := range map[string]format.CompressionCodec{
		"policy_version": format.Snappy, "reward": format.Snappy, "truncated": format.Snappy, "action_valid": format.Snappy,
		"log_offset": format.Snappy, "episode_id": format.Snappy,
		"state": format.Zstd, "instruction": format.Zstd, "info": format.Zstd,
		"salt": format.Uncompressed, "event_hash": format.Uncompressed,
	} {
		leaf, found := file.Schema().Lookup(column)
		require.True(t, found)
		require.Equal(t, codec, file.Metadata().RowGroups[0].Columns[leaf.ColumnIndex].MetaData.Codec, column)
	}
}
