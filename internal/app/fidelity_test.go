package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

func (h *home) fidelity(o app.FidelityOptions) app.Fidelity {
	h.Helper()
	f, err := h.tryFidelity(o)
	require.NoError(h, err)
	return f
}

func (h *home) tryFidelity(o app.FidelityOptions) (app.Fidelity, error) {
	h.Helper()
	if o.Models == nil {
		o.Models = []app.ExperienceOptions{{Kind: "copy"}, {Kind: "lifted"}}
	}
	if o.Ks == nil {
		o.Ks = []int{0, 3}
	}
	return h.app().Fidelity(h.Context(), o)
}

func TestModelsAreMeasuredByWhatIsHeldOut(t *testing.T) {
	h := lived(t)
	before := h.value("SELECT count(*) FROM transitions")
	f := h.fidelity(app.FidelityOptions{})
	require.Equal(t, "corridor", f.Environment)
	require.Equal(t, "1", f.EnvironmentVersion)
	require.Equal(t, 5, f.Seen.Tasks)
	require.Equal(t, 5, f.Known.Tasks)
	require.Equal(t, 1, f.Unseen.Tasks)
	require.EqualValues(t, h.value("SELECT count(*) FROM transitions WHERE split = 'train'"), f.Seen.Transitions+f.Known.Transitions+f.Unseen.Transitions)
	for _, setting := range []string{fidelity.Known, fidelity.Unseen} {
		for _, k := range []int{0, 3} {
			r, there := fidelity.At(f.Rows, setting, k, fidelity.OneStep, 1, fidelity.AllSteps)
			require.True(t, there, "%s, k = %d", setting, k)
			require.Positive(t, r.N)
		}
	}
	require.Equal(t, before, h.value("SELECT count(*) FROM transitions"), "it records nothing unless asked to")
	again := h.fidelity(app.FidelityOptions{Measure: fidelity.Options{Workers: 4}})
	require.Equal(t, f.Rows, again.Rows)
}

// Probes land beside the real steps, once, and no learner sees them: the model
// that is fitted after them is the one that was fitted before.
func TestProbesLandAndReachNoLearner(t *testing.T) {
	h := lived(t)
	before := h.fit()
	f := h.fidelity(app.FidelityOptions{Record: true})
	require.Positive(t, f.Recorded)
	require.Equal(t, f.Recorded, h.value("SELECT count(*) FROM transitions WHERE purpose = 'probe' AND origin = 'synthetic'"))
	require.Equal(t, f.Recorded, h.value(`SELECT count(*) FROM transitions p JOIN transitions r ON r.event_id = (p.info ->> '$.probe_of')
		WHERE p.purpose = 'probe' AND r.origin = 'real' AND (p.state, p.action, p.step, p.task_id) = (r.state, r.action, r.step, r.task_id) AND p.episode_id <> r.episode_id`))
	require.Equal(t, f.Recorded, h.value("SELECT sum(n)::BIGINT FROM model_error"))
	row, _ := fidelity.At(f.Rows, fidelity.Unseen, 3, fidelity.OneStep, 1, fidelity.AllSteps)
	require.InDelta(t, 1-*row.NextStateExact, h.value("SELECT sum(eps_transition * n) / sum(n) FROM model_error WHERE model_id = $1 AND setting = 'unseen' AND k = 3", row.Model), 1e-9,
		"the view and the measurement agree")
	again := h.fidelity(app.FidelityOptions{Record: true})
	require.Zero(t, again.Recorded, "the same probes are the same events")
	after := h.fit()
	require.True(t, after.Known)
	require.Equal(t, before.SHA256, after.SHA256)
	require.Zero(t, h.value("SELECT count(*) FROM episodes WHERE purpose = 'probe'"), "a probe is no attempt at a task")
	h.requireOnce()
}

// Of what a chat model was asked, every request is a call in the lake: those of
// answers that were refused as well.
func TestChatIsMeasuredAndItsCallsAreRecorded(t *testing.T) {
	h := lived(t)
	good := openaitest.Say(`{"reasoning":"One step on.","valid":true,"next_state":"2 steps from the door","admissible_actions":["go back","go on"],"terminated":false,"success":false,"precedent":null,"reward":0}`)
	replies := make([]openaitest.Reply, 12)
	for i := range replies {
		replies[i] = good
	}
	server := httptest.NewServer(openaitest.New(append(replies, openaitest.Say("I would rather talk of something else."))...))
	t.Cleanup(server.Close)
	f := h.fidelity(app.FidelityOptions{
		Models: []app.ExperienceOptions{{Kind: "chat", Server: app.ServerOptions{API: server.URL + "/v1", Model: "m", MaxTokens: 100, ContextTokens: 4000}}},
		Ks:     []int{1}, Record: true, Measure: fidelity.Options{MaxSteps: 10, MaxLoops: 1, Depths: []int{1}},
	})
	known, _ := fidelity.At(f.Rows, fidelity.Known, 1, fidelity.OneStep, 1, fidelity.AllSteps)
	require.EqualValues(t, 10, known.N)
	require.Zero(t, known.Refused)
	unseen, _ := fidelity.At(f.Rows, fidelity.Unseen, 1, fidelity.OneStep, 1, fidelity.AllSteps)
	require.Positive(t, unseen.Refused)
	require.EqualValues(t, 20-unseen.Refused, f.Recorded)
	require.Equal(t, f.Recorded, h.value("SELECT count(*) FROM transitions WHERE purpose = 'probe' AND len(call_ids) > 0"))
	require.Zero(t, h.value("SELECT count(*) FROM (SELECT unnest(call_ids) AS id FROM transitions WHERE purpose = 'probe') WHERE id NOT IN (SELECT event_id FROM calls)"))
	require.Greater(t, h.value("SELECT count(*) FROM calls WHERE role = 'experience'"), f.Recorded, "requests that were refused are recorded too")
	h.requireOnce()
}

func TestUnseenTasksOfAnotherSplit(t *testing.T) {
	h := lived(t)
	f := h.fidelity(app.FidelityOptions{TestSplit: "dev"})
	require.Equal(t, "dev", f.TestSplit)
	require.Equal(t, 6, f.Seen.Tasks, "no task of train is held out as a whole")
	require.Positive(t, f.Unseen.Tasks)
	require.EqualValues(t, h.value("SELECT count(*) FROM transitions WHERE split = 'dev'"), f.Unseen.Transitions)
	_, err := h.tryFidelity(app.FidelityOptions{TestSplit: "moon"})
	require.ErrorContains(t, err, `in split "moon"`)
}

// walker goes on with a probability, else back.
type walker float64

func (w walker) Policy() producers.Policy {
	return producers.Policy{ID: fmt.Sprintf("walker-%v", float64(w))}
}

func (w walker) Begin(_ context.Context, e producers.Episode) (producers.Actor, error) {
	return &walking{float64(w), rand.New(rand.NewPCG(uint64(e.Seed), 1))}, nil
}

type walking struct {
	on   float64
	dice *rand.Rand
}

func (w *walking) Act(context.Context, producers.Observation) (producers.Decision, error) {
	if w.dice.Float64() < w.on {
		return producers.Decision{Action: "go on"}, nil
	}
	return producers.Decision{Action: "go back"}, nil
}

func TestPoliciesAreRankedInTheDream(t *testing.T) {
	h := lived(t)
	f := h.fidelity(app.FidelityOptions{Models: []app.ExperienceOptions{{Kind: "copy"}}, Policies: app.PolicyOptions{
		Environment: corridor{tasks: 8}, Agents: []producers.Agent{walker(.1), walker(.5), walker(1)}, Attempts: 5, Workers: 2, MaxSteps: 6, K: 3,
	}})
	require.Len(t, f.Policies, 1)
	a := f.Policies[0]
	require.Equal(t, 5, a.Attempts)
	require.Len(t, a.Policies, 3)
	for _, p := range a.Policies {
		require.InDelta(t, p.Dream-p.Real, p.Gap, 1e-12)
	}
	require.Equal(t, 1.0, a.Policies[2].Real, "who always goes on reaches the door")
	require.Less(t, a.Policies[0].Real, a.Policies[1].Real)
	require.Equal(t, 1.0, *a.Spearman)
	require.Equal(t, 1.0, *a.KendallTauB)

	_, err := h.tryFidelity(app.FidelityOptions{Policies: app.PolicyOptions{
		Environment: renovated{corridor{tasks: 8}}, Agents: []producers.Agent{walker(1)}, Attempts: 1, Workers: 1,
	}})
	require.ErrorContains(t, err, "none of the 8 tasks of the environment is among the")
}

// quiet tells the task at the reset only, as games do.
type quiet struct{ corridor }

func (q quiet) Tasks(ctx context.Context) ([]producers.Task, error) {
	tasks, err := q.corridor.Tasks(ctx)
	for i := range tasks {
		tasks[i].Instruction = ""
	}
	return tasks, err
}

func (q quiet) Open(context.Context) (producers.Session, error) { return &telling{}, nil }

type telling struct{ walk }

func (t *telling) Reset(ctx context.Context, task producers.Task, seed int64) (producers.Start, error) {
	s, err := t.walk.Reset(ctx, task, seed)
	s.Instruction = "reach the door"
	return s, err
}

func TestADreamIsToldTheTaskInTheWordsThatWereRecorded(t *testing.T) {
	h := newHome(t)
	_, err := h.play(app.PlayOptions{Environment: quiet{corridor{tasks: 8}}, Attempts: 10, MaxSteps: 12})
	require.NoError(t, err)
	f := h.fidelity(app.FidelityOptions{Models: []app.ExperienceOptions{{Kind: "lifted"}}, Policies: app.PolicyOptions{
		Environment: quiet{corridor{tasks: 8}}, Agents: []producers.Agent{walker(0), walker(1)}, Attempts: 2, Workers: 1, MaxSteps: 6, K: 3,
	}})
	require.Equal(t, []app.PolicyReturn{{Policy: "walker-0"}, {Policy: "walker-1", Real: 1, Dream: 1}}, f.Policies[0].Policies)
}

func TestFidelityNeedsSomethingToMeasureBy(t *testing.T) {
	h := newHome(t)
	_, err := h.play(app.PlayOptions{Attempts: 1, Tasks: 1, Split: "train"})
	require.NoError(t, err)
	_, err = h.tryFidelity(app.FidelityOptions{})
	require.ErrorIs(t, err, fidelity.ErrTooFew)
	require.ErrorContains(t, err, "it takes two tasks, or two episodes of a task")
	_, err = h.tryFidelity(app.FidelityOptions{Visibility: replay.Visibility{Environment: "moon"}})
	require.ErrorIs(t, err, replay.ErrNothingVisible)
}
