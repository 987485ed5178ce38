package engine

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNumbersBehaveLikeAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		highs, lows := rapid.Uint64Range(0, 3), rapid.OneOf(rapid.Int64Range(0, 200), rapid.Int64Range(0, 1<<40-1))
		want := map[[2]int64]float64{}
		n := NewNumbers(60)
		for i := range rapid.IntRange(0, 60).Draw(t, "keys") {
			high, low := highs.Draw(t, "high"), lows.Draw(t, "low")
			want[[2]int64{int64(high), low}] = float64(i)
			n.Set(Key(high, low), float64(i))
		}
		require.Equal(t, len(want), n.Len())

		var high []uint64
		var low []int64
		for key := range want {
			high, low = append(high, uint64(key[0])), append(low, key[1])
		}
		for range 20 {
			high, low = append(high, highs.Draw(t, "asked high")), append(low, lows.Draw(t, "asked low"))
		}
		values := make([]float64, len(low))
		found := n.replace(high, low, values)
		for i := range low {
			wanted, ok := want[[2]int64{int64(high[i]), low[i]}]
			require.Equal(t, wanted, values[i])
			require.Equal(t, ok, slices.Contains(found, i))
		}
	})
}

func TestLookupInSQL(t *testing.T) {
	db := open(t)
	n := NewNumbers(3)
	n.Set(Key(1, 7), 0.5)
	n.Set(Key(1, 4000), 0.25)
	n.Set(Key(2, 7), -1)
	require.NoError(t, db.DefineLookup(t.Context(), "corrected", n))

	_, got := read(t, db, `SELECT h, i, corrected(h, i, r) FROM
		(SELECT i, h::UBIGINT AS h, CASE WHEN i % 2 = 0 THEN 9.0::DOUBLE END AS r FROM range(10000) a(i), range(3) b(h))
		WHERE corrected(h, i, r) < 9 ORDER BY ALL`)
	require.Equal(t, [][]any{{uint64(1), int64(7), 0.5}, {uint64(1), int64(4000), 0.25}, {uint64(2), int64(7), -1.0}}, got, "numbers of their keys, NULL or not")

	_, got = read(t, db, `SELECT count(*), count(corrected(1, i, CASE WHEN i % 2 = 0 THEN 9.0::DOUBLE END)) FROM range(10000) a(i)`)
	require.Equal(t, [][]any{{int64(10000), int64(5001)}}, got, "other NULLs stay NULL")
	_, got = read(t, db, `SELECT corrected(1, 7, NULL), corrected(1, 8, NULL), corrected(1, 8, 3)`)
	require.Equal(t, [][]any{{0.5, nil, 3.0}}, got)
	require.ErrorContains(t, db.DefineLookup(t.Context(), "", n), "define SQL function")
}
