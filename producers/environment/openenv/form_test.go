package openenv

import (
	"encoding/json"
	"math"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func schemaOf(t testing.TB, text string) (s objectSchema) {
	require.NoError(t, json.Unmarshal([]byte(text), &s))
	return s
}

func TestActionsOfWords(t *testing.T) {
	const (
		message = `{"properties":{"metadata":{"type":"object"},"message":{"type":"string"}},"required":["message"]}`
		number  = `{"properties":{"action_id":{"type":"integer"},"game":{"type":"string","default":"catch"}},"required":["action_id"]}`
		two     = `{"properties":{"tool":{"type":"string"},"args":{"type":"object"}},"required":["tool","args"]}`
		maybe   = `{"properties":{"metadata":{"type":"object"},"code":{"anyOf":[{"type":"null"},{"type":"string"}]},"n":{"type":"integer"}}}`
		choice  = `{"properties":{"move":{"$ref":"#/$defs/Move"}},"required":["move"],"$defs":{"Move":{"enum":["up"],"type":"string"}}}`
		circle  = `{"properties":{"a":{"$ref":"#/$defs/A"}},"required":["a"],"$defs":{"A":{"$ref":"#/$defs/A"}}}`
	)
	tests := []struct{ schema, named, words, action string }{
		{message, "", "go north", `{"message":"go north"}`},
		{message, "", " 7 ", `{"message":" 7 "}`},
		{message, "", `{"x":1}`, `{"message":"{\"x\":1}"}`},
		{message, "", `{"message":"hi","metadata":{}}`, `{"message":"hi","metadata":{}}`},
		{number, "", "3", `{"action_id":3}`},
		{number, "", "three", ""},
		{number, "", `{"action_id":3,"game":"chess"}`, `{"action_id":3,"game":"chess"}`},
		{number, "game", "chess", `{"game":"chess"}`},
		{two, "", "look", ""},
		{two, "", `{"tool":"look","args":{}}`, `{"tool":"look","args":{}}`},
		{two, "", `["tool"]`, ""},
		{two, "", `{"tool":`, ""},
		{maybe, "", "print(1)", `{"code":"print(1)"}`},
		{choice, "", "up", `{"move":"up"}`},
		{circle, "", "1", `{"a":1}`},
		{`{}`, "", "{}", `{}`},
	}
	for _, test := range tests {
		form, err := newActionForm(schemaOf(t, test.schema), test.named)
		require.NoError(t, err)
		action, err := form.of(test.words)
		require.Equal(t, test.action, string(action), "%q for %s", test.words, test.schema)
		if test.action == "" {
			require.ErrorIs(t, err, errNotUnderstood)
		} else {
			require.NoError(t, err)
		}
	}
}

func TestObservationsAsText(t *testing.T) {
	const (
		one = `{"properties":{"done":{},"text":{"type":"string"},"n":{"type":"integer"}}}`
		two = `{"properties":{"b":{"type":"string"},"a":{"type":"string"}}}`
	)
	tests := []struct {
		schema string
		fields Fields
		data   string
		text   string
		info   string
	}{
		{one, Fields{}, `{"n":2,"text":"You are here."}`, "You are here.", `{"n":2}`},
		{one, Fields{}, `{"text":null}`, "", ""},
		{one, Fields{Text: "n"}, `{"n":[ 2, {"b":1,"a":1.50}],"text":"x"}`, `[2,{"a":1.50,"b":1}]`, `{"text":"x"}`},
		{two, Fields{}, `{"b":"2", "a":{"z":12345678901234567890,"y":[]}}`, `{"a":{"y":[],"z":12345678901234567890},"b":"2"}`, ""},
		{two, Fields{Instruction: "a"}, `{"b":"2","a":"1"}`, `{"a":"1","b":"2"}`, ""},
		{`{}`, Fields{}, `{}`, `{}`, ""},
	}
	for _, test := range tests {
		form, err := newObservationForm(schemaOf(t, test.schema), test.fields)
		require.NoError(t, err)
		r, err := decodeResult(jsontext.Value(`{"observation":` + test.data + `}`))
		require.NoError(t, err)
		o, err := form.of(r)
		require.NoError(t, err)
		require.Equal(t, test.text, o.Text, test.data)
		require.Nil(t, o.Admissible)
		info := ""
		if i := form.info(r); i != nil {
			info = string(*i)
		}
		require.Equal(t, test.info, info, test.data)
	}
}

func TestActionsThatAreAllowed(t *testing.T) {
	for list, want := range map[string][]string{
		``:                          nil,
		`null`:                      nil,
		`[]`:                        {},
		`["b","a","b",""]`:          {"b", "a"},
		`[1,{"b":1,"a":2},"x",1.0]`: {"1", `{"a":2,"b":1}`, "x", "1.0"},
	} {
		got, err := actions(jsontext.Value(list))
		require.NoError(t, err)
		require.Equal(t, want, got, list)
	}
	_, err := actions(jsontext.Value(`"up"`))
	require.Error(t, err)
}

func TestRewards(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "true": 1, "false": 0, "-1.5": -1.5, "1e3": 1000} {
		reward, err := result{Reward: jsontext.Value(text)}.reward()
		require.NoError(t, err)
		require.Equal(t, want, *reward, text)
	}
	for _, text := range []string{"", "null"} {
		reward, err := result{Reward: jsontext.Value(text)}.reward()
		require.NoError(t, err)
		require.Nil(t, reward)
	}
}

// FuzzAnswer: whatever a server answers, what comes of it can be recorded, or
// there is an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"type":"observation","data":{"observation":{"text":"x","moves":["a"],"n":1},"reward":0.5,"done":true}}`,
		`{"type":"observation","data":{"observation":{"text":{"b":1,"a":[1e400]}},"reward":1e400}}`,
		`{"type":"error","data":{"code":"VALIDATION_ERROR","message":"m","errors":[{"loc":["a",0],"msg":"w"}]}}`,
		`{"type":"state","data":{}}`, `{"type":"observation"}`, `[]`, "<html>", "",
	} {
		f.Add([]byte(seed))
	}
	form := observationForm{text: "text", admissible: "moves", instruction: "text"}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decodeMessage(data)
		if err != nil {
			return
		}
		if m.Type == typeError {
			require.NotEmpty(t, serverError(m.Data).Error())
		}
		r, err := decodeResult(m.Data)
		if err != nil {
			return
		}
		for _, form := range []observationForm{form, {}} {
			o, err := form.of(r)
			if err == nil {
				require.True(t, utf8.ValidString(o.Text))
			}
			if info := form.info(r); info != nil {
				require.True(t, jsontext.Value(*info).IsValid(), "%s", *info)
			}
		}
		if reward, err := r.reward(); err == nil && reward != nil {
			require.False(t, math.IsNaN(*reward) || math.IsInf(*reward, 0))
		}
	})
}

// FuzzAction: whatever an agent says, what is sent is JSON.
func FuzzAction(f *testing.F) {
	f.Add("go north")
	f.Add(`{"message":"x"}`)
	f.Add("\xff")
	f.Add(`{"message":"x","message":"y"}`)
	f.Fuzz(func(t *testing.T, words string) {
		for _, form := range []actionForm{{field: "message", text: true}, {field: "n"}, {}} {
			action, err := form.of(words)
			if err == nil {
				require.Equal(t, jsontext.KindBeginObject, action.Kind())
				require.NotEmpty(t, message{Type: typeStep, Data: action}.encode())
			} else {
				require.ErrorIs(t, err, errNotUnderstood)
			}
		}
	})
}
