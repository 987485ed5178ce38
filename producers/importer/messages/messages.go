// Package messages reads conversations in the form of chat completions, one a
// record, from JSONL, JSON or Parquet.
//
// It owns which columns are understood; messages are read by package chat. The
// import command calls it by the name messages. The columns, of which the first
// one present counts:
//
//   - the conversation: messages, conversations or conversation; or prompt with
//     completion or response, of which only the latter holds turns, and either
//     may be plain text. An optional system goes ahead of it.
//   - tools, functions: definitions, a list or JSON as text.
//   - reward, return, episode_return: of the whole episode; rewards: of each
//     turn; success, resolved, solved: whether it was solved.
//   - task_id, instance_id, item_id, example_id, problem_id, question_id; a
//     task without an id is named by a digest of its instruction.
//   - environment, env, env_id, env_name, data_source; else it is messages.
//   - model, model_name, policy_id, policy: who acted; policy_version,
//     temperature, seed, split, attempt or trial, instruction.
//   - time, timestamp, created_at: when; truncated: whether it was cut off.
//
// Everything else goes into info. Lists of structs and JSON as text are the
// same to it; members that are NULL in a Parquet struct were invented by merging
// schemas, and are left out.
package messages

import (
	"context"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads conversations.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns messages.
func (Format) Name() string { return "messages" }

// Holds says that the conversations in a folder are its .jsonl, .json and
// .parquet files.
func (Format) Holds(name string) bool {
	return strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".parquet")
}

// Read yields an episode for each conversation.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	if file, size := src.Raw(); isParquet(file, size) {
		return readParquet(file, size, yield)
	}
	return chat.Read(src, yield, parse)
}
