package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/gofrs/flock"
	"github.com/google/uuid"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// PlayOptions say what to play.
type PlayOptions struct {
	Environment producers.Environment
	Agent       producers.Agent
	// Split leaves the tasks of other splits out; empty: none.
	Split string
	// Tasks is how many tasks to attempt, drawn by the seed; 0: all.
	Tasks int
	// Attempts, Workers, MaxSteps, Seed, Purpose and Progress: see
	// rollout.Options.
	Attempts, Workers, MaxSteps int
	Seed                        int64
	Purpose                     string
	Progress                    func(rollout.Progress)
	// RunID continues that run; empty: a new one.
	RunID  string
	NoLand bool
	// Began is told the id of the run before anything is played; nil: nobody is.
	Began func(runID string)
}

// Played says what a run did.
type Played struct {
	rollout.Result
	Landed Landed `json:"landed"`
}

// Play sends an agent through tasks of an environment. Every step is an event;
// unless NoLand says otherwise all of them are in the lake when it returns. The
// result holds in any case, but is empty when the log refused events.
func (a *App) Play(ctx context.Context, options PlayOptions) (_ Played, err error) {
	run, err := a.beginRun(options.RunID)
	if err != nil {
		return Played{}, err
	}
	defer func() { err = errors.Join(err, run.end()) }()
	w, err := a.Writer(ctx, WriterOptions{NoLand: options.NoLand})
	if err != nil {
		return Played{}, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if options.Began != nil {
		options.Began(run.id)
	}
	return a.playInto(ctx, w, run, options)
}

func (a *App) playInto(ctx context.Context, w *Writer, run *playing, options PlayOptions) (_ Played, err error) {
	tasks, err := tasksOf(ctx, options)
	if err != nil {
		return Played{}, err
	}
	if err := w.CatchUp(ctx); err != nil {
		return Played{}, err
	}
	known, err := a.openSeen(ctx)
	if err != nil {
		return Played{}, err
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	plan := rollout.Options{
		Tasks: tasks, Attempts: options.Attempts, Workers: options.Workers, MaxSteps: options.MaxSteps, Seed: options.Seed,
		Purpose: options.Purpose, RunID: run.id, Now: a.config.Now, Progress: options.Progress,
	}
	if options.RunID != "" {
		plan.History = &history{known.session}
	}
	var played Played
	played.Result, err = rollout.Run(ctx, options.Environment, options.Agent, w, known, plan)
	var landErr error
	played.Landed, landErr = w.Finish(ctx)
	if err = joined(err, landErr); undelivered(err) {
		return Played{}, err
	}
	return played, err
}

// tasksOf returns the tasks to attempt, in the environment's order.
func tasksOf(ctx context.Context, options PlayOptions) ([]producers.Task, error) {
	all, err := options.Environment.Tasks(ctx)
	if err != nil {
		return nil, err
	}
	tasks := slices.DeleteFunc(slices.Clone(all), func(t producers.Task) bool {
		return options.Split != "" && t.Split != options.Split
	})
	if len(tasks) == 0 {
		return nil, fmt.Errorf("none of the %d tasks is of split %q: they are of %s", len(all), options.Split, splitsOf(all))
	}
	return draw(tasks, options.Tasks, options.Seed), nil
}

func splitsOf(tasks []producers.Task) []string {
	var splits []string
	for _, t := range tasks {
		splits = append(splits, t.Split)
	}
	slices.Sort(splits)
	return slices.Compact(splits)
}

// draw returns n of the tasks, each set of n as likely as another; all where n
// is 0 or more than there are.
func draw(tasks []producers.Task, n int, seed int64) []producers.Task {
	if n <= 0 || n >= len(tasks) {
		return tasks
	}
	picked := rand.New(rand.NewPCG(uint64(seed), uint64(len(tasks)))).Perm(len(tasks))[:n]
	slices.Sort(picked)
	drawn := make([]producers.Task, n)
	for i, p := range picked {
		drawn[i] = tasks[p]
	}
	return drawn
}

// playing is a run while a process plays it.
type playing struct {
	id   string
	path string
	lock *flock.Flock
}

// beginRun makes sure that no other process plays the run: its episodes that
// have not ended would be taken for those of a process that died.
func (a *App) beginRun(id string) (*playing, error) {
	if id == "" {
		id = schema.NewID()
	}
	if err := uuid.Validate(id); err != nil {
		return nil, fmt.Errorf("run %q: the id of a run is a UUID, such as `dreamlog sql \"SELECT DISTINCT run_id FROM episodes\"` lists", id)
	}
	path := a.dir.Path("run-" + id + ".lock")
	run := &playing{id: id, path: path, lock: flock.New(path)}
	got, err := run.lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("lock run %s: %w", id, err)
	case !got:
		return nil, fmt.Errorf("another process plays run %s: wait until it is done", id)
	}
	return run, nil
}

// end lets others have the run.
func (p *playing) end() error { return errors.Join(os.Remove(p.path), p.lock.Unlock()) }
