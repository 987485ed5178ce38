// Package verifiers reads the evaluation rollouts of verifiers: results.jsonl,
// one rollout a line {example_id | id, prompt, completion, reward, task, info,
// answer, metrics, …}, with metadata.json {env | env_id, model, sampling_args,
// …} beside it.
//
// It owns what the fields of a rollout mean; the conversation itself is read by
// package chat. The import command calls it by the name verifiers. A rollout is
// a conversation of prompt and completion, of which only the completion holds
// turns. Several rollouts of an example are attempts, in the order of the file.
// The reward is a rubric's and has no threshold, so that success stays unknown
// unless the rollout states it.
package verifiers

import (
	"context"
	"path"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads verifiers results.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns verifiers.
func (Format) Name() string { return "verifiers" }

// Holds says that the rollouts in a folder are its files results.jsonl.
func (Format) Holds(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, "results") && strings.HasSuffix(base, ".jsonl")
}

// Read yields an episode for each rollout.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	about, err := readMetadata(src)
	if err != nil {
		return err
	}
	attempts := map[string]int64{}
	return chat.Read(src, yield, func(record []byte) (*importer.Episode, error) {
		e, err := parse(record, about)
		if err == nil && e.Attempt == nil {
			attempt := attempts[e.TaskID]
			e.Attempt = &attempt
			attempts[e.TaskID]++
		}
		return e, err
	})
}

// parse reads one rollout.
func parse(record []byte, about metadata) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	e := &importer.Episode{Record: record, Environment: about.environment, PolicyID: about.model,
		EnvironmentVersion: about.version, Temperature: about.temperature, Time: about.time}
	e.TaskID, e.Attempt = o.ID("example_id", "id"), o.Int("rollout", "rollout_id")
	o.Require(e.TaskID != "", "example_id")
	play(e, o, about)
	if reward := o.Number("reward"); reward != nil {
		chat.Grade(e, *reward)
	}
	e.Success = o.Bool("success", "solved")
	end(e, o)
	e.Info = o.Rest()
	return e, o.Err()
}

// play reads prompt and completion as one conversation.
func play(e *importer.Episode, o *chat.Object, about metadata) {
	prompt, completion := o.Messages(chat.User, "prompt"), o.Messages(chat.Assistant, "completion")
	o.Require(prompt != nil, "prompt")
	o.Require(completion != nil, "completion")
	e.Instruction = chat.Instruction(prompt)
	c := chat.Conversation{Messages: append(chat.GiveAll(prompt), completion...), Model: about.model, Sampling: about.sampling}
	info := o.Object("info")
	o.Leave("info")
	c.Tools = info.Tools("oai_tools", "tools")
	if c.Tools == nil {
		c.Tools = o.Tools("tool_defs", "tools", "oai_tools")
	}
	if c.Tools == nil {
		c.Tools = about.tools
	}
	chat.Keep(o, chat.Play(e, c))
}

// end says how the rollout ended. Rollouts of versions that do not say count
// as completed.
func end(e *importer.Episode, o *chat.Object) {
	cut, failed := o.Bool("is_truncated", "truncated"), o.Has("error")
	e.Reason = o.Text("stop_condition")
	completed := o.Bool("is_completed")
	switch {
	case failed:
		chat.End(e, chat.Aborted)
	case cut != nil && *cut, completed != nil && !*completed:
		chat.End(e, chat.Truncated)
	default:
		chat.End(e, chat.Completed)
	}
}
