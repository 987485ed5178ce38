package agentgym

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
)

func TestConformance(t *testing.T) {
	for _, dialect := range Dialects() {
		t.Run(dialect, func(t *testing.T) {
			environmenttest.Run(t, func(t *testing.T) producers.Environment { return newGym(t, dialect).connect(t, nil) },
				environmenttest.Options{Action: upAndDown})
		})
	}
}

// upAndDown is in words that every dialect's staircase understands.
func upAndDown(step int, o producers.Observation) string {
	if step%3 == 1 && len(o.Admissible) > 0 {
		return o.Admissible[1]
	}
	return "up"
}

// TestDialects plays task 10, of three steps, in each dialect.
func TestDialects(t *testing.T) {
	three := []string{"up", "down", "look"}
	yes, no := true, false
	tests := []struct {
		dialect, text, instruction string
		admissible, later          []string
		misunderstood, understood  *bool
		reward                     float64
		info                       string
		closes                     bool
	}{
		{"alfworld", "Step 0.\nYour task is to: climb 3 steps.", "climb 3 steps.", three, three, &no, &yes, 1, "", false},
		{"webshop", "Step 0.", "Climb 3 steps", nil, []string{"click[up]", "click[down]"}, nil, nil, 1, "", false},
		{"sciworld", "Step 0.", "Your task is to climb 3 steps.", nil, nil, &no, &yes, 1, `{"score":100}`, true},
		{"textcraft", "Crafting commands:\nup\n\nGoal: craft 3 steps.", "Crafting commands:\nup\n\nGoal: craft 3 steps.", nil, nil, &no, &yes, 1, "", true},
		{"babyai", "Step 0.", "climb 3 steps", three, three, &no, &yes, 0.9, `{"score":0.9}`, true},
	}
	for _, test := range tests {
		t.Run(test.dialect, func(t *testing.T) {
			g := newGym(t, test.dialect)
			e := g.connect(t, nil)
			s, err := e.Open(t.Context())
			require.NoError(t, err)
			start, err := s.Reset(t.Context(), producers.Task{ID: test.dialect + "-10"}, 1)
			require.NoError(t, err)
			require.Equal(t, test.text, start.Text)
			require.Equal(t, test.instruction, start.Instruction)
			require.Equal(t, test.admissible, start.Admissible)

			o, err := s.Step(t.Context(), "fly")
			require.NoError(t, err)
			require.Equal(t, test.misunderstood, o.Valid)
			for range 2 {
				o, err = s.Step(t.Context(), "up")
				require.NoError(t, err)
				require.Equal(t, test.understood, o.Valid)
				require.Zero(t, *o.Reward)
				require.Nil(t, o.Success)
			}
			require.Equal(t, "Step 2.", o.Text)
			require.Equal(t, test.later, o.Admissible)

			o, err = s.Step(t.Context(), "up")
			require.NoError(t, err)
			require.True(t, o.Terminated)
			require.True(t, *o.Success)
			require.Equal(t, test.reward, *o.Reward)
			if test.info != "" {
				require.JSONEq(t, test.info, string(*o.Info))
			}
			_, err = s.Step(t.Context(), "up")
			require.ErrorIs(t, err, errBroken)

			require.NoError(t, s.Close())
			require.Equal(t, 1, g.count("/close"))
			require.Equal(t, test.closes, g.open() == 0, "environments that the server still has")
		})
	}
}

func TestTasks(t *testing.T) {
	e := newGym(t, "babyai").connect(t, func(o *Options) { o.From, o.To, o.Split = 7, 9, "dev" })
	tasks, err := e.Tasks(t.Context())
	require.NoError(t, err)
	require.Equal(t, []producers.Task{{ID: "babyai-7", Environment: "babyai", Split: "dev"}, {ID: "babyai-8", Environment: "babyai", Split: "dev"}}, tasks)
}

func TestATaskOfAnotherEnvironment(t *testing.T) {
	e := newGym(t, "babyai").connect(t, nil)
	for _, id := range []string{"", "alfworld-1", "babyai-x", "1"} {
		s, err := e.Open(t.Context())
		require.NoError(t, err)
		_, err = s.Reset(t.Context(), producers.Task{ID: id}, 1)
		require.ErrorContains(t, err, "not one of this environment, whose tasks are called babyai-NUMBER")
		require.NoError(t, s.Close())
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{
		{},
		{URL: "http://h", Dialect: "alfworld"},
		{URL: "http://h", Dialect: "chess", To: 1},
		{URL: "h:80", Dialect: "alfworld", To: 1},
		{URL: "http://h", Dialect: "alfworld", From: -1, To: 1},
		{URL: "http://h", Dialect: "alfworld", To: 1, Limits: Limits{AnswerBytes: -1}},
	} {
		require.Error(t, o.Validate(), "%+v", o)
		_, err := Connect(t.Context(), o)
		require.Error(t, err)
	}
	require.NoError(t, Options{URL: "http://h:1", Dialect: "alfworld", To: 1}.Validate())
	require.Equal(t, []string{"alfworld", "babyai", "sciworld", "textcraft", "webshop"}, Dialects())
}

func TestAnotherDialect(t *testing.T) {
	o := newGym(t, "sciworld").options()
	o.Dialect = "babyai"
	_, err := Connect(t.Context(), o)
	require.ErrorContains(t, err, `greets with "This is environment ScienceWorld.", and a server of dialect babyai with`)
}

func TestWhatCannotTakeAStepTwiceIsTriedAgain(t *testing.T) {
	g := newGym(t, "webshop")
	tries := map[string]int{}
	g.before = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		tries[r.URL.Path]++
		busy := tries[r.URL.Path] < 3 && r.URL.Path != "/step" && r.URL.Path != "/close"
		if busy {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
		return busy
	}
	e := g.connect(t, func(o *Options) { o.Limits.Patience = 10 * time.Second })
	s := begin(t, e, 10)
	_, err := s.Step(t.Context(), "up")
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.Equal(t, map[string]int{"/": 3, "/create": 3, "/reset": 3, "/instruction_text": 3, "/available_actions": 4, "/step": 1, "/close": 1}, tries)
}

func TestACallEndsWithItsContext(t *testing.T) {
	g := newGym(t, "alfworld")
	reached := make(chan struct{})
	g.before = func(_ http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		if r.URL.Path == "/step" {
			close(reached)
			<-r.Context().Done()
		}
		return false
	}
	s := begin(t, g.connect(t, nil), 10)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	_, err := s.Step(ctx, "up")
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, s.Close())
}
