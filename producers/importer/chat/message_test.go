package chat_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

func TestTheSpellingsOfAMessage(t *testing.T) {
	for raw, want := range map[string]chat.Message{
		`{"role":"developer","content":"x"}`:                                                             {Role: chat.System, Text: "x"},
		`{"from":"human","value":"x"}`:                                                                   {Role: chat.User, Text: "x"},
		`{"role":"user","content":null}`:                                                                 {Role: chat.User},
		`{"role":"user","content":["a",{"type":"text","text":"b"}]}`:                                     {Role: chat.User, Text: "a\nb"},
		`{"role":"user","content":[{"type":"image_url","url":"u"}]}`:                                     {Role: chat.User, Text: "[image_url]"},
		`{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"r"}]}]}`:      {Role: chat.User, Text: "r"},
		`{"role":"assistant","content":"x","reasoning_content":"y"}`:                                     {Role: chat.Assistant, Text: "x", Thought: "y"},
		`{"role":"assistant","content":[{"type":"thinking","thinking":"y"},{"type":"text","text":"x"}]}`: {Role: chat.Assistant, Text: "x", Thought: "y"},
		`{"role":"tool","content":"","error":"boom"}`:                                                    {Role: chat.Tool, Text: "boom", Error: "boom"},
		`{"role":"function","name":"f","content":"3"}`:                                                   {Role: chat.Tool, Text: "3"},
	} {
		got, err := chat.ParseMessage(jsontext.Value(raw))
		require.NoError(t, err, raw)
		require.Equal(t, raw, string(got.Raw))
		got.Raw = nil
		require.Equal(t, want, got, raw)
	}
}

func TestTheSpellingsOfAToolCall(t *testing.T) {
	for _, raw := range []string{
		`{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1.0}"}}]}`,
		`{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":{ "a": 1.0 }}}]}`,
		`{"role":"assistant","tool_calls":["{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1.0}\"}}"]}`,
		`{"role":"assistant","tool_calls":"[{\"id\":\"1\",\"name\":\"f\",\"arguments\":{\"a\":1.0}}]"}`,
		`{"role":"assistant","tool_calls":[{"id":"1","function":"f","args":{"a":1.0}}]}`,
		`{"role":"assistant","function_call":{"id":"1","name":"f","arguments":"{\"a\":1.0}"}}`,
		`{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{"a":1.0}}]}`,
		`{"from":"function_call","value":"{\"id\":\"1\",\"name\":\"f\",\"arguments\":{\"a\":1.0}}"}`,
	} {
		m, err := chat.ParseMessage(jsontext.Value(raw))
		require.NoError(t, err, raw)
		require.Equal(t, []chat.ToolCall{{ID: "1", Name: "f", Arguments: jsontext.Value(`{"a":1.0}`)}}, m.Calls, raw)
		require.Empty(t, m.Text)
	}
}

func TestArgumentsAreNeverRewritten(t *testing.T) {
	for raw, want := range map[string]string{
		`{"name":"f","arguments":"{\"b\": 1e2,  \"a\":null}"}`: `{"name":"f","arguments":{"b": 1e2,  "a":null}}`,
		`{"name":"f","arguments":"{\"cut off\": "}`:            `{"name":"f","arguments":"{\"cut off\": "}`,
		`{"name":"f","arguments":""}`:                          `{"name":"f","arguments":""}`,
		`{"name":"f"}`:                                         `{"name":"f","arguments":{}}`,
		`{"name":"f","arguments":{"n":12345678901234567890}}`:  `{"name":"f","arguments":{"n":12345678901234567890}}`,
	} {
		m, err := chat.ParseMessage(jsontext.Value(`{"role":"assistant","tool_calls":[` + raw + `]}`))
		require.NoError(t, err)
		require.Equal(t, want, chat.Action(m.Calls))
	}
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	for raw, want := range map[string]string{
		`{"content":"x"}`:                                                "role is missing",
		`{"role":"pirate"}`:                                              `role "pirate" is unknown`,
		`{"role":1}`:                                                     "role is a JSON number",
		`{"role":"user","content":1}`:                                    "content is a JSON number",
		`{"role":"user","content":[{"type":"text"}]}`:                    "content block 0: text is missing",
		`{"role":"assistant","tool_calls":[{"function":{}}]}`:            "tool_calls tool call 0: function.name is missing",
		`{"role":"assistant","tool_calls":"no"}`:                         "tool_calls is a string that holds no valid JSON",
		`{"role":"assistant","tool_calls":[{"function":{"name":null}}]}`: "name is missing",
		`[]`: "is a JSON array",
	} {
		_, err := chat.ParseMessage(jsontext.Value(raw))
		require.ErrorContains(t, err, want, raw)
	}
}

func TestThoughtsBetweenTagsAreNotSaid(t *testing.T) {
	for text, want := range map[string][2]string{
		"<think>a\nb</think>\n\nc":   {"a\nb", "c"},
		"a</think>c":                 {"a", "c"},
		"<thinking> a </thinking>c":  {"a", "c"},
		"say <think>a</think> aloud": {"", "say <think>a</think> aloud"},
		"no tags":                    {"", "no tags"},
		"<think>never closed":        {"", "<think>never closed"},
		"<think></think>c":           {"", "c"},
	} {
		thought, said := chat.SplitThought(text)
		require.Equal(t, want, [2]string{thought, said}, text)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(`{"role":"assistant","content":[{"type":"tool_use","name":"f","input":{}}],"tool_calls":["{\"name\":\"f\"}"],"usage":{"prompt_tokens":1}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := chat.ParseMessage(jsontext.Value(raw))
		if err == nil {
			require.Equal(t, raw, string(m.Raw))
			require.True(t, jsontext.Value(chat.Action(m.Calls)).IsValid(jsontext.AllowDuplicateNames(true)))
		}
	})
}
