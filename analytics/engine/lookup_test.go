package engine

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPositionsBehaveLikeAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		position := rapid.Custom(func(t *rapid.T) Position {
			return Position{rapid.Int64Range(0, 2).Draw(t, "generation"), rapid.Int64Range(0, 4).Draw(t, "partition"), rapid.Int64Range(0, 50).Draw(t, "offset")}
		})
		want := map[Position]float64{}
		all := rapid.SliceOfN(position, 0, 60).Draw(t, "positions")
		p := NewPositions(len(all))
		for i, at := range all {
			want[at] = float64(i)
			p.Set(at, float64(i))
		}
		require.Equal(t, len(want), p.Len())
		asked := position.Draw(t, "asked")
		value, ok := p.Get(asked)
		wanted, wantOK := want[asked]
		require.Equal(t, wantOK, ok)
		require.Equal(t, wanted, value)
	})
}

func TestLookupInSQL(t *testing.T) {
	db := open(t)
	p := NewPositions(3)
	p.Set(Position{0, 1, 7}, 0.5)
	p.Set(Position{0, 1, 4000}, 0.25)
	p.Set(Position{2, 1, 7}, -1)
	require.NoError(t, db.DefineLookup(t.Context(), "corrected", p))

	_, got := read(t, db, `SELECT g, i, corrected(g, 1, i, r) FROM
		(SELECT i, g, CASE WHEN i % 2 = 0 THEN 9.0::DOUBLE END AS r FROM range(10000) a(i), range(3) b(g))
		WHERE corrected(g, 1, i, r) < 9 ORDER BY ALL`)
	require.Equal(t, [][]any{{int64(0), int64(7), 0.5}, {int64(0), int64(4000), 0.25}, {int64(2), int64(7), -1.0}}, got, "numbers of their positions, NULL or not")

	_, got = read(t, db, `SELECT count(*), count(corrected(0, 1, i, CASE WHEN i % 2 = 0 THEN 9.0::DOUBLE END)) FROM range(10000) a(i)`)
	require.Equal(t, [][]any{{int64(10000), int64(5001)}}, got, "other NULLs stay NULL")
	_, got = read(t, db, `SELECT corrected(0, 1, 7, NULL), corrected(0, 2, 7, NULL), corrected(0, 2, 7, 3)`)
	require.Equal(t, [][]any{{0.5, nil, 3.0}}, got)
	require.ErrorContains(t, db.DefineLookup(t.Context(), "", p), "define SQL function")
}
