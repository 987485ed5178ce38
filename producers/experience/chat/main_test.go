package chat_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var task = producers.Task{ID: "examine/1", Environment: "household", Instruction: "examine the mug under a lamp"}

// seen is an observation.
func seen(text string, admissible ...string) producers.Observation {
	return producers.Observation{Text: text, Admissible: admissible}
}

// recorded is a demonstration: the last of so many steps of an episode.
func recorded(origin string, success *bool, steps int) producers.Demonstration {
	r := &producers.Recording{EpisodeID: "e", Task: task, Origin: origin, Success: success, Steps: make([]producers.RecordedStep, steps)}
	for i := range r.Steps {
		r.Steps[i] = producers.RecordedStep{Step: int64(i), State: seen("You hold a mug.", "use lamp 1", "look"), Action: "use lamp 1",
			Next: seen("You turn the lamp on.", "look"), Reward: new(0.0)}
	}
	last := &r.Steps[steps-1]
	last.Terminated = true
	if success != nil && *success {
		last.Reward = new(1.0)
	}
	return producers.Demonstration{Recording: r, Index: steps - 1, Similarity: 0.9}
}

func connect(t testing.TB, o openai.Options, replies ...openaitest.Reply) (*openai.Client, *openaitest.Script) {
	t.Helper()
	script := openaitest.New(replies...)
	o.BaseURL = openaitest.Serve(t, script)
	c, err := openai.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, script
}

// dreamt returns a dream whose model follows a script.
func dreamt(t testing.TB, o chat.Options, client openai.Options, replies ...openaitest.Reply) (producers.Dream, *openaitest.Script) {
	t.Helper()
	c, script := connect(t, client, replies...)
	o.Model = "asked-1"
	m, err := chat.New(c, o)
	require.NoError(t, err)
	start := seen("You hold a mug. You see a lamp 1.", "use lamp 1", "look")
	d, err := m.Begin(t.Context(), producers.Beginning{Task: task, Start: &start, Seed: 42})
	require.NoError(t, err)
	return d, script
}

// recordable checks that calls can become events as they are.
func recordable(t testing.TB, made []schema.Call, role string, n int) {
	t.Helper()
	require.Len(t, made, n)
	for _, c := range made {
		_, _, err := schema.Encode(&schema.CallRow{
			Envelope: schema.Envelope{EventID: "e", EventType: schema.TypeLLMCalled, Time: 1, Source: "test", Subject: "s"}, Call: c,
		})
		require.NoError(t, err)
		require.Equal(t, role, c.Role)
	}
}

// says answers with an object of these members beside the usual ones.
func says(members string) openaitest.Reply {
	return openaitest.Say(`{"reasoning":"As in [1], the lamp is on.","valid":true,"next_state":"You turn the lamp on.","actions_gone":["use lamp 1","fly"],"actions_new":["look","rest","rest",""],` + members + `}`)
}
