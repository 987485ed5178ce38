package schema

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every column of the struct that is stored is one of Columns, and the other
// way round, in the same order; each says what it means.
func TestColumnsAreThoseOfTheStructs(t *testing.T) {
	for _, table := range Tables() {
		var stored []string
		row := reflect.TypeOf(NewRow(table)).Elem()
		for i := range row.NumField() {
			for j := range row.Field(i).Type.NumField() {
				name, _, _ := strings.Cut(row.Field(i).Type.Field(j).Tag.Get("parquet"), ",")
				stored = append(stored, name)
			}
		}
		var named []string
		for _, c := range Columns(table) {
			named = append(named, c.Name)
			require.NotEmpty(t, c.Doc, "%s.%s", table, c.Name)
		}
		require.Equal(t, stored, named, table)
	}
	require.Panics(t, func() { Columns("nonsense") })
}

func TestColumnsOfNestedTypes(t *testing.T) {
	for _, c := range Columns(Transitions) {
		switch c.Name {
		case "demonstrations":
			require.True(t, c.List && c.Nullable)
			require.Equal(t, "record", c.Type)
			require.Equal(t, []string{"event_id", "similarity"}, []string{c.Fields[0].Name, c.Fields[1].Name})
		case "time":
			require.Equal(t, "timestamp-micros", c.Type)
			require.False(t, c.Nullable)
		case "reward":
			require.Equal(t, "double", c.Type)
			require.True(t, c.Nullable)
		}
	}
}
