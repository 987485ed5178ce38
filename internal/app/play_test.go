package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// corridor is an environment: who goes on three times, instead of back, wins.
type corridor struct {
	tasks int
	// broken, when set, is why no session opens.
	broken error
}

func (c corridor) Tasks(context.Context) (tasks []producers.Task, _ error) {
	for i := range c.tasks {
		split := "train"
		if i%4 == 3 {
			split = "dev"
		}
		tasks = append(tasks, producers.Task{
			ID: fmt.Sprintf("door-%d", i), Environment: "corridor", EnvironmentVersion: "1", Split: split, Instruction: "reach the door",
		})
	}
	return tasks, nil
}

func (c corridor) Open(context.Context) (producers.Session, error) { return &walk{}, c.broken }
func (c corridor) Close() error                                    { return nil }

type walk struct{ at int }

func (w *walk) Reset(context.Context, producers.Task, int64) (producers.Start, error) {
	w.at = 0
	return producers.Start{Observation: w.see()}, nil
}

func (w *walk) Step(_ context.Context, action string) (producers.Outcome, error) {
	valid, reward := action == "go on" || action == "go back", 0.
	if action == "go on" {
		w.at++
	}
	o := producers.Outcome{Observation: w.see(), Valid: &valid, Reward: &reward}
	if w.at == 3 {
		won := true
		reward, o.Terminated, o.Success, o.Reason = 1, true, &won, "the door"
	}
	return o, nil
}

func (w *walk) see() producers.Observation {
	return producers.Observation{Text: fmt.Sprintf("%d steps from the door", 3-w.at), Admissible: []string{"go back", "go on"}}
}

func (w *walk) Close() error { return nil }

func (h *home) play(options app.PlayOptions) (app.Played, error) {
	h.Helper()
	if options.Environment == nil {
		options.Environment = corridor{tasks: 8}
	}
	options.Agent, options.Seed, options.Workers = random.New(), 7, 4
	return h.app().Play(h.Context(), options)
}

func TestPlayLandsEveryStep(t *testing.T) {
	h := newHome(t)
	played, err := h.play(app.PlayOptions{Attempts: 3, MaxSteps: 6})
	require.NoError(t, err)
	require.EqualValues(t, 24, played.Episodes)
	require.EqualValues(t, 8, played.Tasks)
	require.Equal(t, played.Transitions, h.value("SELECT count(*) FROM transitions WHERE run_id = $1", played.RunID))
	require.EqualValues(t, 24, h.value("SELECT count(*) FROM episodes WHERE run_id = $1", played.RunID))
	require.EqualValues(t, 8, h.value("SELECT count(*) FROM groups WHERE attempts = 3"))
	require.EqualValues(t, 8, h.value("SELECT count(*) FROM tasks WHERE environment = 'corridor' AND kind = 'seed'"))
	h.requireOnce()
}

func TestPlayTakesTheTasksOfASplit(t *testing.T) {
	h := newHome(t)
	played, err := h.play(app.PlayOptions{Split: "dev"})
	require.NoError(t, err)
	require.EqualValues(t, 2, played.Tasks)
	_, err = h.play(app.PlayOptions{Split: "moon"})
	require.ErrorContains(t, err, `none of the 8 tasks is of split "moon": they are of [dev train]`)
}

func TestPlayDrawsTasksByTheSeed(t *testing.T) {
	drawn := func() []any {
		h := newHome(t)
		_, err := h.play(app.PlayOptions{Environment: corridor{tasks: 50}, Tasks: 5})
		require.NoError(t, err)
		return h.value("SELECT list(task_id ORDER BY task_id) FROM episodes").([]any)
	}
	first := drawn()
	require.Len(t, first, 5)
	require.Equal(t, first, drawn())
	require.NotEqual(t, []any{"door-0", "door-1", "door-2", "door-3", "door-4"}, first)
}

func TestPlayGoesOnWithARun(t *testing.T) {
	h := newHome(t)
	first, err := h.play(app.PlayOptions{Tasks: 4})
	require.NoError(t, err)
	whole, err := h.play(app.PlayOptions{Tasks: 4, Attempts: 2, RunID: first.RunID})
	require.NoError(t, err)
	require.EqualValues(t, 4, whole.Skipped)
	require.EqualValues(t, 4, whole.Episodes)
	require.EqualValues(t, 4, h.value("SELECT count(*) FROM groups WHERE attempts = 2"), "later attempts join their groups")
	nothing, err := h.play(app.PlayOptions{Tasks: 4, Attempts: 2, RunID: first.RunID})
	require.NoError(t, err)
	require.Zero(t, nothing.Episodes)
	h.requireOnce()
}

func TestPlayEndsWhatAKilledProcessCouldNot(t *testing.T) {
	h := newHome(t)
	first, err := h.play(app.PlayOptions{Tasks: 4})
	require.NoError(t, err)
	// A step of a fifth episode, whose process was killed.
	w, err := h.app().Writer(t.Context(), app.WriterOptions{})
	require.NoError(t, err)
	require.NoError(t, w.Produce(t.Context(), lastStep(first.RunID)))
	_, err = w.Finish(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.Close(t.Context()))

	again, err := h.play(app.PlayOptions{Tasks: 4, RunID: first.RunID})
	require.NoError(t, err)
	require.EqualValues(t, 1, again.Closed)
	require.Equal(t, []any{"aborted", int64(1), 0.25, "door-9"},
		h.sql("SELECT status, length, episode_return, task_id FROM episodes WHERE episode_id = 'cut short'")[0])
	require.Zero(t, h.value("SELECT count(*) FROM transitions WHERE episode_id NOT IN (SELECT episode_id FROM episodes)"))
	again, err = h.play(app.PlayOptions{Tasks: 4, RunID: first.RunID})
	require.NoError(t, err)
	require.Zero(t, again.Closed, "it is closed once")
	h.requireOnce()
}

// lastStep is a step of an episode that no event has ended.
func lastStep(run string) *schema.TransitionRow {
	policy, version, instruction, reward, attempt := random.ID, "1", "reach the door", 0.25, int64(0)
	return &schema.TransitionRow{
		Envelope: schema.Envelope{EventID: schema.NewID(), EventType: schema.TypeTransition, Time: 1, Source: "rollout/corridor", Subject: "cut short"},
		Transition: schema.Transition{
			RunID: &run, Purpose: "collect", Environment: "corridor", EnvironmentVersion: &version, Split: "train", TaskID: "door-9",
			Instruction: &instruction, EpisodeID: "cut short", Attempt: &attempt, Origin: "real", State: "a", Action: "go on", NextState: "b",
			Reward: &reward, PolicyID: &policy,
		},
	}
}

func TestOneProcessPlaysARun(t *testing.T) {
	h := newHome(t)
	first, err := h.play(app.PlayOptions{Tasks: 1})
	require.NoError(t, err)
	inTheMiddle := errors.New("was not asked")
	_, err = h.play(app.PlayOptions{Tasks: 1, RunID: first.RunID, Began: func(run string) {
		_, inTheMiddle = h.app().Play(t.Context(), app.PlayOptions{Environment: corridor{tasks: 1}, Agent: random.New(), RunID: run})
	}})
	require.NoError(t, err)
	require.ErrorContains(t, inTheMiddle, "another process plays run "+first.RunID)
	_, err = h.play(app.PlayOptions{RunID: "../../etc/passwd"})
	require.ErrorContains(t, err, "is a UUID")
}

func TestPlayRecordsWhatCouldNotBePlayed(t *testing.T) {
	h := newHome(t)
	played, err := h.play(app.PlayOptions{Environment: corridor{tasks: 3, broken: errors.New("the lights are out")}})
	require.NoError(t, err)
	require.EqualValues(t, 3, played.Failed)
	require.EqualValues(t, 3, h.value("SELECT count(*) FROM episodes WHERE status = 'failed' AND reason LIKE '%the lights are out%'"))
}

func TestInterruptedPlayIsWhole(t *testing.T) {
	h := newHome(t)
	ctx, interrupt := context.WithCancel(t.Context())
	played, err := h.app().Play(ctx, app.PlayOptions{
		Environment: corridor{tasks: 10_000}, Agent: random.New(), Workers: 4,
		Progress: func(p rollout.Progress) {
			if p.Result.Episodes >= 10 {
				interrupt()
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, played.Episodes, int64(10_000))
	require.Equal(t, played.Episodes, h.value("SELECT count(*) FROM episodes"))
	require.Equal(t, played.Transitions, h.value("SELECT count(*) FROM transitions"))
	require.Zero(t, h.value("SELECT count(*) FROM transitions WHERE episode_id NOT IN (SELECT episode_id FROM episodes)"))
}

// renovated is a corridor by other rules.
type renovated struct{ corridor }

func (r renovated) Tasks(ctx context.Context) ([]producers.Task, error) {
	tasks, err := r.corridor.Tasks(ctx)
	for i := range tasks {
		tasks[i].EnvironmentVersion = "2"
	}
	return tasks, err
}

// windy is a corridor in which who goes on may be blown back.
type windy struct{ corridor }

func (w windy) Open(context.Context) (producers.Session, error) { return &gusts{}, nil }

type gusts struct {
	walk
	dice *rand.Rand
}

func (g *gusts) Reset(ctx context.Context, task producers.Task, seed int64) (producers.Start, error) {
	g.dice = rand.New(rand.NewPCG(uint64(seed), 1))
	return g.walk.Reset(ctx, task, seed)
}

func (g *gusts) Step(ctx context.Context, action string) (producers.Outcome, error) {
	if action == "go on" && g.dice.IntN(2) == 0 {
		action = "go back"
	}
	return g.walk.Step(ctx, action)
}
