package chat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

func parse(t *testing.T, text string) *chat.Object {
	t.Helper()
	o, err := chat.ParseObject([]byte(text))
	require.NoError(t, err)
	return o
}

func TestWhatNobodyTookIsLeft(t *testing.T) {
	o := parse(t, `{"a":1, "b" : {"x": 1.0,"y":null}, "a":2, "c\n":"\u00e9", "d":null}`)
	require.Equal(t, int64(2), *o.Int("a"), "of a doubled member the last counts")
	require.Nil(t, o.Text("d"), "null is absent")
	require.NoError(t, o.Err())
	require.Equal(t, `{"a":1,"b":{"x": 1.0,"y":null},"c\n":"\u00e9","d":null}`, string(*o.Rest()))

	o = parse(t, `{"a":1}`)
	o.Int("a")
	require.Nil(t, o.Rest())
	o.Leave("a")
	require.Equal(t, `{"a":1}`, string(*o.Rest()))
}

func TestTheFirstWrongMemberIsNamed(t *testing.T) {
	for text, take := range map[string]func(o *chat.Object){
		`{"m":1}`:     func(o *chat.Object) { o.Text("m") },
		`{"m":1.5}`:   func(o *chat.Object) { o.ID("m") },
		`{"m":"1"}`:   func(o *chat.Object) { o.Number("m") },
		`{"m":1e999}`: func(o *chat.Object) { o.Number("m") },
		`{"m":2.5}`:   func(o *chat.Object) { o.Int("m") },
		`{"m":1e30}`:  func(o *chat.Object) { o.Int("m") },
		`{"m":0}`:     func(o *chat.Object) { o.Bool("m") },
		`{"m":[]}`:    func(o *chat.Object) { o.Object("m") },
		`{"m":[1.5]}`: func(o *chat.Object) { o.Ints("m") },
		`{"m":["a"]}`: func(o *chat.Object) { o.Numbers("m") },
		`{"m":[1]}`:   func(o *chat.Object) { o.Objects("m") },
		`{"m":"[1]"}`: func(o *chat.Object) { o.Messages("", "m") },
		`{}`:          func(o *chat.Object) { o.Require(false, "m") },
	} {
		o := parse(t, text)
		take(o)
		require.ErrorContains(t, o.Err(), "m", text)
		o.Require(false, "later")
		require.NotContains(t, o.Err().Error(), "later")
	}
}

func TestAnErrorInsideAnObjectIsAnErrorOfTheRecord(t *testing.T) {
	o := parse(t, `{"a":{"b":{"c":1}}}`)
	o.Object("a").Object("b").Text("c")
	require.EqualError(t, o.Err(), "a.b.c is a JSON number, must be a string")
}

func TestNumbersThatAreWholeInAnyWriting(t *testing.T) {
	for text, want := range map[string]int64{`{"n":3}`: 3, `{"n":3.0}`: 3, `{"n":-1e3}`: -1000, `{"n":9223372036854775807}`: 1<<63 - 1} {
		o := parse(t, text)
		require.Equal(t, want, *o.Int("n"))
		require.NoError(t, o.Err())
	}
}

func TestTextThatIsNoJSONObjectIsRefused(t *testing.T) {
	for _, text := range []string{``, `[]`, `{`, `{"a":NaN}`, `{"a":1}{}`, `{"a":1}x`, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`, `{a:1}`, `{"a":1,}`, "\x00"} {
		_, err := chat.ParseObject([]byte(text))
		require.Error(t, err, text)
	}
}
