package views

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryFileIsAView(t *testing.T) {
	found, err := fs.Glob(files, "*.sql")
	require.NoError(t, err)
	require.Len(t, All(), len(found))
	for _, v := range All() {
		require.Contains(t, found, v.Name+".sql")
		require.NotEmpty(t, v.Summary)
		for column, meaning := range v.Columns {
			require.True(t, strings.HasSuffix(meaning, "."), "%s.%s: %q is no sentence", v.Name, column, meaning)
		}
	}
}

func TestParse(t *testing.T) {
	v, err := Parse("x", "-- Rows of\n-- x.\n--\n-- More about it.\n-- table of contents no longer matters\n--\n-- table episodes\n"+
		"-- column a: An a,\n--   in metres.\n-- column b: A b.\nSELECT 1 -- column c: no.\n")
	require.NoError(t, err)
	require.Equal(t, "Rows of x.", v.Summary)
	require.Equal(t, "episodes", v.Table)
	require.Equal(t, map[string]string{"a": "An a, in metres.", "b": "A b."}, v.Columns)
	require.Equal(t, "An a, in metres.", v.Meaning("a"))
	require.Equal(t, "Number of transitions.", v.Meaning("length"), "of the table")
	require.Empty(t, v.Meaning("nonsense"))
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"SELECT 1",
		"-- Rows.\nSELECT 1",
		"-- Rows.\n--\n-- table nonsense\nSELECT 1",
		"-- Rows.\n--\n-- table calls\n-- column a\nSELECT 1",
		"-- Rows.\n--\n-- table calls\n-- column a: One.\n-- column a: Two.\nSELECT 1",
	} {
		_, err := Parse("x", text)
		require.ErrorContains(t, err, "view x", text)
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range All() {
		f.Add(v.SQL)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := Parse("x", text); err == nil {
			require.NotEmpty(t, v.Summary)
		}
	})
}
