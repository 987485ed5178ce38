package producers

import (
	"context"

	"github.com/dreamlog/dreamlog/schema"
)

// ExperienceModel answers actions in the place of an environment: it predicts
// the next state and the reward, with its reasoning, from history, action, task
// and retrieved demonstrations (Eq. 4 of DreamGym). It is safe for concurrent
// use: what belongs to one episode is its Dream's.
type ExperienceModel interface {
	// Model says who answers, for the record.
	Model() Model
	// Begin returns the dream of one episode. With an error it is nil, or has
	// nothing but its Calls.
	Begin(ctx context.Context, b Beginning) (Dream, error)
}

// Model names an experience model.
type Model struct {
	// ID is the kind of model with what it was made for, such as
	// lifted/textworld; Version tells one fit or one configuration from another.
	ID, Version string
}

// Beginning is what an experience model is told at the start of an episode.
type Beginning struct {
	Task Task
	// Start is the first observation; nil: the model imagines one.
	Start *Observation
	// Demonstrations are first steps of recorded episodes, for a model that
	// imagines: those of tasks alike, most similar first.
	Demonstrations []Demonstration
	// Seed of every random choice of the dream: the same seed, actions and
	// demonstrations give the same predictions.
	Seed int64
}

// Dream is one episode in an experience model. It is used by one goroutine at a
// time.
type Dream interface {
	// Start is the first observation, as it was given or imagined.
	Start() Observation
	// Calls are the requests to an LLM that imagined it, in order.
	Calls() []schema.Call
	// Predict says what would come of an action after the history so far, to
	// which it adds nothing.
	Predict(ctx context.Context, action string, demonstrations []Demonstration) (Prediction, error)
	// Advance adds a step to the history: the prediction itself in a dream, what
	// really came where a model is held against an environment.
	Advance(action string, came Outcome)
}

// Prediction is what an experience model answers.
type Prediction struct {
	Outcome
	// Reasoning says why: in words, with the demonstrations it rests on.
	Reasoning string
	// Calls are the requests to an LLM behind the prediction, in order; ids,
	// episode and step are the rollout's to fill in.
	Calls []schema.Call
}

// Dreamed says how an outcome came about that no environment gave.
type Dreamed struct {
	Reasoning string
	// Demonstrations that grounded it, most similar first.
	Demonstrations []Demonstration
	// BufferSnapshot is the snapshot that they and the first state of the dream
	// were retrieved from; nil: nothing was.
	BufferSnapshot *int64
	// Calls are those of the prediction.
	Calls []schema.Call
}

// Synthetic is an Environment that an experience model answers for.
type Synthetic interface {
	Environment
	// Model says which.
	Model() Model
	// BufferSnapshot is the snapshot that demonstrations are retrieved from; nil:
	// none are.
	BufferSnapshot() *int64
	// Demonstrations is how many of them ground a prediction at most.
	Demonstrations() int
}

// Retriever finds stored transitions that ground a prediction.
type Retriever interface {
	// Retrieve returns at most q.K demonstrations, most similar first: those of
	// the task itself before others, real ones before synthetic ones.
	Retrieve(ctx context.Context, q RetrievalQuery) ([]Demonstration, error)
	// Beginnings returns at most n first steps of recorded episodes: of the task
	// itself where there are any, else of tasks alike, most similar first.
	Beginnings(ctx context.Context, task Task, n int) ([]Demonstration, error)
	// Snapshot that the demonstrations come from.
	Snapshot() int64
}

// RetrievalQuery asks for demonstrations of an action in a state.
type RetrievalQuery struct {
	Task          Task
	State, Action string
	// K is the most that are returned; 0: none.
	K int
	// EpisodeID and Step are where the query stands: no later step of that
	// episode, nor the step itself, is returned. Empty: nowhere that is stored.
	EpisodeID string
	Step      int64
	// WithoutTask leaves out the task itself, WithoutEpisode the episode itself.
	WithoutTask, WithoutEpisode bool
}

// Demonstration is a stored transition, with the history that led to it.
type Demonstration struct {
	// Recording is the episode that it is a step of, and Index its place in
	// Recording.Steps; what lies before it is its history.
	Recording *Recording
	Index     int
	// Similarity is the cosine of its embedding with that of the query, in
	// [-1, 1].
	Similarity float64
}

// Step returns the transition itself.
func (d Demonstration) Step() *RecordedStep { return &d.Recording.Steps[d.Index] }

// Recording is an episode as it is stored. It is shared, and never changed.
type Recording struct {
	EpisodeID string
	Task      Task
	// Origin is real or synthetic.
	Origin string
	// Success as the end of the episode has it; nil: not graded, or not ended.
	Success *bool
	// Steps in order; some may be missing, as Step shows.
	Steps []RecordedStep
}

// RecordedStep is a transition of a recording.
type RecordedStep struct {
	EventID string
	// Step is its index within the episode, from 0.
	Step int64
	// State is what was seen, Action what was done then.
	State  Observation
	Action string
	// Valid says whether the environment understood the action; nil: unknown.
	Valid *bool
	// Next is what came of it; Reward is nil where it was not graded.
	Next                  Observation
	Reward                *float64
	Terminated, Truncated bool
	// Depth is the number of hops over synthetic demonstrations to real
	// experience; 0 for what an environment answered.
	Depth int64
}

// Outcome returns what came of the step.
func (s *RecordedStep) Outcome() Outcome {
	return Outcome{Observation: s.Next, Reward: s.Reward, Valid: s.Valid, Terminated: s.Terminated, Truncated: s.Truncated}
}
