package schema

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func shuffledRows(n int) []Row {
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]Row, n)
	for i := range rows {
		r := new(TransitionRow)
		r.Environment = []string{"a", "b", ""}[random.IntN(3)]
		r.TaskID, r.EpisodeID = fmt.Sprint(random.IntN(9)), fmt.Sprint(random.IntN(50))
		r.Step, r.Partition, r.Offset = random.Int64N(20), random.Int64N(2), int64(i)
		rows[i] = r
	}
	return rows
}

func TestSortAgreesWithCompare(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5000} {
		rows := shuffledRows(n)
		want := slices.Clone(rows)
		slices.SortFunc(want, Compare)
		Sort(rows)
		require.Equal(t, want, rows)
	}
}

func BenchmarkSort(b *testing.B) {
	rows := shuffledRows(20_000)
	for b.Loop() {
		b.StopTimer()
		unsorted := slices.Clone(rows)
		b.StartTimer()
		Sort(unsorted)
	}
}
