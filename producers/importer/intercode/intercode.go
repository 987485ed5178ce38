// Package intercode reads the results of InterCode: one JSON object keyed by
// the number of the task, whose records hold the turns of one episode.
//
// The environment is intercode_sql, intercode_bash and so on; a task is
// DATASET/NUMBER, its instruction the query, which is also what the agent sees
// first. A dataset named after a split (dev_spider) is of that split. The
// policy is MODEL/STRATEGY as file names have it; where the name of the file
// leaves the model out, the folder's name is taken for it.
//
// InterCode grades every turn: how good the answer so far is, from 0 to 1. The
// outcome of an episode is its best turn (max_reward), not its sum and not its
// last turn. So the reward of a step is by how much it surpassed the best turn
// before it: rewards sum up to the outcome. What the turn itself was graded
// is in the info of the step. Success is an outcome of 1.
//
// An episode ends where an answer is right or was submitted; else its turns
// ran out. A last action that the environment never answered (a model that
// was "blocked") leaves the state as it was, and the episode aborted. The
// importer calls it.
package intercode

import (
	"context"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Format reads InterCode results.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns intercode.
func (Format) Name() string { return "intercode" }

// Holds says that JSON files of a folder are results.
func (Format) Holds(name string) bool {
	return strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonl")
}

// Read reads a file: an object keyed by task, an array, or JSONL.
func (Format) Read(_ context.Context, src *importer.Source, yield importer.Yield) error {
	r, err := src.Reader()
	if err != nil {
		return err
	}
	who := policyOf(src.Path)
	return importer.Keyed(r, func(v importer.Value) error {
		if v.Err != nil {
			return yield(v.Number, nil, v.Err)
		}
		episode, err := decode(v.Raw, who)
		return yield(v.Number, episode, err)
	})
}
