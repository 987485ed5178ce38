package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// everything prints all that a step leaves behind.
func everything(t *testing.T, d producers.Decision, err error) string {
	t.Helper()
	text, failed := json.Marshal(d.Calls)
	require.NoError(t, failed)
	return fmt.Sprintf("%s %s %s %s %v", d.Action, d.Thought, d.Malformed, text, err)
}

// idsOf returns the ids of a message's tool calls, each once.
func idsOf(t *testing.T, m openai.Message) (ids []string) {
	t.Helper()
	var list []struct {
		ID string `json:"id"`
	}
	if m.ToolCalls != nil {
		require.NoError(t, json.Unmarshal(m.ToolCalls, &list))
	}
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestTheModelIsToldTaskObservationAndWhatItMayDo(t *testing.T) {
	a, script := agent(t, chat.Options{Prompt: chat.Prompt{Admissible: 2, Examples: "Thought: so\nAction: do so"}}, openai.Options{}, openaitest.Say("Thought: a lamp.\nAction: look"))
	actor := begin(t, a)
	d := act(t, actor, seen("You see a lamp.", "look", "use lamp 1", "wait"))
	require.Equal(t, "look", d.Action)
	require.Equal(t, "a lamp.", d.Thought)
	require.Empty(t, d.Malformed)
	act(t, actor, seen("You see it better."))

	messages := sentMessages(t, script.Requests()[1])
	require.Len(t, messages, 4)
	system := said(t, string(messages[0]))
	require.Equal(t, "system", system.Role)
	for _, part := range []string{"environment named household", "at most 30 steps", "Thought: what you conclude", "Examples:\n\nThought: so\nAction: do so"} {
		require.Contains(t, system.Content, part)
	}
	require.Equal(t, openai.Message{Role: "user", Content: "Task: examine the mug under a lamp\n\nObservation: You see a lamp.\n\n" +
		"Admissible actions:\n- look\n- use lamp 1\n(and 1 more)"}, said(t, string(messages[1])))
	require.Equal(t, openai.Message{Role: "assistant", Content: "Thought: a lamp.\nAction: look"}, said(t, string(messages[2])))
	require.Equal(t, openai.Message{Role: "user", Content: "Observation: You see it better."}, said(t, string(messages[3])))
}

func TestEachModeAsksInItsWay(t *testing.T) {
	for mode, c := range map[chat.Mode]struct {
		reply    openaitest.Reply
		contains []string
	}{
		chat.Text: {openaitest.Message(`{"content":"Action: look","reasoning":"kept apart"}`), []string{`"stop":["\nObservation:"]`}},
		chat.Structured: {openaitest.Message(`{"content":"{\"thought\":\"kept apart\",\"action\":\"look\"}"}`),
			[]string{`"response_format":{"type":"json_schema","json_schema":{"name":"decision","strict":true,"schema":{"type":"object"`}},
		chat.Tools: {calls(call("act", `{"thought":"kept apart","action":"look"}`)),
			[]string{`"tools":[{"type":"function","function":{"name":"act"`, `"tool_choice":"required"`}},
	} {
		t.Run(string(mode), func(t *testing.T) {
			a, script := agent(t, chat.Options{Mode: mode}, openai.Options{}, c.reply)
			d := act(t, begin(t, a), seen("a room"))
			require.Equal(t, "look", d.Action)
			require.Contains(t, d.Thought, "kept apart")
			require.Empty(t, d.Malformed)
			for _, part := range c.contains {
				require.Contains(t, string(script.Requests()[0].Body), part)
			}
			if mode == chat.Tools {
				require.True(t, strings.HasPrefix(string(*d.Calls[0].Tools), `[{"type":"function"`))
				require.Equal(t, []string{"act"}, d.Calls[0].ToolCallIDs)
			}
		})
	}
}

func TestAToolMayHaveAnotherName(t *testing.T) {
	a, script := agent(t, chat.Options{Mode: chat.Tools, ToolName: "take_action"}, openai.Options{}, calls(call("take_action", `{"action":"look"}`)))
	require.Empty(t, act(t, begin(t, a), seen("a room")).Malformed)
	require.Contains(t, string(script.Requests()[0].Body), "call the tool take_action once")
}

// TestSeeds: the same episode asks alike, another step or seed does not.
func TestSeeds(t *testing.T) {
	seeds := func(episode int64, o chat.Options) (found []int64) {
		a, script := agent(t, o, openai.Options{}, openaitest.Say("Action: look"))
		actor, err := a.Begin(t.Context(), producers.Episode{Task: task, Seed: episode})
		require.NoError(t, err)
		for range 3 {
			act(t, actor, seen("a room"))
		}
		for _, r := range script.Requests() {
			var body struct {
				Seed *int64 `json:"seed"`
			}
			require.NoError(t, json.Unmarshal(r.Body, &body))
			if body.Seed != nil {
				require.GreaterOrEqual(t, *body.Seed, int64(0))
				require.Less(t, *body.Seed, int64(1)<<31)
				found = append(found, *body.Seed)
			}
		}
		return found
	}
	first := seeds(1, chat.Options{})
	require.Len(t, first, 3)
	require.NotEqual(t, first[0], first[1])
	require.Equal(t, first, seeds(1, chat.Options{}))
	require.NotEqual(t, first, seeds(-1, chat.Options{}))
	require.Empty(t, seeds(1, chat.Options{Sampling: chat.Sampling{NoSeed: true}}))
}

// TestALongHistoryIsShortened: system, opening and the newest turn stay, the
// prompt keeps to its budget, and it is a strict extension but for a few times.
func TestALongHistoryIsShortened(t *testing.T) {
	a, script := agent(t, chat.Options{Prompt: chat.Prompt{ContextTokens: 1000}}, openai.Options{}, openaitest.Say("Thought: on and on.\nAction: look"))
	actor := begin(t, a)
	var calls []schema.Call
	for i := range 60 {
		calls = append(calls, act(t, actor, seen(fmt.Sprintf("room %d %s", i, strings.Repeat("so many things. ", 10)))).Calls...)
	}
	requireExact(t, script, calls)
	for i, r := range script.Requests() {
		messages := sentMessages(t, r)
		size := 0
		for _, m := range messages {
			size += len(m)
		}
		require.LessOrEqual(t, size, 4*1000)
		require.Equal(t, "system", said(t, string(messages[0])).Role)
		require.Contains(t, said(t, string(messages[1])).Content, "Task: examine the mug under a lamp\n\nObservation: room 0")
		require.Equal(t, *calls[i].Segment > 0, strings.Contains(string(messages[1]), "are left out"))
		require.Contains(t, string(messages[len(messages)-1]), fmt.Sprintf("room %d ", i))
	}
	require.Greater(t, *calls[59].Segment, int64(2))
	require.Less(t, *calls[59].Segment, int64(12), "a prompt that is shortened every time can never be reused")
}

func TestAnObservationThatIsTooLongIsShortened(t *testing.T) {
	a, script := agent(t, chat.Options{Prompt: chat.Prompt{ContextTokens: 100}}, openai.Options{}, openaitest.Say("Action: look"))
	act(t, begin(t, a), seen(strings.Repeat("ä", 10_000)))
	require.Contains(t, string(script.Requests()[0].Body), strings.Repeat("ä", 50)+"… (19900 bytes left out)")
}

func TestExtraMembersAreSent(t *testing.T) {
	o := chat.Options{Sampling: chat.Sampling{Stop: []string{}, Extra: map[string]jsontext.Value{"top_k": jsontext.Value("20")}}}
	a, script := agent(t, o, openai.Options{}, openaitest.Say("Action: look"))
	d := act(t, begin(t, a), seen("a room"))
	require.Contains(t, string(script.Requests()[0].Body), `"top_k":20`)
	require.NotContains(t, string(script.Requests()[0].Body), `"stop"`)
	require.Contains(t, string(*d.Calls[0].Sampling), `"top_k":20`)
}

func TestAPolicyIsNamedByItsModel(t *testing.T) {
	temperature := 0.7
	a, _ := agent(t, chat.Options{Sampling: chat.Sampling{Temperature: &temperature}}, openai.Options{}, openaitest.Say("x"))
	require.Equal(t, producers.Policy{ID: "asked-1", Temperature: &temperature}, a.Policy())
	a, _ = agent(t, chat.Options{PolicyID: "mine"}, openai.Options{}, openaitest.Say("x"))
	require.Equal(t, producers.Policy{ID: "mine"}, a.Policy())
}

func TestOptionsThatAreRefused(t *testing.T) {
	negative, two := -1.0, 2.0
	for says, o := range map[string]chat.Options{
		"name the model":            {},
		`mode "json" is unknown`:    {Model: "m", Mode: "json"},
		"may not be negative":       {Model: "m", Prompt: chat.Prompt{ContextTokens: -1}},
		"temperature -1":            {Model: "m", Sampling: chat.Sampling{Temperature: &negative}},
		"top_p 2":                   {Model: "m", Sampling: chat.Sampling{TopP: &two}},
		"read the template":         {Model: "m", Prompt: chat.Prompt{System: "{{.Rules"}},
		"can't evaluate field Goal": {Model: "m", Prompt: chat.Prompt{System: "{{.Goal}}"}},
	} {
		_, err := chat.New(nil, o)
		require.ErrorContains(t, err, says)
	}
}

func TestAnOwnSystemPrompt(t *testing.T) {
	a, script := agent(t, chat.Options{Prompt: chat.Prompt{System: "In {{.Environment}}, {{.MaxSteps}} steps. {{.Rules}}"}}, openai.Options{}, openaitest.Say("Action: look"))
	act(t, begin(t, a), seen("a room"))
	require.True(t, strings.HasPrefix(said(t, string(sentMessages(t, script.Requests()[0])[0])).Content, "In household, 30 steps. Answer in exactly two lines"))
}
