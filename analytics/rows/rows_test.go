package rows

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecimal(t *testing.T) {
	for want, d := range map[string]Decimal{
		"0":      {big.NewInt(0), 0},
		"0.00":   {big.NewInt(0), 2},
		"-0.05":  {big.NewInt(-5), 2},
		"12.345": {big.NewInt(12345), 3},
		"-7":     {big.NewInt(-7), 0},
	} {
		require.Equal(t, want, d.String())
	}
}

func TestTimes(t *testing.T) {
	require.Equal(t, "1969-12-31", Date(-1).String())
	require.Equal(t, "2024-02-29", Date(19782).String())
	require.Equal(t, "00:00:00", Clock(0).String())
	require.Equal(t, "23:59:59.000001", Clock(86_399_000_001).String())
	require.Equal(t, "24:00:00", Clock(86_400_000_000).String())
	for want, i := range map[string]Interval{
		"PT0S":        {},
		"P14M3DT1.5S": {14, 3, 1_500_000},
		"P-1M":        {Months: -1},
		"PT-0.25S":    {Micros: -250_000},
		"P1D":         {Days: 1},
	} {
		require.Equal(t, want, i.String())
	}
}

func TestNamesOfNestedTypes(t *testing.T) {
	record := RecordOf(Column{"event_id", TextType}, Column{"A b", ListOf(IntType)}, Column{"1st", DoubleType}, Column{`q"`, BoolType})
	require.Equal(t, `STRUCT(event_id VARCHAR, "A b" BIGINT[], "1st" DOUBLE, "q""" BOOLEAN)[]`, ListOf(record).Name)
	require.Equal(t, "MAP(VARCHAR, TIMESTAMP WITH TIME ZONE)", MapOf(TextType, TimestampType).Name)
	require.True(t, IntType.Numbers())
	require.False(t, JSONType.Numbers())
}

func TestOf(t *testing.T) {
	r := Of([]Column{{"n", IntType}}, []any{int64(1)}, []any{nil})
	require.Equal(t, "n", r.Columns()[0].Name)
	require.True(t, r.Next())
	require.Equal(t, []any{int64(1)}, r.Row())
	require.True(t, r.Next())
	require.Equal(t, []any{nil}, r.Row())
	require.False(t, r.Next())
	require.NoError(t, r.Err())
}
