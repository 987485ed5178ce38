package parquetfile_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// benchRows returns transitions of some 1.1 KB, in the order in which episodes
// that are played at the same time reach the log.
func benchRows(b *testing.B, n int) []schema.Row {
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 1000)
	for i := range vocabulary {
		vocabulary[i] = fmt.Sprintf("%x", r.Uint32N(1<<24))
	}
	text := func(words int) string {
		picked := make([]string, words)
		for i := range picked {
			picked[i] = vocabulary[int(r.ExpFloat64()*200)%len(vocabulary)]
		}
		return strings.Join(picked, " ")
	}
	sealer := schema.NewSealer([]byte("key"))
	episodes := make([]string, 40)
	rows := make([]schema.Row, n)
	for i := range rows {
		lane, step := i%len(episodes), i/len(episodes)%20
		if step == 0 {
			episodes[lane] = uuid.NewString()
		}
		row := &schema.TransitionRow{}
		row.EventID, row.EventType, row.SchemaVersion, row.Source = uuid.NewString(), schema.TypeTransition, 1, "bench"
		row.EpisodeID, row.Subject = episodes[lane], episodes[lane]
		row.Environment, row.Split, row.Purpose, row.Origin = "browser", "train", "collect", "real"
		row.TaskID, row.Step = fmt.Sprint("task-", lane*7%13), int64(step)
		row.State, row.Action, row.NextState = text(65), text(4), text(65)
		row.Producer, row.Sequence, row.Reward = new("producer"), new(int64(i)), new(0.0)
		row.Time, row.IngestTime = schema.Micros(1_700_000_000_000_000+i*1000), schema.Micros(1_700_000_000_000_000+i*1000)
		row.Partition, row.Offset = int64(lane%4), int64(i/4)
		require.NoError(b, sealer.Seal(row))
		rows[i] = row
	}
	return rows
}

func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows)/1000, "µs/row")
}

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{100, 20_000} {
		for _, small := range []bool{false, true} {
			b.Run(fmt.Sprintf("rows=%d/small=%v", n, small), func(b *testing.B) {
				rows := benchRows(b, n)
				w := parquetfile.NewWriter(parquetfile.Options{Small: small})
				var out bytes.Buffer
				b.ReportAllocs()
				for b.Loop() {
					out.Reset()
					_, err := w.Write(&out, schema.Transitions, rows)
					require.NoError(b, err)
				}
				perRow(b, n)
				b.ReportMetric(float64(out.Len())/float64(n), "B/row")
			})
		}
	}
}

func BenchmarkRead(b *testing.B) {
	const n = 20_000
	var out bytes.Buffer
	_, err := parquetfile.NewWriter(parquetfile.Options{}).Write(&out, schema.Transitions, benchRows(b, n))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		require.NoError(b, parquetfile.Read(b.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), schema.Transitions, func(rows []schema.Row) error {
			read += len(rows)
			return nil
		}))
		require.Equal(b, n, read)
	}
	perRow(b, n)
}
