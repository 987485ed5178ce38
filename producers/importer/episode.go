package importer

import (
	"context"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// Episode is one attempt at a task as a source tells it, before it becomes
// events. A nil pointer is what the source does not say.
type Episode struct {
	// Record is the record of the source, byte for byte: the ids of the episode
	// and of its events derive from its digest, together with PolicyID,
	// PolicyVersion and Attempt, which a file often says for all its records.
	Record []byte

	Environment        string
	EnvironmentVersion *string
	EnvSeed            *int64
	// Split is the source's own; empty means train.
	Split string
	// TaskID is unique within the environment.
	TaskID      string
	Instruction *string
	// TaskInfo is what the source knows about the task itself.
	TaskInfo *schema.JSON
	// Attempt is the number of the attempt at the task by this policy, from 0, as
	// the source says; nil where it does not.
	Attempt  *int64
	MaxSteps *int64
	// PolicyID is who acted; episodes of one task by one policy are a group.
	PolicyID      *string
	PolicyVersion *int64
	Temperature   *float64
	// Origin is real or synthetic; empty means real.
	Origin string
	// ModelID and ModelVersion name the experience model of a synthetic episode.
	ModelID, ModelVersion *string
	// Group tells groups apart that environment, task and policy do not.
	Group string
	// Time is when it was played; zero means unknown, the import's time is taken.
	Time time.Time

	Steps []Step
	Calls []schema.Call // in order; Role, EpisodeID and RunID are filled in

	// Status is completed, truncated, aborted or failed.
	Status  string
	Success *bool
	// Return is the undiscounted sum of rewards; nil: summed over Steps where
	// every step is graded, else NULL.
	Return *float64
	Reason *string
	Info   *schema.JSON
}

// Step is one transition of an episode. Its index is its place in Steps.
type Step struct {
	State             string
	AdmissibleActions []string // nil: unknown
	Action            string
	ActionValid       *bool
	NextState         string
	NextAdmissible    []string // nil: unknown
	Reward            *float64
	Terminated        bool
	Truncated         bool
	Thought           *string
	ActionLogprob     *float64
	Reasoning         *string
	// Calls are indices into Episode.Calls: the LLM calls behind this step.
	Calls []int
	Info  *schema.JSON
}

// Format reads one kind of file.
type Format interface {
	// Name is the word for it on the command line.
	Name() string
	// Read reads one source from its beginning and calls yield for every record
	// in file order: with the episode, or with the error that makes the record
	// unreadable. It returns when the source ends, when yield returns an error
	// (returned as it is), or when the source cannot be read on; what it
	// returns then says at which record.
	// An error of a record leaves the others readable; yield may keep the
	// episode, so that its memory must not be used again.
	Read(ctx context.Context, src *Source, yield Yield) error
}

// Yield takes one record: its number in the file (from 1; a line's number for
// JSONL) and the episode in it, or why it cannot be read. An error it returns
// ends the reading.
type Yield func(number int, episode *Episode, err error) error
