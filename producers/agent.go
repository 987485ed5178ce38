package producers

import (
	"context"

	"github.com/dreamlog/dreamlog/schema"
)

// Agent acts in environments. It is safe for concurrent use: what belongs to
// one episode is its Actor's.
type Agent interface {
	// Policy says who acts, for the record.
	Policy() Policy
	// Begin returns an actor for one episode.
	Begin(ctx context.Context, e Episode) (Actor, error)
}

// Actor decides within one episode. It is used by one goroutine at a time.
type Actor interface {
	// Act decides on an action for what is observed now. It is called once a
	// step, first with the observation of the start. With an error the episode
	// is aborted; the calls of the decision count even then.
	Act(ctx context.Context, o Observation) (Decision, error)
}

// Policy names what acts.
type Policy struct {
	ID string
	// Version of the policy, where it has one: what is trained does.
	Version *int64
	// Temperature of its sampling; nil: it has none.
	Temperature *float64
}

// Episode is what an agent is told at the beginning of an attempt.
type Episode struct {
	// Task has the instruction as the agent is to read it.
	Task Task
	// Seed of every random choice of the actor: the same seed and observations
	// give the same decisions.
	Seed int64
	// MaxSteps is the number of steps after which the episode is cut off.
	MaxSteps int
	// Walkthrough is that of the episode's Start; nil where there is none.
	Walkthrough func(ctx context.Context) ([]string, error)
}

// Decision is what an actor made of an observation.
type Decision struct {
	// Action is what the environment is given.
	Action string
	// Thought is what led to it, kept apart from it; empty: none.
	Thought string
	// Malformed says why no action could be read from the actor's answer; empty
	// where one could. Action is then what stands for it, and the step counts as
	// an invalid action whatever the environment says of it.
	Malformed string
	// Logprob is the natural logarithm of the action's probability over the
	// admissible actions; nil where the actor does not know it.
	Logprob *float64
	// Calls are the requests to an LLM behind the decision, in order, with all
	// that the actor knows of them; ids, episode and step are the rollout's to
	// fill in.
	Calls []schema.Call
}
