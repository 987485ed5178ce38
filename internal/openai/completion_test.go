package openai

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTokensInEveryServersSpelling(t *testing.T) {
	logprobs := `"logprobs":{"content":[{"token":"go","logprob":-0.5},{"token":" on","logprob":-0.25}]}`
	for name, c := range map[string]struct {
		body         string
		prompt, ids  []int64
		logprobs     []float64
		rawIsKnown   bool
		answerTokens int
	}{
		"vLLM": {`{"prompt_token_ids":[1,2,3],"choices":[{"message":{},"token_ids":[7,8],` + logprobs + `}]}`,
			[]int64{1, 2, 3}, []int64{7, 8}, []float64{-0.5, -0.25}, true, 2},
		"vLLM's tokens as ids": {`{"choices":[{"message":{},"logprobs":{"content":[{"token":"token_id:7","logprob":-0.5}]}}]}`,
			nil, []int64{7}, []float64{-0.5}, true, 1},
		"SGLang": {`{"choices":[{"message":{},"prompt_token_ids":[1],"token_ids":[7,8]}]}`,
			[]int64{1}, []int64{7, 8}, nil, false, 2},
		"SGLang's older name": {`{"choices":[{"message":{},"response_token_ids":[7,8],` + logprobs + `}]}`,
			nil, []int64{7, 8}, []float64{-0.5, -0.25}, true, 2},
		"SGLang's meta_info": {`{"choices":[{"message":{},"meta_info":{"output_token_logprobs":[[-0.5,7,"go"],[-0.25,8,null]]}}]}`,
			nil, []int64{7, 8}, []float64{-0.5, -0.25}, false, 2},
		"llama.cpp": {`{"choices":[{"message":{},"logprobs":{"content":[{"id":7,"token":"go","logprob":-0.5},{"id":8,"token":" on","logprob":-0.25}]}}]}`,
			nil, []int64{7, 8}, []float64{-0.5, -0.25}, true, 2},
		"OpenAI, which has no ids": {`{"choices":[{"message":{},` + logprobs + `}]}`, nil, nil, []float64{-0.5, -0.25}, true, 0},
		"log-probabilities of other tokens": {`{"choices":[{"message":{},"token_ids":[7,8,9],` + logprobs + `}]}`,
			nil, []int64{7, 8, 9}, nil, true, 3},
		"ids for some": {`{"choices":[{"message":{},"logprobs":{"content":[{"id":7,"logprob":-0.5},{"logprob":-0.25}]}}]}`,
			nil, nil, []float64{-0.5, -0.25}, true, 0},
		"null": {`{"prompt_token_ids":null,"choices":[{"message":{},"token_ids":null,"logprobs":null}]}`, nil, nil, nil, false, 0},
		"none of the right type": {`{"prompt_token_ids":"x","choices":[{"message":{},"token_ids":[1.5],"logprobs":{"content":7},"meta_info":[]}]}`,
			nil, nil, nil, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode([]byte(c.body))
			require.NoError(t, err)
			require.Equal(t, c.prompt, got.Tokens.PromptIDs)
			require.Equal(t, c.ids, got.Tokens.IDs)
			require.Equal(t, c.logprobs, got.Tokens.Logprobs)
			require.Equal(t, c.rawIsKnown, got.Tokens.RawLogprobs != nil)
			require.Len(t, got.Tokens.IDs, c.answerTokens)
		})
	}
}

func TestMessagesInEveryServersSpelling(t *testing.T) {
	for name, c := range map[string]struct {
		message string
		want    Answer
	}{
		"text":          {`{"content":"go"}`, Answer{Content: "go"}},
		"parts":         {`{"content":[{"type":"text","text":"go "},{"type":"image_url"},{"type":"text","text":"on"}]}`, Answer{Content: "go on"}},
		"nothing":       {`{"content":null,"tool_calls":null}`, Answer{}},
		"no tool calls": {`{"content":"go","tool_calls":[]}`, Answer{Content: "go"}},
		"reasoning":     {`{"content":"go","reasoning_content":"hm"}`, Answer{Content: "go", Reasoning: "hm"}},
		"its new name":  {`{"content":"go","reasoning":"hm","reasoning_content":null}`, Answer{Content: "go", Reasoning: "hm"}},
		"refusal":       {`{"content":null,"refusal":"no"}`, Answer{Refusal: "no"}},
		"a tool call": {`{"tool_calls":[{"id":"c","type":"function","function":{"name":"act","arguments":"{\"a\":1}"}}]}`,
			Answer{ToolCalls: []ToolCall{{"c", "act", `{"a":1}`}}}},
		"arguments as an object": {`{"tool_calls":[{"function":{"name":"act","arguments":{"a":1}}}]}`,
			Answer{ToolCalls: []ToolCall{{"", "act", `{"a":1}`}}}},
		"a tool call of nothing": {`{"tool_calls":[7]}`, Answer{ToolCalls: []ToolCall{{}}}},
		"doubled and not UTF-8":  {"{\"content\":\"a\",\"content\":\"\xff\"}", Answer{Content: "\ufffd"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode([]byte(`{"choices":[{"message":` + c.message + `}]}`))
			require.NoError(t, err)
			require.Equal(t, c.message, string(got.Message.Raw))
			require.Equal(t, len(got.Message.ToolCalls) > 0, got.Message.RawToolCalls != nil)
			got.Message.Raw, got.Message.RawToolCalls = nil, nil
			require.Equal(t, c.want, got.Message)
		})
	}
}

// FuzzDecode: whatever a server sends is a completion or an error, and what is
// said of tokens fits together.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"model":"m","choices":[{"message":{"content":"go","tool_calls":[{"id":"a","function":{"name":"act","arguments":"{}"}}]},"token_ids":[1],"logprobs":{"content":[{"id":1,"logprob":-1}]}}],"usage":{"prompt_tokens":1}}`,
		`{"error":{"code":429,"message":"slow"}}`, `{"error":"x"}`, `{"choices":[]}`, `{"choices":[{"message":{"content":[{"text":1}]}}]}`,
		`{"choices":[{"message":{},"meta_info":{"output_token_logprobs":[[1,2],[3]]}}]}`, `[`, ``, "\xff", `{"choices":[{"message":{"tool_calls":[[]]}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := decode(text)
		if err != nil {
			require.Nil(t, c)
			require.NotEmpty(t, err.Error())
			return
		}
		require.Equal(t, '{', rune(c.Message.Raw.Kind()))
		if c.Tokens.IDs != nil && c.Tokens.Logprobs != nil {
			require.Len(t, c.Tokens.Logprobs, len(c.Tokens.IDs))
		}
		require.NotEmpty(t, complaint(text))
	})
}
