package mapping

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
)

func cell(text string) sql.NullString { return sql.NullString{String: text, Valid: true} }

func TestCellsAreReadAsTheirKind(t *testing.T) {
	r := row{"n": cell("3"), "x": cell("3.0"), "half": cell("3.5"), "b": cell("TRUE"), "t": cell("2024-05-06 07:08:09.5"), "z": cell("2024-05-06 07:08:09+02"),
		"l": cell(`["a","b"]`), "o": cell(`{"a":1}`), "null": {}, "word": cell("much")}
	for _, name := range []string{"n", "x"} {
		n, err := r.whole(name)
		require.NoError(t, err)
		require.EqualValues(t, 3, *n)
	}
	b, err := r.truth("b")
	require.NoError(t, err)
	require.True(t, *b)
	at, err := r.moment("t")
	require.NoError(t, err)
	require.Equal(t, time.Date(2024, 5, 6, 7, 8, 9, 5e8, time.UTC), at)
	at, err = r.moment("z")
	require.NoError(t, err)
	require.True(t, at.Equal(time.Date(2024, 5, 6, 5, 8, 9, 0, time.UTC)))
	l, err := r.list("l")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, l)
	require.Nil(t, r.text("null"))

	_, err = r.whole("half")
	require.ErrorContains(t, err, `half "3.5": must be a whole number`)
	_, err = r.truth("word")
	require.ErrorContains(t, err, "must be true or false")
	_, err = r.moment("word")
	require.ErrorContains(t, err, "must be a timestamp")
	_, err = r.list("o")
	require.ErrorContains(t, err, "must be a list of texts")
	_, err = r.object("l")
	require.ErrorContains(t, err, "must be a JSON object")
}

// FuzzRow holds that no text in a cell does more than be refused.
func FuzzRow(f *testing.F) {
	f.Add("1", `{"a":1}`)
	f.Add("2024-01-01", `["a"]`)
	f.Add("1e999", `null`)
	f.Fuzz(func(t *testing.T, plain, structured string) {
		r := row{}
		for _, c := range Columns() {
			r[c.Name] = cell(plain)
			if c.kind == list || c.kind == object {
				r[c.Name] = cell(structured)
			}
		}
		_, _ = r.step()
		e, err := r.episode()
		require.True(t, (e == nil) == (err != nil))
		a := assembler{yield: func(_ int, e *importer.Episode, err error) error {
			require.True(t, (e == nil) == (err != nil))
			return nil
		}}
		for _, c := range Columns() {
			a.columns = append(a.columns, &c)
		}
		cells := make([]sql.NullString, len(a.columns))
		for i, c := range a.columns {
			cells[i] = r[c.Name]
		}
		require.NoError(t, a.row(cells))
		require.NoError(t, a.row(cells))
		require.NoError(t, a.flush())
	})
}
