package delta_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/local"
)

// wideStats are as long as those of a real data file.
func wideStats(n int) delta.Stats {
	s := delta.Stats{Rows: 100, Min: map[string]any{}, Max: map[string]any{}, Nulls: map[string]int64{}}
	for i := range 40 {
		column := fmt.Sprintf("some_column_%02d", i)
		s.Nulls[column] = int64(n)
		if i%2 == 0 {
			s.Min[column], s.Max[column] = fmt.Sprintf("%032d", n), fmt.Sprintf("%032d", n+1)
		}
	}
	return s
}

// busyTable makes a table with a number of appends, and a compaction and a
// checkpoint after every hundred.
func busyTable(b *testing.B, s store.Store, appends int) *delta.Log {
	log := delta.New(s, "t")
	at := time.Now()
	token := 0
	info := func() delta.Action {
		token++
		return delta.Action{CommitInfo: new(delta.NewCommitInfo(at, "WRITE", "bench", fmt.Sprint(token)))}
	}
	require.NoError(b, log.Create(b.Context(), delta.Definition{ID: "x", Schema: columns}, delta.NewCommitInfo(at, "CREATE TABLE", "bench", "0")))
	state, err := log.Load(b.Context())
	require.NoError(b, err)
	var small []*delta.Add
	for i := range appends {
		add := delta.NewAdd(fmt.Sprintf("part-%05d.parquet", i), 1000, at, true, wideStats(i), map[string]string{"dreamlog.offsets": `{"0/0":[1,2]}`})
		small = append(small, add)
		require.NoError(b, log.Publish(b.Context(), state, []delta.Action{info(), {Txn: &delta.Txn{AppID: "app", Version: int64(i)}}, {Add: add}}))
		if len(small) == 100 && i < appends-1 {
			compaction := []delta.Action{info(), {Add: delta.NewAdd(fmt.Sprintf("big-%05d.parquet", i), 1000, at, false, wideStats(i), nil)}}
			for _, a := range small {
				compaction = append(compaction, delta.Action{Remove: a.NewRemove(at, false)})
			}
			require.NoError(b, log.Publish(b.Context(), state, compaction))
			small = nil
		}
		if state.CheckpointDue() {
			require.NoError(b, log.Checkpoint(b.Context(), state))
		}
	}
	return log
}

func localStore(b *testing.B) store.Store {
	s, err := local.Open(b.TempDir())
	require.NoError(b, err)
	return s
}

func BenchmarkPlan(b *testing.B) {
	log := busyTable(b, localStore(b), 5000)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			state, err := log.Load(b.Context())
			require.NoError(b, err)
			files, err := state.Files()
			require.NoError(b, err)
			require.Less(b, len(files), 200)
		}
	})
	state, err := log.Load(b.Context())
	require.NoError(b, err)
	b.Run("refresh", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, log.Refresh(b.Context(), state))
			_, err := state.Files()
			require.NoError(b, err)
		}
	})
	b.Run("checkpoint", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, log.Checkpoint(b.Context(), state.Clone()))
		}
	})
}

func BenchmarkCommit(b *testing.B) {
	log := busyTable(b, localStore(b), 100)
	state, err := log.Load(b.Context())
	require.NoError(b, err)
	n := 0
	for b.Loop() {
		n++
		at := time.Now()
		require.NoError(b, log.Publish(b.Context(), state, []delta.Action{
			{CommitInfo: new(delta.NewCommitInfo(at, "WRITE", "bench", fmt.Sprint("c", n)))},
			{Add: delta.NewAdd(fmt.Sprintf("c-%05d.parquet", n), 1000, at, true, wideStats(n), nil)},
		}))
	}
}
