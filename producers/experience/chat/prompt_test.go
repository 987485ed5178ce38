package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
)

// TestAPromptKeepsWithinItsTokens: the oldest steps and the least similar
// demonstrations go first, and the prompt says so.
func TestAPromptKeepsWithinItsTokens(t *testing.T) {
	q := chat.Question{Task: task, State: seen("now"), Action: "act"}
	for i := range 200 {
		q.History = append(q.History, chat.Past{State: fmt.Sprintf("state %d %s", i, strings.Repeat("x", 400)), Action: "go"})
		q.Demonstrations = append(q.Demonstrations, recorded("real", new(true), 1))
	}
	prompt, _, shown := chat.Example(q, producers.Outcome{}, "", chat.Options{Prompt: chat.Prompt{ContextTokens: 4000}})
	text := ""
	for _, m := range prompt {
		text += m.Content
	}
	require.LessOrEqual(t, openai.EstimateTokens(len(text)), int64(4000))
	require.Greater(t, openai.EstimateTokens(len(text)), int64(3500), "the room is used")
	require.Greater(t, shown, 5)
	require.Less(t, shown, 200)
	require.Contains(t, text, "Demonstration [1], real, of this task")
	require.NotContains(t, text, fmt.Sprintf("Demonstration [%d]", shown+1))
	require.Contains(t, text, "state 199 ")
	require.NotContains(t, text, "state 0 ")
	require.Regexp(t, `the first \d+ are left out`, text)

	prompt, _, shown = chat.Example(q, producers.Outcome{}, "", chat.Options{Prompt: chat.Prompt{ContextTokens: 1}})
	require.Zero(t, shown)
	require.Contains(t, prompt[1].Content, "the 200 steps so far are left out")
	require.Contains(t, prompt[1].Content, "Action: a", "what is asked is asked in any case")
}

// TestAnExampleIsWhatTheModelIsAsked: training and asking must not drift apart.
func TestAnExampleIsWhatTheModelIsAsked(t *testing.T) {
	d, script := dreamt(t, chat.Options{}, openai.Options{}, says(plain))
	shown := []producers.Demonstration{recorded("real", new(false), 1), recorded("real", new(true), 2)}
	_, err := d.Predict(t.Context(), "use lamp 1", shown)
	require.NoError(t, err)
	var sent struct {
		Messages []openai.Message `json:"messages"`
	}
	require.NoError(t, json.Unmarshal(script.Requests()[0].Body, &sent))
	q := chat.Question{Task: task, State: d.Start(), Action: "use lamp 1", Demonstrations: shown}
	came := producers.Outcome{Observation: seen("You turn the lamp on.", "rest", "use lamp 1"), Terminated: true, Success: new(true), Reward: new(1.0)}
	prompt, completion, n := chat.Example(q, came, "It worked before [2].", chat.Options{})
	require.Equal(t, sent.Messages, prompt)
	require.Equal(t, 2, n)
	require.Equal(t, `{"reasoning":"It worked before [2].","valid":true,"next_state":"You turn the lamp on.","actions_gone":["look"],"actions_new":["rest"],`+
		`"terminated":true,"success":true,"precedent":2,"reward":1}`, completion[0].Content)

	// And such an answer is understood as the transition that it was made of.
	d, _ = dreamt(t, chat.Options{}, openai.Options{}, openaitest.Say(completion[0].Content))
	p, err := d.Predict(t.Context(), "use lamp 1", shown)
	require.NoError(t, err)
	require.Equal(t, came.Text, p.Text)
	require.ElementsMatch(t, came.Admissible, p.Admissible)
	require.True(t, *p.Success)
	require.Equal(t, "It worked before [2].", p.Reasoning)
}

// TestDemonstrationsAreTurns: they are answered as the model is to answer, the
// most similar last; of admissible actions they say what changed.
func TestDemonstrationsAreTurns(t *testing.T) {
	won, lost := recorded("real", new(true), 2), recorded("real", new(false), 1)
	lost.Recording.Steps[0].Next.Admissible = []string{"rest"}
	q := chat.Question{
		Task: task, State: seen("now", "wait"), Action: "use lamp 1",
		History: []chat.Past{{State: "before", Action: "go"}}, Demonstrations: []producers.Demonstration{won, lost},
	}
	prompt, _, shown := chat.Example(q, producers.Outcome{}, "r", chat.Options{})
	require.Equal(t, 2, shown)
	var roles []string
	for _, m := range prompt {
		roles = append(roles, m.Role)
	}
	require.Equal(t, []string{"system", "user", "assistant", "user", "assistant", "user"}, roles)
	require.Regexp(t, `(?s)^Task: examine the mug under a lamp\n\nHistory, .*State: before\nAction: go\n\nDemonstration \[2\], real, of this task, similarity 0.90\nState: You hold a mug.\nAction: use lamp 1$`, prompt[1].Content)
	require.Equal(t, `{"reasoning":"The environment answered so in [2].","valid":true,"next_state":"You turn the lamp on.","actions_gone":null,"actions_new":["rest"],`+
		`"terminated":true,"success":false,"precedent":null,"reward":0}`, prompt[2].Content)
	require.Contains(t, prompt[3].Content, "Demonstration [1]")
	require.Equal(t, `{"reasoning":"The environment answered so in [1].","valid":true,"next_state":"You turn the lamp on.","actions_gone":["use lamp 1"],"actions_new":[],`+
		`"terminated":true,"success":true,"precedent":1,"reward":1}`, prompt[4].Content)
	require.Equal(t, "Now, step 1\nState: now\nAdmissible actions:\n- wait\nAction: use lamp 1", prompt[5].Content)
}

func TestATeacherIsShownWhatCame(t *testing.T) {
	c, script := connect(t, openai.Options{}, openaitest.Say("no"), openaitest.Say(`{"reasoning":"The lamp is here."}`))
	teacher, err := chat.NewTeacher(c, chat.Options{Model: "asked-1"})
	require.NoError(t, err)
	came := producers.Outcome{Observation: seen("You turn the lamp on."), Terminated: true, Success: new(true), Reward: new(1.0)}
	q := chat.Question{Task: task, State: seen("You hold a mug."), Action: "use lamp 1"}
	reasoning, made, err := teacher.Explain(t.Context(), q, came, 7)
	require.NoError(t, err)
	require.Equal(t, "The lamp is here.", reasoning)
	recordable(t, made, "teacher", 2)
	require.Contains(t, string(script.Requests()[0].Body), `What came of it:\nNext state: You turn the lamp on.\nResult: reward 1, the task ended: success`)
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", teacher.Rubric())
	_, _, err = teacher.Explain(t.Context(), q, came, 7)
	require.NoError(t, err)
}

func FuzzAnswersAreReadOrRefused(f *testing.F) {
	for _, text := range []string{"", "{", `{"next_state":1}`, `{"reasoning":"r","valid":true,"next_state":"s","terminated":true,"success":true,"precedent":1}`, "<think>", `[{"a":1}]`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, _ := dreamt(t, chat.Options{}, openai.Options{}, openaitest.Say(text))
		p, err := d.Predict(t.Context(), "use lamp 1", []producers.Demonstration{recorded("real", new(true), 1)})
		if err == nil {
			require.NotEmpty(t, p.Text)
			require.NotEmpty(t, p.Reasoning)
		}
		require.NotEmpty(t, p.Calls)
	})
}
