package importer

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// cut returns what Values yields, as number, path and text.
func cut(text string, depth int) ([]string, error) {
	var got []string
	err := Values(strings.NewReader(text), depth, func(v Value) error {
		got = append(got, fmt.Sprintf("%d %s %s", v.Number, strings.Join(v.Path, "/"), v.Raw))
		return v.Err
	})
	return got, err
}

func TestValuesAreCutAtTheirDepth(t *testing.T) {
	for _, c := range []struct {
		text  string
		depth int
		want  []string
	}{
		{`{"a":1} [2] "x" 3 true`, 0, []string{`1  {"a":1}`, `2  [2]`, `3  "x"`, `4  3`, `5  true`}},
		{` [ {"a": [1, 2]} , "b]" ,null, -1.5e3 ] `, 1, []string{`1 0 {"a": [1, 2]}`, `2 1 "b]"`, `3 2 null`, `4 3 -1.5e3`}},
		{`{"k\u0041":{"x":"}\""},"l":[]}`, 1, []string{`1 kA {"x":"}\""}`, `2 l []`}},
		{`{"a":{"b":1,"c":[2]},"d":3}`, 2, []string{`1 a/b 1`, `2 a/c [2]`, `3 d 3`}},
		{`[] {}`, 1, nil},
		{``, 1, nil},
		// Broken inside, but its brackets match: those behind it are still read.
		{`[{"a":NaN},{"b":tru},{"c":1}]`, 1, []string{`1 0 {"a":NaN}`, `2 1 {"b":tru}`, `3 2 {"c":1}`}},
	} {
		got, err := cut(c.text, c.depth)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestValuesSayWhereTheDocumentBreaks(t *testing.T) {
	for text, want := range map[string]string{
		`[{"a":1},{"b":`: "ends inside record 2, at byte 14",
		`["a`:            "ends inside record 1",
		`[1 2]`:          "byte 4, record 2",
		`[1,]`:           "a value must stand",
		`{"a":1,2}`:      "the name of a member must stand",
		`{"a" 1}`:        "a colon must stand",
		`{"a`:            "cut short",
		`]`:              "a value must stand",
	} {
		_, err := cut(text, 1)
		require.ErrorContains(t, err, want, text)
	}
}

func TestWhatYieldReturnsEndsTheReading(t *testing.T) {
	stop := errors.New("stop")
	n := 0
	err := Values(strings.NewReader(`[1,2,3]`), 1, func(Value) error { n++; return stop })
	require.Equal(t, stop, err)
	require.Equal(t, 1, n)
}

// large reads as before, size bytes of x, and after.
func large(before string, size int64, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), io.LimitReader(letters{}, size), strings.NewReader(after))
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestARecordOf100MBIsRefusedAndTheRestGoesOn(t *testing.T) {
	const size = 100 << 20
	for name, r := range map[string]io.Reader{
		"lines": large("{\"a\":1}\n{\"a\":\"", size, "\"}\n{\"a\":3}\n"),
		"array": large(`[{"a":1},{"a":"`, size, `"},{"a":3}]`),
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			err := Records(r, func(v Value) error {
				if v.Err != nil {
					var tooLarge *SizeError
					require.ErrorAs(t, v.Err, &tooLarge)
					require.GreaterOrEqual(t, tooLarge.Bytes, int64(size))
					require.Empty(t, v.Raw)
				}
				got = append(got, fmt.Sprintf("%d %t %s", v.Number, v.Err != nil, v.Raw))
				return nil
			})
			require.NoError(t, err)
			require.Equal(t, []string{`1 false {"a":1}`, `2 true null`, `3 false {"a":3}`}, got)
		})
	}
}

func TestRecordsAreFoundHoweverTheyAreHeld(t *testing.T) {
	for text, want := range map[string][]string{
		"{\"a\":1}\n\n{\"a\":2}\n":       {`1 {"a":1}`, `3 {"a":2}`},
		"{\"a\":1\n{\"a\":2}\n":          {`1 {"a":1`, `2 {"a":2}`},
		"[{\"a\":1},{\"a\":2}]":          {`1 {"a":1}`, `2 {"a":2}`},
		"{\n \"a\":1\n}\n{\n \"a\":2\n}": {"1 {\n \"a\":1\n}", "2 {\n \"a\":2\n}"},
		"{\"a\":1,\n \"b\":2}":           {"1 {\"a\":1,\n \"b\":2}"},
		"{\"a\":1}":                      {`1 {"a":1}`},
		"":                               nil,
	} {
		var got []string
		require.NoError(t, Records(strings.NewReader(text), func(v Value) error {
			got = append(got, fmt.Sprintf("%d %s", v.Number, v.Raw))
			return nil
		}), text)
		require.Equal(t, want, got, text)
	}
}

func TestRecordsByName(t *testing.T) {
	for text, want := range map[string][]string{
		"{\"0\":{\"a\":1},\"1\":{\"a\":2}}": {`1 {"a":1}`, `2 {"a":2}`},
		"{\n\"0\":{\"a\":1},\n\"1\":{}}":    {`1 {"a":1}`, `2 {}`},
		"{\"a\":1}\n{\"a\":2}\n":            {`1 {"a":1}`, `2 {"a":2}`},
		"[{\"a\":1}]":                       {`1 {"a":1}`},
	} {
		var got []string
		require.NoError(t, Keyed(strings.NewReader(text), func(v Value) error {
			got = append(got, fmt.Sprintf("%d %s", v.Number, v.Raw))
			return nil
		}), text)
		require.Equal(t, want, got, text)
	}
}

// FuzzValues holds Values against a whole decoder: of valid JSON it cuts the
// same elements, and it never fails on what is valid.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{`[1,"a",{"b":[2]}]`, `{"a":{"b":1},"c":[]}`, `[[[`, `"\`, `{"a":1}{"b":2}`, `[1,]`, "\x00"} {
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, text string, depth int) {
		var got []jsontext.Value
		err := Values(strings.NewReader(text), depth%4, func(v Value) error {
			got = append(got, append(jsontext.Value(nil), v.Raw...))
			return nil
		})
		var want []jsontext.Value
		if json.Unmarshal([]byte(text), &want) != nil || depth%4 != 1 {
			return
		}
		if want == nil { // null
			return
		}
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i := range want {
			require.NoError(t, got[i].Compact())
			require.NoError(t, want[i].Compact())
			require.Equal(t, string(want[i]), string(got[i]))
		}
	})
}
