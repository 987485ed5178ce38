package chat_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// task is what the episodes of the tests attempt.
var task = producers.Task{ID: "look_at_light/trial_1", Environment: "household", Instruction: "examine the mug under a lamp"}

// seen is an observation.
func seen(text string, admissible ...string) producers.Observation {
	return producers.Observation{Text: text, Admissible: admissible}
}

// agent returns an agent whose model follows a script.
func agent(t testing.TB, o chat.Options, client openai.Options, replies ...openaitest.Reply) (*chat.Agent, *openaitest.Script) {
	t.Helper()
	script := openaitest.New(replies...)
	client.BaseURL = openaitest.Serve(t, script)
	c, err := openai.New(client)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	if o.Model == "" {
		o.Model = "asked-1"
	}
	a, err := chat.New(c, o)
	require.NoError(t, err)
	return a, script
}

func begin(t testing.TB, a *chat.Agent) producers.Actor {
	t.Helper()
	actor, err := a.Begin(t.Context(), producers.Episode{Task: task, Seed: 42, MaxSteps: 30})
	require.NoError(t, err)
	return actor
}

// act plays one step, and checks that what is left of it can be recorded.
func act(t testing.TB, actor producers.Actor, o producers.Observation) producers.Decision {
	t.Helper()
	d, err := actor.Act(t.Context(), o)
	require.NoError(t, err)
	for i := range d.Calls {
		recordable(t, d.Calls[i])
	}
	return d
}
