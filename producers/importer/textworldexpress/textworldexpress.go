// Package textworldexpress reads rollouts of TextWorldExpress games: JSONL (or
// an array), one episode a record, with the admissible actions of every step.
//
// The environment is textworld_express/GAME, since each game has rules of its
// own; its version is that of the engine, and the parameters of the game are
// the task's info. The agent is the policy, the fold the split. The state is
// the observation; look and inventory, which the engine tells beside it, are in
// the info of the step that led there, those of the start in the episode's.
//
// The engine's score is a running one: the reward of a step is by how much the
// score rose, so that rewards sum up to the final score. Success and failure
// are ends of the task itself (terminated); else the rollout was cut off
// (truncated). The importer calls it.
package textworldexpress

import (
	"context"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Format reads TextWorldExpress rollouts.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns textworld-express.
func (Format) Name() string { return "textworld-express" }

// Holds says that JSONL and JSON files of a folder are rollouts.
func (Format) Holds(name string) bool {
	return strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".json")
}

// Read reads a file.
func (Format) Read(_ context.Context, src *importer.Source, yield importer.Yield) error {
	r, err := src.Reader()
	if err != nil {
		return err
	}
	return importer.Records(r, func(v importer.Value) error {
		if v.Err != nil {
			return yield(v.Number, nil, v.Err)
		}
		episode, err := decode(v.Raw)
		return yield(v.Number, episode, err)
	})
}
