package searching_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/searching"
)

const maxSteps = 50

// course is how an episode went.
type course struct {
	task    producers.Task
	actions []string
	won     bool
}

// play plays an episode, as the rollout would; the agent is given no
// walkthrough. Every action must be admissible and have its probability.
func play(ctx context.Context, env producers.Environment, noise float64, task producers.Task, seed int64) (course, error) {
	agent, err := searching.New(noise)
	if err != nil {
		return course{}, err
	}
	session, err := env.Open(ctx)
	if err != nil {
		return course{}, err
	}
	start, err := session.Reset(ctx, task, seed)
	if err != nil {
		return course{}, err
	}
	if start.Instruction != "" {
		task.Instruction = start.Instruction
	}
	actor, err := agent.Begin(ctx, producers.Episode{Task: task, Seed: seed, MaxSteps: maxSteps})
	if err != nil {
		return course{}, err
	}
	c := course{task: task}
	for o := start.Observation; len(c.actions) < maxSteps; {
		d, err := actor.Act(ctx, o)
		if err != nil {
			return c, err
		}
		if !slices.Contains(o.Admissible, d.Action) || !(*d.Logprob <= 0) || math.IsInf(*d.Logprob, 0) {
			return c, fmt.Errorf("task %s: %q with log-probability %v of %q", task.ID, d.Action, *d.Logprob, o.Admissible)
		}
		c.actions = append(c.actions, d.Action)
		out, err := session.Step(ctx, d.Action)
		if err != nil {
			return c, err
		}
		if out.Over() {
			c.won = *out.Success
			break
		}
		o = out.Observation
	}
	return c, session.Close()
}

// playAll plays one episode of each task.
func playAll(t *testing.T, env producers.Environment, noise float64, tasks []producers.Task) []course {
	courses := make([]course, len(tasks))
	workers, ctx := errgroup.WithContext(t.Context())
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, task := range tasks {
		workers.Go(func() (err error) {
			courses[i], err = play(ctx, env, noise, task, int64(i))
			return err
		})
	}
	require.NoError(t, workers.Wait())
	return courses
}

// report logs a table by kind of task and returns the share of episodes won.
func report(t *testing.T, noise float64, courses []course, kind func(producers.Task) string) float64 {
	type sum struct{ episodes, won, steps int }
	byKind, all := map[string]*sum{}, sum{}
	for _, c := range courses {
		k := kind(c.task)
		if byKind[k] == nil {
			byKind[k] = &sum{}
		}
		for _, s := range []*sum{byKind[k], &all} {
			s.episodes++
			s.steps += len(c.actions)
			if c.won {
				s.won++
			}
		}
	}
	var b strings.Builder
	line := func(name string, s *sum) {
		fmt.Fprintf(&b, "  %-32s %4d episodes  %5.1f %% won  %4.1f steps\n", name, s.episodes,
			100*float64(s.won)/float64(s.episodes), float64(s.steps)/float64(s.episodes))
	}
	for _, k := range slices.Sorted(maps.Keys(byKind)) {
		line(k, byKind[k])
	}
	line("all", &all)
	t.Logf("noise %.2f\n%s", noise, b.String())
	return float64(all.won) / float64(all.episodes)
}

// spread returns n tasks, evenly from all; all where n is 0.
func spread(tasks []producers.Task, n int) []producers.Task {
	if n == 0 || n >= len(tasks) {
		return tasks
	}
	some := make([]producers.Task, n)
	for i := range some {
		some[i] = tasks[i*len(tasks)/n]
	}
	return some
}

// data returns the path of real data: below $DREAMLOG_TESTDATA, else below
// shared/data beside the repository.
func data(t *testing.T, name string) string {
	dir := os.Getenv("DREAMLOG_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		message := fmt.Sprintf("real data is not here: %v; set DREAMLOG_TESTDATA", err)
		if os.Getenv("CI") == "true" || os.Getenv("DREAMLOG_TESTDATA") != "" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	return path
}
