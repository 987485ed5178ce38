package rollout_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

func TestEveryAttemptAtEveryTaskIsPlayed(t *testing.T) {
	w, m := newWorld(3), &memory{}
	var last rollout.Progress
	result := play(t, w, newDicer(), m, rollout.Options{Attempts: 4, Workers: 2, Seed: 1,
		Progress: func(p rollout.Progress) { last = p }})
	require.EqualValues(t, 3, result.Tasks)
	require.EqualValues(t, 12, result.Episodes)
	require.EqualValues(t, 12, result.Completed+result.Truncated)
	require.Positive(t, result.Completed)
	require.Equal(t, result.Completed, result.Successes)
	require.EqualValues(t, 12, result.Graded)
	require.InDelta(t, float64(result.Successes)/12, *result.SuccessRate, 1e-12)
	require.Positive(t, result.StepsPerSecond)
	require.LessOrEqual(t, w.opened.Load(), int64(2), "a worker keeps its session")

	var transitions, tasks int64
	for _, row := range m.rows {
		switch row.Table() {
		case schema.Transitions:
			transitions++
		case schema.Tasks:
			tasks++
		}
	}
	require.Equal(t, transitions, result.Transitions)
	require.Equal(t, result.Transitions, last.Steps)
	require.EqualValues(t, 12, last.Total)
	require.Equal(t, result.Episodes, last.Result.Episodes)
	require.Positive(t, last.Elapsed)
	require.EqualValues(t, 3, tasks)

	groups := map[string]map[int64]bool{}
	for _, g := range played(m.rows) {
		end := g.ends[0]
		if groups[*end.GroupID] == nil {
			groups[*end.GroupID] = map[int64]bool{}
		}
		groups[*end.GroupID][*end.Attempt] = true
	}
	require.Len(t, groups, 3, "a group is the attempts at one task")
	for _, attempts := range groups {
		require.Equal(t, map[int64]bool{0: true, 1: true, 2: true, 3: true}, attempts)
	}
}

func TestResultSpeaksTheContract(t *testing.T) {
	text, err := json.Marshal(rollout.Result{})
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(text, &members))
	for _, name := range []string{"run_id", "episodes", "transitions", "success_rate", "steps_per_second", "tasks", "skipped"} {
		require.Contains(t, members, name)
	}
}

// straight is an agent that counts up, and says all that an agent can say.
func straight() *dicer {
	d := newDicer()
	d.bend = func(step int, d *producers.Decision) {
		*d = producers.Decision{Action: "up", Thought: "up we go", Logprob: new(-0.5), Calls: []schema.Call{
			{Messages: `[{"role":"user","content":"?"}]`, Response: "up", Model: new("m")},
			{Messages: `[]`, Response: "up", Role: "judge"},
		}}
	}
	return d
}

func TestEveryColumnIsFilled(t *testing.T) {
	w, m := newWorld(1), &memory{}
	w.bend = func(step int, o *producers.Outcome) { o.Info = new(schema.JSON(`{"score":7}`)) }
	result := play(t, w, straight(), m, rollout.Options{Seed: 9, RunID: "run-1", Iteration: new(int64(2)), Purpose: "train", MaxSteps: 30})
	require.Equal(t, "run-1", result.RunID)
	require.Equal(t, []string{
		"task.proposed",
		"llm.called", "llm.called", "transition", "llm.called", "llm.called", "transition", "llm.called", "llm.called", "transition",
		"episode.ended",
	}, types(m.rows))

	task := m.rows[0].(*schema.TaskRow)
	require.Equal(t, w.tasks[0].EventID(), task.EventID)
	require.Equal(t, schema.Task{TaskID: "count/0", Environment: new("counter"), Split: new("valid_seen"),
		Instruction: &w.tasks[0].Instruction, Kind: new("seed"), Info: new(schema.JSON(`{"goal":3}`))}, task.Task)

	g := played(m.rows)[0]
	instruction := "Count to three, for the 0. time. Begin!"
	group := *g.ends[0].GroupID
	for i, s := range g.steps {
		require.Equal(t, schema.DeriveID("event", g.id, "transition", []string{"0", "1", "2"}[i]), s.EventID)
		require.Equal(t, "rollout/counter", s.Source)
		require.NotZero(t, s.Time)
		require.Equal(t, []string{g.calls[2*i].EventID, g.calls[2*i+1].EventID}, s.CallIDs)
	}
	middle := g.steps[1].Transition
	require.NotNil(t, middle.EnvSeed)
	require.Equal(t, schema.Transition{
		RunID: new("run-1"), Purpose: "train", Iteration: new(int64(2)), Environment: "counter", EnvironmentVersion: new("counter-1"),
		EnvSeed: middle.EnvSeed, Split: "valid_seen", TaskID: "count/0", Instruction: &instruction, EpisodeID: g.id, GroupID: &group,
		Attempt: new(int64(0)), Step: 1, MaxSteps: new(int64(30)), Origin: "real", State: g.steps[0].NextState,
		AdmissibleActions: []string{"up", "down", "wait"}, Action: "up", ActionValid: new(true), NextState: g.steps[2].State,
		NextAdmissibleActions: []string{"up", "down", "wait"}, Reward: new(0.0), Thought: new("up we go"),
		PolicyID: new("dicer"), PolicyVersion: new(int64(4)), ActionLogprob: new(-0.5), Temperature: new(0.7),
		CallIDs: middle.CallIDs, Info: new(schema.JSON(`{"score":7}`)),
	}, middle)
	require.True(t, g.steps[2].Terminated)
	require.Equal(t, 1.0, *g.steps[2].Reward)

	call := g.calls[3]
	require.Equal(t, schema.Call{Role: "judge", RunID: new("run-1"), Environment: new("counter"), EpisodeID: &g.id, Step: new(int64(1)),
		Messages: `[]`, Response: "up"}, call.Call)
	require.Equal(t, "agent", g.calls[2].Role)

	end := g.ends[0].Episode
	require.NotEmpty(t, *end.Info)
	require.Equal(t, schema.Episode{
		RunID: new("run-1"), Purpose: "train", Iteration: new(int64(2)), Environment: "counter", EnvironmentVersion: new("counter-1"),
		Split: "valid_seen", TaskID: "count/0", Instruction: &instruction, EpisodeID: g.id, GroupID: &group, Attempt: new(int64(0)),
		Origin: "real", PolicyID: new("dicer"), PolicyVersion: new(int64(4)), Status: "completed", Success: new(true),
		EpisodeReturn: new(1.0), Length: 3, Reason: new("counted"), Info: end.Info,
	}, end)
}

func types(rows []schema.Row) (types []string) {
	for _, row := range rows {
		types = append(types, row.Head().EventType)
	}
	return types
}

func TestAnActionThatCouldNotBeReadIsAnInvalidStep(t *testing.T) {
	for given, want := range map[string]string{
		``:               `{"malformed":"no action in \"�\""}`,
		`{"score":1.50}`: `{"malformed":"no action in \"�\"","score":1.50}`,
	} {
		w, m, d := newWorld(1), &memory{}, straight()
		d.bend = func(_ int, d *producers.Decision) {
			*d = producers.Decision{Action: "up", Malformed: "no action in \"\xff\""}
		}
		w.bend = func(_ int, o *producers.Outcome) {
			if given != "" {
				o.Info = new(schema.JSON(given))
			}
		}
		play(t, w, d, m, rollout.Options{})
		for _, s := range played(m.rows)[0].steps {
			require.False(t, *s.ActionValid)
			require.Equal(t, want, string(*s.Info))
		}
	}
}

// How an episode ends, and what is said of its success.
func TestEndings(t *testing.T) {
	waits := func(_ int, d *producers.Decision) { d.Action = "wait" }
	at := func(n int, f func(o *producers.Outcome)) func(int, *producers.Outcome) {
		return func(step int, o *producers.Outcome) {
			if step == n {
				f(o)
			}
		}
	}
	for name, test := range map[string]struct {
		bend    func(int, *producers.Outcome)
		status  string
		length  int64
		success *bool
		reason  *string
		cutOff  bool
	}{
		"limit":            {nil, "truncated", 5, new(false), new("the limit of 5 steps was reached"), true},
		"limit, ungraded":  {func(_ int, o *producers.Outcome) { o.Reward = nil }, "truncated", 5, nil, new("the limit of 5 steps was reached"), true},
		"won at the limit": {at(4, func(o *producers.Outcome) { o.Terminated, o.Success = true, new(true) }), "completed", 5, new(true), nil, false},
		"lost": {at(2, func(o *producers.Outcome) {
			o.Terminated, o.Success, o.Reason = true, new(false), "bought the wrong one"
		}), "completed", 3, new(false), new("bought the wrong one"), false},
		"over, no verdict":   {at(2, func(o *producers.Outcome) { o.Terminated = true }), "completed", 3, nil, nil, false},
		"cut off by it":      {at(1, func(o *producers.Outcome) { o.Truncated, o.Reason = true, "time is up" }), "truncated", 2, new(false), new("time is up"), true},
		"cut off, but right": {at(1, func(o *producers.Outcome) { o.Truncated, o.Success = true, new(true) }), "truncated", 2, new(true), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, m, d := newWorld(1), &memory{}, newDicer()
			w.bend, d.bend = test.bend, waits
			play(t, w, d, m, rollout.Options{MaxSteps: 5})
			g := played(m.rows)[0]
			end := g.ends[0]
			require.Equal(t, test.status, end.Status)
			require.Equal(t, test.length, end.Length)
			require.Equal(t, test.success, end.Success)
			require.Equal(t, test.reason, end.Reason)
			require.Equal(t, test.cutOff, g.steps[len(g.steps)-1].Truncated)
		})
	}
}

func TestTasksAreProposedOnce(t *testing.T) {
	w, m := newWorld(2500), &memory{}
	play(t, w, straight(), m, rollout.Options{Tasks: w.tasks[:7], Workers: 3})
	require.Len(t, proposals(m), 7)
	m.rows = m.rows[:len(m.rows)-1] // whatever else is there
	result, err := rollout.Run(t.Context(), w, straight(), m, m, rollout.Options{Attempts: 2, Workers: 9, Now: clock()})
	require.NoError(t, err)
	require.EqualValues(t, 5000, result.Episodes)
	require.Len(t, proposals(m), 2500, "each once, over both runs")
}

func proposals(m *memory) map[string]int {
	counts := map[string]int{}
	for _, row := range m.rows {
		if task, ok := row.(*schema.TaskRow); ok {
			counts[*task.Instruction]++
		}
	}
	return counts
}

func TestInstructionThatOnlyTheStartHas(t *testing.T) {
	w, m := newWorld(2), &memory{}
	w.tasks[0].Instruction, w.tasks[1].Instruction, w.tasks[1].Split = "", "", ""
	w.begun = func(s *producers.Start) { s.Instruction = "" }
	result := play(t, w, straight(), m, rollout.Options{Tasks: w.tasks[1:]})
	require.EqualValues(t, 1, result.Completed)
	require.Equal(t, map[string]int{"count/1": 1}, proposals(m), "nobody has words for it")
	require.Nil(t, played(m.rows)[0].steps[0].Instruction)
	require.Equal(t, "train", played(m.rows)[0].steps[0].Split)

	w.begun = func(s *producers.Start) { s.Instruction = "Now count." }
	play(t, w, straight(), m, rollout.Options{Tasks: w.tasks[:1]})
	require.Equal(t, map[string]int{"count/1": 1, "Now count.": 1}, proposals(m))
}

func TestPlansThatCannotBePlayed(t *testing.T) {
	twice, unnamed, broken := newWorld(2), newWorld(1), newWorld(1)
	twice.tasks[1].ID = twice.tasks[0].ID
	unnamed.tasks[0].ID = ""
	broken.tasks[0].Environment = "\xff"
	for message, w := range map[string]*world{
		`lists task "count/0" twice`: twice, `field task_id: is required`: unnamed, `must be valid UTF-8`: broken, `there is no task`: newWorld(0),
	} {
		m := &memory{}
		_, err := rollout.Run(t.Context(), w, newDicer(), m, m, rollout.Options{Now: clock()})
		require.ErrorContains(t, err, message)
		require.Empty(t, m.rows)
	}
	_, err := rollout.Run(t.Context(), newWorld(1), newDicer(), &memory{}, nil,
		rollout.Options{Attempts: -1, Workers: -2, MaxSteps: -3, Grace: -time.Second, History: &memory{}})
	for _, message := range []string{"-1 attempts", "-2 workers", "-3 max steps", "grace of -1s", "no clock", "which run is continued"} {
		require.ErrorContains(t, err, message)
	}
}

func TestAnEnvironmentThatCannotListItsTasks(t *testing.T) {
	_, err := rollout.Run(t.Context(), mute{newWorld(1)}, newDicer(), &memory{}, nil, rollout.Options{Now: clock()})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "list the tasks")
}

type mute struct{ *world }

func (mute) Tasks(context.Context) ([]producers.Task, error) { return nil, context.DeadlineExceeded }
