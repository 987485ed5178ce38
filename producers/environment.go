package producers

import (
	"context"

	"github.com/dreamlog/dreamlog/schema"
)

// Environment is a set of tasks and the places where they are attempted. It is
// safe for concurrent use.
type Environment interface {
	// Tasks lists the tasks in an order that does not change.
	Tasks(ctx context.Context) ([]Task, error)
	// Open returns a place where episodes are played, one at a time.
	Open(ctx context.Context) (Session, error)
	// Close frees what the environment holds; its sessions are closed before.
	Close() error
}

// Session plays one episode after another. It is used by one goroutine at a
// time. After an error the session is broken: the episode is over, and only
// Close may be called.
type Session interface {
	// Reset begins an episode. The same task and seed begin it alike, as far as
	// the environment is deterministic. With an error the start has nothing but
	// the calls that were made.
	Reset(ctx context.Context, task Task, seed int64) (Start, error)
	// Step takes an action. One that the environment does not understand is no
	// error: the outcome says that it was invalid. It must not be called once an
	// outcome was terminated or truncated.
	Step(ctx context.Context, action string) (Outcome, error)
	// Close frees the session.
	Close() error
}

// Task is what an episode attempts.
type Task struct {
	// ID is unique within the environment.
	ID string
	// Environment is the name of the environment, EnvironmentVersion that of its
	// rules: experience of different versions is never mixed.
	Environment, EnvironmentVersion string
	// Split is the part of the task set, such as train or valid_unseen.
	Split string
	// Instruction is the task in words; empty where only Reset tells it.
	Instruction string
	// Info is what else the environment knows of the task; nil: nothing.
	Info *schema.JSON
}

// EventID derives the id of the event that proposes the task, so that a task
// is proposed once, whoever meets it.
func (t Task) EventID() string { return schema.DeriveID("task", t.Environment, t.ID) }

// Observation is what the environment shows at one step.
type Observation struct {
	// Text is the state, never the history that led to it.
	Text string
	// Admissible are the actions that the environment allows now; nil where it
	// does not say.
	Admissible []string
}

// Start is the beginning of an episode.
type Start struct {
	Observation
	// Instruction is the task in words, as the agent reads it; empty: that of
	// the task.
	Instruction string
	// Walkthrough returns actions that solve the task from its beginning; nil
	// where the environment knows none. It may have to search for them.
	Walkthrough func(ctx context.Context) ([]string, error)
	// Calls are the requests to an LLM that imagined it; ids, episode and step are
	// the rollout's to fill in.
	Calls []schema.Call
}

// Outcome is what came of an action.
type Outcome struct {
	// Observation is the next state.
	Observation
	// Reward of this step, finite; nil where the environment does not grade.
	Reward *float64
	// Valid says whether the environment understood the action; nil where it
	// does not say.
	Valid *bool
	// Terminated: the task itself ended. Truncated: the environment cut the
	// episode off (Gymnasium's distinction).
	Terminated, Truncated bool
	// Success says whether the task is solved; nil where it is not graded, and
	// before the end.
	Success *bool
	// Reason says why the episode ended, in words; empty before the end.
	Reason string
	// Info is what else the environment says of the step; nil: nothing.
	Info *schema.JSON
	// Dreamed says how an experience model came to the outcome; nil: an
	// environment gave it.
	Dreamed *Dreamed
}

// Over says whether the outcome ended the episode.
func (o *Outcome) Over() bool { return o.Terminated || o.Truncated }
