package chat_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers/agent/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// recordable checks that a call can become an event as it is.
func recordable(t testing.TB, c schema.Call) {
	t.Helper()
	_, _, err := schema.Encode(&schema.CallRow{
		Envelope: schema.Envelope{EventID: "e", EventType: schema.TypeLLMCalled, Time: 1, Source: "test", Subject: "s"}, Call: c,
	})
	require.NoError(t, err)
	require.Equal(t, "agent", c.Role)
	require.NotNil(t, c.Segment)
}

// sentMessages are the messages of a request.
func sentMessages(t testing.TB, r openaitest.Request) (messages []jsontext.Value) {
	t.Helper()
	var body struct {
		Messages []jsontext.Value `json:"messages"`
	}
	require.NoError(t, json.Unmarshal(r.Body, &body))
	return body.Messages
}

// said reads a message as far as the conventions of the record compare it.
func said(t testing.TB, message string) openai.Message {
	t.Helper()
	var m openai.Message
	require.NoError(t, json.Unmarshal([]byte(message), &m))
	return m
}

// rebuilt returns the prompt of a call from the calls of its segment: messages
// and responses in turn.
func rebuilt(t testing.TB, calls []schema.Call, of int) (messages []openai.Message) {
	t.Helper()
	for i, c := range calls[:of+1] {
		if *c.Segment != *calls[of].Segment {
			continue
		}
		var added []jsontext.Value
		require.NoError(t, json.Unmarshal([]byte(c.Messages), &added))
		for _, m := range added {
			messages = append(messages, said(t, string(m)))
		}
		if i < of {
			messages = append(messages, said(t, c.Response))
		}
	}
	return messages
}

// requireExact checks that every prompt that was sent can be rebuilt.
func requireExact(t testing.TB, script *openaitest.Script, calls []schema.Call) {
	t.Helper()
	requests := script.Requests()
	require.Len(t, calls, len(requests))
	for i := range requests {
		var sent []openai.Message
		for _, m := range sentMessages(t, requests[i]) {
			sent = append(sent, said(t, string(m)))
		}
		require.Equal(t, sent, rebuilt(t, calls, i), "request %d", i)
	}
}

func TestEveryPromptCanBeRebuiltFromTheCalls(t *testing.T) {
	tool := func(id string) openaitest.Reply {
		return openaitest.Message(`{"role":"assistant","content":null,"tool_calls":[{"id":"` + id +
			`","type":"function","function":{"name":"act","arguments":"{\"thought\":\"t\",\"action\":\"look\"}"}}]}`)
	}
	for name, c := range map[string]struct {
		mode     chat.Mode
		replies  []openaitest.Reply
		segments []int64
	}{
		"text":             {chat.Text, []openaitest.Reply{openaitest.Say("Thought: a\nAction: look"), openaitest.Say("Action: go"), openaitest.Say("Action: on")}, []int64{0, 0, 0, 0}},
		"structured":       {chat.Structured, []openaitest.Reply{openaitest.Say(`{"thought":"a","action":"look"}`)}, []int64{0, 0, 0, 0}},
		"tools":            {chat.Tools, []openaitest.Reply{tool("a"), tool("b"), tool("c"), tool("d")}, []int64{0, 0, 0, 0}},
		"reasoning":        {chat.Text, []openaitest.Reply{openaitest.Message(`{"role":"assistant","content":"Action: look","reasoning_content":"hm"}`)}, []int64{0, 0, 0, 0}},
		"a malformed one":  {chat.Text, []openaitest.Reply{openaitest.Say("Action: look"), openaitest.Completion(`"choices":[]`), openaitest.Say("Action: look")}, []int64{0, 0, 1, 1}},
		"a failed attempt": {chat.Text, []openaitest.Reply{openaitest.Say("Action: look"), openaitest.HTML(502), openaitest.Say("Action: look")}, []int64{0, 0, 1, 1, 1}},
		"talk, no tool":    {chat.Tools, []openaitest.Reply{tool("a"), openaitest.Say("I look."), tool("c")}, []int64{0, 0, 0, 0}},
		"broken arguments": {chat.Tools, []openaitest.Reply{openaitest.Message(`{"tool_calls":[{"id":"a","function":{"name":"act","arguments":"{"}}]}`), tool("b"), tool("c")}, []int64{0, 1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			a, script := agent(t, chat.Options{Mode: c.mode}, hasty, c.replies...)
			actor := begin(t, a)
			var calls []schema.Call
			for range 4 {
				calls = append(calls, act(t, actor, seen("a room", "look", "go", "on")).Calls...)
			}
			requireExact(t, script, calls)
			segments := make([]int64, len(calls))
			for i := range calls {
				segments[i] = *calls[i].Segment
			}
			require.Equal(t, c.segments, segments)
		})
	}
}

func TestACallSaysWhatTheServerSaid(t *testing.T) {
	temperature := 0.5
	message := `{"role":"assistant","content":"Thought: a lamp\nAction: use lamp 1","refusal":null}`
	o := chat.Options{Sampling: chat.Sampling{Temperature: &temperature, Logprobs: true, TokenIDs: true}}
	client := openai.Options{Prices: openai.Prices{PromptUSD: 1, CompletionUSD: 5}}
	a, _ := agent(t, o, client, openaitest.Completion(`"system_fingerprint":"fp","prompt_token_ids":[1,2,3],"choices":[{"message":`+message+
		`,"finish_reason":"stop","token_ids":[7,8],"logprobs":{"content":[{"token":"a","logprob":-0.5},{"token":"b","logprob":-0.25}]}}]`))
	d := act(t, begin(t, a), seen("a room"))
	require.Equal(t, "use lamp 1", d.Action)
	require.Nil(t, d.Logprob, "log-probabilities of tokens are not of actions")
	require.Len(t, d.Calls, 1)
	c := d.Calls[0]
	require.Equal(t, message, c.Response)
	require.Equal(t, openaitest.Model, *c.Model)
	require.Equal(t, "stop", *c.FinishReason)
	require.Equal(t, []int64{1, 2, 3}, c.PromptTokenIDs)
	require.Zero(t, *c.PromptPrefixLength)
	require.Equal(t, []int64{7, 8}, c.ResponseTokenIDs)
	require.Equal(t, []float64{-0.5, -0.25}, c.RolloutLogprobs)
	require.Equal(t, int64(100), *c.PromptTokens)
	require.Equal(t, int64(10), *c.CompletionTokens)
	require.InDelta(t, 0.00015, *c.Cost, 1e-12)
	require.Positive(t, *c.LatencySeconds)
	require.Regexp(t, `^\{"temperature":0.5,"max_tokens":512,"seed":\d+,"stop":\["\\nObservation:"\],"logprobs":true,"return_token_ids":true\}$`, string(*c.Sampling))
	require.JSONEq(t, `{"system_fingerprint":"fp"}`, string(*c.Info))
	require.Nil(t, c.Tools)
	require.Nil(t, c.ToolCallIDs)
	require.Nil(t, c.LossMask)
}

func TestATokenPrefixIsSharedOrBeginsASegment(t *testing.T) {
	with := func(prompt, answer string) openaitest.Reply {
		return openaitest.Completion(`"prompt_token_ids":` + prompt + `,"choices":[{"message":{"content":"Action: look"},"token_ids":` + answer + `}]`)
	}
	a, _ := agent(t, chat.Options{}, openai.Options{}, with("[1,2]", "[3]"), with("[1,2,3,4]", "[5]"), with("[1,2,9,4,5,6]", "[7]"))
	actor := begin(t, a)
	first, second, third := act(t, actor, seen("a")).Calls[0], act(t, actor, seen("b")).Calls[0], act(t, actor, seen("c")).Calls[0]
	require.Equal(t, []int64{1, 2}, first.PromptTokenIDs)
	require.Equal(t, int64(3), *second.PromptPrefixLength)
	require.Equal(t, []int64{4}, second.PromptTokenIDs)
	require.Zero(t, *second.Segment)
	require.Equal(t, int64(1), *third.Segment, "the tokens no longer extend the previous ones")
	require.Zero(t, *third.PromptPrefixLength)
	require.Len(t, third.PromptTokenIDs, 6)
	require.Contains(t, string(third.Messages), `"role":"system"`)
}

func TestLogprobsWithoutIDsAreKeptInInfo(t *testing.T) {
	a, _ := agent(t, chat.Options{}, openai.Options{}, openaitest.Choice(`"message":{"content":"Action: look"},"logprobs":{"content":[{"token":"Action","logprob":-0.5}]}`))
	c := act(t, begin(t, a), seen("a room")).Calls[0]
	require.Nil(t, c.RolloutLogprobs)
	require.Nil(t, c.ResponseTokenIDs)
	require.JSONEq(t, `{"logprobs":{"content":[{"token":"Action","logprob":-0.5}]}}`, string(*c.Info))
}

func TestAFailedAttemptIsACallOfItsOwn(t *testing.T) {
	a, _ := agent(t, chat.Options{}, hasty, openaitest.JSON(429, `{"error":{"message":"slow down"}}`), openaitest.Say("Action: look"))
	calls := act(t, begin(t, a), seen("a room")).Calls
	require.Len(t, calls, 2)
	require.Equal(t, `{"error":{"message":"slow down"}}`, calls[0].Response)
	require.Contains(t, string(*calls[0].Info), `"status":429`)
	require.Contains(t, string(*calls[0].Info), `429 Too Many Requests: slow down`)
	require.Equal(t, "asked-1", *calls[0].Model, "the server did not say")
	require.Nil(t, calls[0].PromptTokens)
	require.JSONEq(t, `{"attempt":1}`, string(*calls[1].Info))
	require.Equal(t, calls[0].Messages, calls[1].Messages)
	require.Equal(t, []int64{0, 1}, []int64{*calls[0].Segment, *calls[1].Segment})
}
