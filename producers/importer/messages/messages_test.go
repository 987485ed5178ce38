package messages_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
	"github.com/dreamlog/dreamlog/producers/importer/messages"
)

const full = `{"id":"r-1","task_id":7,"environment":"calc","model":"m","reward":0.5,"success":1,"split":"dev","attempt":2,"seed":9,"temperature":0.7,` +
	`"created_at":1735787045,"tools":[{"type":"function","function":{"name":"add"}}],"note":{"a":[1]},"messages":[` +
	`{"role":"system","content":"be exact"},{"role":"user","content":"1+1?"},` +
	`{"role":"assistant","content":null,"reasoning_content":"add them","tool_calls":[{"id":"c","type":"function","function":{"name":"add","arguments":"{\"a\": 1}"}}],"usage":{"prompt_tokens":10,"completion_tokens":4},"finish_reason":"tool_calls"},` +
	`{"role":"tool","tool_call_id":"c","content":"2"},{"role":"assistant","content":"2"},{"role":"user","content":"thanks"}]}`

func read(t *testing.T, lines ...string) ([]*importer.Episode, map[int]error) {
	return chattest.Read(t, messages.New(), importertest.File(t, "a.jsonl", strings.Join(lines, "\n")))
}

func TestAConversationBecomesAnEpisode(t *testing.T) {
	episodes, refused := read(t, full)
	require.Empty(t, refused)
	e := episodes[0]
	require.Equal(t, []any{"7", "calc", "dev"}, []any{e.TaskID, e.Environment, e.Split})
	require.Equal(t, []any{int64(2), int64(9), .7, .5, true, "m"}, []any{*e.Attempt, *e.EnvSeed, *e.Temperature, *e.Return, *e.Success, *e.PolicyID})
	require.Equal(t, time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), e.Time)
	require.Equal(t, "1+1?", *e.Instruction)
	require.Len(t, e.Steps, 2)
	require.Equal(t, `{"name":"add","arguments":{"a": 1}}`, e.Steps[0].Action)
	require.Equal(t, "add them", *e.Steps[0].Thought)
	require.Equal(t, "2", e.Steps[1].State)
	require.Equal(t, "thanks", e.Steps[1].NextState)

	require.Len(t, e.Calls, 2)
	require.Equal(t, `[{"role":"system","content":"be exact"},{"role":"user","content":"1+1?"}]`, string(e.Calls[0].Messages))
	require.Equal(t, []string{"c"}, e.Calls[0].ToolCallIDs)
	require.Equal(t, []any{"tool_calls", int64(10), int64(4)}, []any{*e.Calls[0].FinishReason, *e.Calls[0].PromptTokens, *e.Calls[0].CompletionTokens})
	require.Equal(t, `[{"type":"function","function":{"name":"add"}}]`, string(*e.Calls[1].Tools))
	require.Equal(t, `{"id":"r-1","note":{"a":[1]},"unanswered_messages":[{"role":"user","content":"thanks"}]}`, string(*e.Info))
}

func TestTheShapesOfAConversation(t *testing.T) {
	for name, record := range map[string]string{
		"messages":      `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}`,
		"as text":       `{"messages":"[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}]"}`,
		"conversations": `{"conversations":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}`,
		"ShareGPT":      `{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}`,
		"two lists":     `{"prompt":[{"role":"user","content":"q"}],"completion":[{"role":"assistant","content":"a"}]}`,
		"two texts":     `{"prompt":"q","completion":"a"}`,
		"with examples": `{"prompt":[{"role":"user","content":"e"},{"role":"assistant","content":"f"},{"role":"user","content":"q"}],"response":"a"}`,
		"blocks":        `{"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"text","text":"a"}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			episodes, refused := read(t, record)
			require.Empty(t, refused)
			require.Len(t, episodes[0].Steps, 1)
			require.Equal(t, "q", episodes[0].Steps[0].State)
			require.Equal(t, "a", episodes[0].Steps[0].Action)
		})
	}
}

func TestTasksWithoutAnIDAreToldApartByTheirInstruction(t *testing.T) {
	line := func(q, a string) string {
		return `{"prompt":"` + q + `","completion":"` + a + `"}`
	}
	episodes, _ := read(t, line("q", "a"), line("q", "b"), line("r", "a"))
	require.Equal(t, episodes[0].TaskID, episodes[1].TaskID)
	require.NotEqual(t, episodes[0].TaskID, episodes[2].TaskID)
}

func TestRewards(t *testing.T) {
	two := `"messages":[{"role":"assistant","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"}]`
	episodes, refused := read(t, `{"rewards":[0.25,0.5],`+two+`}`, `{"solved":true,`+two+`}`, `{`+two+`}`, `{"rewards":[1],`+two+`}`, `{"truncated":true,`+two+`}`)
	require.Equal(t, []float64{.25, .5}, []float64{*episodes[0].Steps[0].Reward, *episodes[0].Steps[1].Reward})
	require.Equal(t, []float64{0, 1}, []float64{*episodes[1].Steps[0].Reward, *episodes[1].Steps[1].Reward})
	require.Nil(t, episodes[2].Steps[1].Reward)
	require.Nil(t, episodes[2].Success)
	require.ErrorContains(t, refused[4], "rewards has 1 numbers for 2 assistant messages")
	require.True(t, episodes[3].Steps[1].Truncated)
}

func TestWhatIsNoConversationIsRefusedByItsLine(t *testing.T) {
	_, refused := read(t, `{"messages":[{"role":"user","content":"q"}]}`, `{"chosen":[],"rejected":[]}`, ``, `{"messages":[{"role":"assistant","content":"a"}],"reward":"high"}`,
		`{"messages":[{"role":"assistant","content":"a"}],"reward":NaN}`, "{\"messages\":[{\"role\":\"assistant\",\"content\":\"\xff\"}]}", `{"messages":[{"role":"assistant"`, `[1]`, `{"messages":{"role":"assistant"}}`)
	require.Len(t, refused, 8)
	require.ErrorContains(t, refused[1], "no assistant message")
	require.ErrorContains(t, refused[2], "has no conversation")
	require.ErrorContains(t, refused[4], "reward is a JSON string, must be a number")
	require.ErrorContains(t, refused[6], "invalid UTF-8")
}
