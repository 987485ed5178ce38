package chat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

func records(t *testing.T, file string) map[int]string {
	t.Helper()
	got := map[int]string{}
	require.NoError(t, chat.Records(strings.NewReader(file), func(number int, record []byte, err error) error {
		require.NoError(t, err)
		got[number] = string(record)
		return nil
	}))
	return got
}

func TestTheThreeWaysToHoldRecords(t *testing.T) {
	lines := map[int]string{1: `{"a":1}`, 3: `{"a":2}`}
	list := map[int]string{1: `{"a":1}`, 2: `{"a":2}`}
	require.Equal(t, lines, records(t, "{\"a\":1}\n\n{\"a\":2}\n"), "JSONL: numbered as lines")
	require.Equal(t, list, records(t, `[{"a":1},{"a":2}]`))
	require.Equal(t, list, records(t, "\n [\n  {\"a\":1},\n  {\"a\":2}\n]\n"))
	require.Equal(t, map[int]string{1: "{\n \"a\": 1\n}"}, records(t, "{\n \"a\": 1\n}\n"))
	require.Equal(t, map[int]string{1: `{"a":1`, 2: `{"a":2}`}, records(t, "{\"a\":1\n{\"a\":2}"), "a broken line is a record")
	require.Equal(t, map[int]string{1: `{"a":"` + strings.Repeat("x", 1<<17) + `"}`}, records(t, `{"a":"`+strings.Repeat("x", 1<<17)+`"}`))
}

func TestAnEmptyFileHoldsNoRecords(t *testing.T) {
	for _, file := range []string{"", " \n\n"} {
		require.ErrorContains(t, chat.Records(strings.NewReader(file), nil), "empty")
	}
}

func TestRecordsStopsWithTheErrorOfItsReader(t *testing.T) {
	stop := errors.New("stop")
	for _, file := range []string{"{}\n{}\n", "[{},{}]"} {
		calls := 0
		err := chat.Records(strings.NewReader(file), func(int, []byte, error) error { calls++; return stop })
		require.ErrorIs(t, err, stop)
		require.Equal(t, 1, calls)
	}
}
