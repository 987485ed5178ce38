package chat_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/chat"
)

// hasty retries without much of a wait.
var hasty = openai.Options{
	Timeout: 200 * time.Millisecond,
	Retry:   openai.Retry{MaxAttempts: 3, FirstPause: time.Millisecond, LongestPause: 2 * time.Millisecond},
}

func call(name, arguments string) string {
	return `{"id":"` + name + `","type":"function","function":{"name":"` + name + `","arguments":` + openaitest.Quote(arguments) + `}}`
}

func calls(list ...string) openaitest.Reply {
	return openaitest.Message(`{"role":"assistant","content":"beside","tool_calls":[` + strings.Join(list, ",") + `]}`)
}

// TestAMalformedAnswerIsAnInvalidAction: the episode goes on, and the model is
// asked again at the next step.
func TestAMalformedAnswerIsAnInvalidAction(t *testing.T) {
	for name, c := range map[string]struct {
		mode   chat.Mode
		reply  openaitest.Reply
		why    string
		action string
	}{
		"no choices":           {chat.Text, openaitest.Completion(`"choices":[]`), "the answer has no choices", ""},
		"no content":           {chat.Text, openaitest.Message(`{"role":"assistant","content":null}`), "the answer is empty", ""},
		"blank":                {chat.Text, openaitest.Say(" \n"), "the answer is empty", ""},
		"no action":            {chat.Text, openaitest.Say("Thought: I wonder."), "no line that names an action", "Thought: I wonder."},
		"an empty action":      {chat.Text, openaitest.Say("Thought: I wonder.\nAction:"), "nothing stands behind its last line", "Thought: I wonder.\nAction:"},
		"only quotes":          {chat.Text, openaitest.Say(`Action: ""`), "the action is empty", `Action: ""`},
		"an endless thought":   {chat.Text, openaitest.Say("<think>hm, hm, hm"), "ends within its thought", "<think>hm, hm, hm"},
		"cut off":              {chat.Text, openaitest.Choice(`"message":{"content":"Thought: well"},"finish_reason":"length"`), "cut off at its greatest number of tokens", "Thought: well"},
		"refused":              {chat.Text, openaitest.Message(`{"content":null,"refusal":"I must not."}`), "the model refused: I must not.", ""},
		"a long action":        {chat.Text, openaitest.Say("Action: " + strings.Repeat("go ", 2000)), "the action has 5999 bytes", "Action: " + strings.Repeat("go ", 330) + "go"},
		"300 KB":               {chat.Text, openaitest.Large(300 << 10), "more than the 262144 that are read", strings.Repeat("go ", 333) + "g"},
		"10 MB":                {chat.Text, openaitest.Large(10 << 20), "more than 8388608 bytes", ""},
		"broken JSON":          {chat.Text, openaitest.JSON(200, `{"choices":[{`), "is no completion", ""},
		"no object":            {chat.Structured, openaitest.Say("look"), "has no JSON object", "look"},
		"half an object":       {chat.Structured, openaitest.Say(`{"thought":"a","action":"lo`), "is broken", `{"thought":"a","action":"lo`},
		"another object":       {chat.Structured, openaitest.Say(`{"thought":"a","act":"look"}`), `has no text "action"`, `{"thought":"a","act":"look"}`},
		"an action of no text": {chat.Structured, openaitest.Say(`{"action":["look"]}`), `has no text "action"`, `{"action":["look"]}`},
		"no tool call":         {chat.Tools, openaitest.Say("I look."), "does not call the tool act", "I look."},
		"another tool":         {chat.Tools, calls(call("search", `{"q":"x"}`)), `calls a tool "search" instead of act`, "beside"},
		"broken arguments":     {chat.Tools, calls(call("act", `{"action":`)), "is broken", "beside"},
		"arguments of no kind": {chat.Tools, calls(call("act", `7`)), "is broken", "beside"},
		"calls of nothing":     {chat.Tools, openaitest.Message(`{"content":"beside","tool_calls":[null]}`), `calls a tool "" instead`, "beside"},
	} {
		t.Run(name, func(t *testing.T) {
			slow := hasty
			slow.Timeout = 10 * time.Second
			a, script := agent(t, chat.Options{Mode: c.mode}, slow, c.reply)
			actor := begin(t, a)
			d := act(t, actor, seen("a room", "look"))
			require.Contains(t, d.Malformed, c.why)
			require.Equal(t, c.action, d.Action)
			require.Len(t, d.Calls, 1)
			require.LessOrEqual(t, len(d.Calls[0].Response), 1<<20)

			act(t, actor, seen("Nothing happens.", "look"))
			requireTurns(t, script.Requests()[1])
		})
	}
}

// requireTurns checks what templates ask of a conversation: users and assistants
// take turns, every message says something, and every tool call is answered once.
func requireTurns(t *testing.T, r openaitest.Request) {
	t.Helper()
	open := map[string]bool{}
	last := ""
	for i, raw := range sentMessages(t, r) {
		m := said(t, string(raw))
		require.True(t, m.Content != "" || m.ToolCalls != nil, "message %d: %s", i, raw)
		if m.Role == "tool" {
			require.True(t, open[m.ToolCallID], "message %d answers an open call: %s", i, raw)
			delete(open, m.ToolCallID)
		} else {
			require.Empty(t, open, "message %d: %s", i, raw)
			require.NotEqual(t, last, m.Role, "message %d: %s", i, raw)
		}
		for _, id := range idsOf(t, m) {
			open[id] = true
		}
		last = m.Role
	}
	require.Empty(t, open)
	require.Contains(t, []string{"user", "tool"}, last)
	require.Contains(t, string(r.Body), "Nothing happens.")
}

func TestSeveralActionsAreTheFirst(t *testing.T) {
	a, script := agent(t, chat.Options{Mode: chat.Tools}, hasty,
		calls(call("act", `{"action":"look"}`), call("act", `{"action":"look"}`), `{"id":"other","type":"function","function":{"name":"act","arguments":"{\"action\":\"go\"}"}}`))
	actor := begin(t, a)
	d := act(t, actor, seen("a room"))
	require.Empty(t, d.Malformed)
	require.Equal(t, "look", d.Action)
	require.Equal(t, []string{"act", "act", "other"}, d.Calls[0].ToolCallIDs)
	act(t, actor, seen("Nothing happens."))
	requireTurns(t, script.Requests()[1])
	require.Contains(t, string(script.Requests()[1].Body), "Only the first call of an answer is carried out.")
}

// TestACallIsAnsweredOnce: an answer that cannot be repeated does not open the
// calls of the answer before it again.
func TestACallIsAnsweredOnce(t *testing.T) {
	good, broken := calls(call("act", `{"action":"look"}`)), calls(call("act", `{`))
	a, script := agent(t, chat.Options{Mode: chat.Tools}, hasty, good, broken, good)
	actor := begin(t, a)
	for range 3 {
		act(t, actor, seen("Nothing happens."))
	}
	requireTurns(t, script.Requests()[2])
	require.Len(t, sentMessages(t, script.Requests()[2]), 4)
}

// TestAServerThatCannotBeAskedEndsTheEpisode, and its calls are kept.
func TestAServerThatCannotBeAskedEndsTheEpisode(t *testing.T) {
	for name, c := range map[string]struct {
		reply    openaitest.Reply
		attempts int
		says     string
	}{
		"429":      {openaitest.JSON(429, `{}`), 3, "429 Too Many Requests"},
		"500":      {openaitest.JSON(500, `{"error":"no memory"}`), 3, "gave up after 3 attempts"},
		"HTML":     {openaitest.HTML(503), 3, "503 Service Unavailable"},
		"cut":      {openaitest.CutChunked(), 3, "broke off"},
		"reset":    {openaitest.Reset(), 3, "no answer came"},
		"never":    {openaitest.Never(), 3, "longer than the time-out"},
		"endless":  {openaitest.Endless(time.Millisecond), 3, "longer than the time-out"},
		"401":      {openaitest.JSON(401, `{"error":{"message":"who?"}}`), 1, "401 Unauthorized: who?"},
		"redirect": {openaitest.Redirect("https://elsewhere.example"), 1, "redirects to"},
		"a page":   {openaitest.HTML(200), 1, "text/html instead of JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := agent(t, chat.Options{}, hasty, c.reply)
			d, err := begin(t, a).Act(t.Context(), seen("a room"))
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "task look_at_light/trial_1, step 0: ")
			require.Empty(t, d.Action)
			require.Len(t, d.Calls, c.attempts)
			for i := range d.Calls {
				recordable(t, d.Calls[i])
				require.NotNil(t, d.Calls[i].Info)
			}
		})
	}
}

func TestASpentBudgetEndsTheEpisode(t *testing.T) {
	a, _ := agent(t, chat.Options{}, openai.Options{Prices: openai.Prices{PromptUSD: 10}, BudgetUSD: 0.001}, openaitest.Say("Action: look"))
	actor := begin(t, a)
	act(t, actor, seen("a room"))
	d, err := actor.Act(t.Context(), seen("a room"))
	require.ErrorIs(t, err, openai.ErrBudget)
	require.Empty(t, d.Calls)
}

func TestAnEndedContextEndsTheEpisode(t *testing.T) {
	a, _ := agent(t, chat.Options{}, openai.Options{}, openaitest.Never())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := begin(t, a).Act(ctx, seen("a room"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestAKeyIsInNoDecision: a server that repeats the key everywhere.
func TestAKeyIsInNoDecision(t *testing.T) {
	const key = "sk-planted-4711"
	t.Setenv("DREAMLOG_TEST_KEY", key)
	for name, reply := range map[string]openaitest.Reply{
		"answer":  openaitest.Say("Thought: the key is " + key + "\nAction: say " + key),
		"escaped": openaitest.Message(`{"content":"Action: say sk\u002dplanted-4711","reasoning":"` + key + `"}`),
		"error":   openaitest.JSON(500, `{"error":{"message":"key `+key+`"}}`),
		"refused": openaitest.JSON(401, `{"error":{"message":"key `+key+`"}}`),
		"broken":  openaitest.JSON(200, `{"choices":["`+key),
	} {
		t.Run(name, func(t *testing.T) {
			o := hasty
			o.KeyEnv = "DREAMLOG_TEST_KEY"
			a, script := agent(t, chat.Options{Sampling: chat.Sampling{Logprobs: true}}, o, reply)
			d, err := begin(t, a).Act(t.Context(), seen("a room"))
			require.Equal(t, "Bearer "+key, script.Requests()[0].Header.Get("Authorization"))
			require.NotContains(t, everything(t, d, err), "planted")
		})
	}
}

func TestActorsDoNotMeet(t *testing.T) {
	a, script := agent(t, chat.Options{}, openai.Options{Limits: openai.Limits{Concurrency: 4}}, openaitest.Say("Action: look"))
	done := make(chan producers.Decision)
	for range 8 {
		actor := begin(t, a)
		go func() {
			var last producers.Decision
			for range 5 {
				last, _ = actor.Act(context.Background(), seen("a room"))
			}
			done <- last
		}()
	}
	for range 8 {
		d := <-done
		require.Equal(t, "look", d.Action)
		require.Len(t, d.Calls, 1)
		require.Zero(t, *d.Calls[0].Segment)
	}
	require.Len(t, script.Requests(), 40)
}
