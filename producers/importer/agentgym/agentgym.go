// Package agentgym reads the trajectories of AgentGym and others in ShareGPT's
// form: {item_id, conversations: [{from, value, loss}]}, as a JSON array or one
// a line.
//
// It owns what its fields mean; messages are read by package chat. The import
// command calls it by the name agentgym. The environment is the beginning of
// the item id (webshop_42 is of webshop), else the name of the file. Answers of
// the form "Thought: … Action: …" are split into thought and action.
//
// Conversations open with the rules and an answer like "OK" that nobody
// sampled: answers marked loss=false ahead of the first one that is trained on
// are part of the prompt, and no turns.
package agentgym

import (
	"context"
	"regexp"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads AgentGym trajectories.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns agentgym.
func (Format) Name() string { return "agentgym" }

// Holds says that the trajectories in a folder are its .json and .jsonl files.
func (Format) Holds(name string) bool {
	return strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonl")
}

// Read yields an episode for each item.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	file := stem(src.Base)
	return chat.Read(src, yield, func(record []byte) (*importer.Episode, error) { return parse(record, file) })
}

func stem(base string) string {
	base = importer.WithoutCompression(base)
	return strings.TrimSuffix(strings.TrimSuffix(base, ".jsonl"), ".json")
}

// parse reads one item of the file.
func parse(record []byte, file string) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	e := &importer.Episode{Record: record, TaskID: o.ID("item_id", "id")}
	o.Require(e.TaskID != "", "item_id")
	e.Environment = environment(e.TaskID, file)
	if name := o.ID("environment", "env_name"); name != "" {
		e.Environment = name
	}
	if model := o.ID("model", "agent"); model != "" {
		e.PolicyID = &model
	}
	play(e, o)
	e.Info = o.Rest()
	return e, o.Err()
}

// numbered is an item id that opens with the name of its environment.
var numbered = regexp.MustCompile(`^([A-Za-z]+(?:_[A-Za-z]+)?)[_-]\d+$`)

// environment names the environment of an item.
func environment(item, file string) string {
	if m := numbered.FindStringSubmatch(item); m != nil {
		return strings.ToLower(m[1])
	}
	for _, split := range []string{"_train", "_test", "-train", "-test"} {
		file = strings.TrimSuffix(file, split)
	}
	return file
}

// play reads the conversation and, where somebody graded it, its outcome.
func play(e *importer.Episode, o *chat.Object) {
	messages := o.Messages("", "conversations", "conversation")
	o.Require(len(messages) > 0, "conversations")
	if system := o.Messages(chat.System, "system"); system != nil {
		messages = append(system, messages...)
	}
	framing := framing(messages)
	chat.GiveAll(messages[:framing])
	c := chat.Conversation{Messages: messages, Model: e.PolicyID, Tools: o.Tools("tools"), Split: splitReAct}
	e.Instruction = chat.Instruction(messages[framing:])
	if e.Instruction == nil {
		e.Instruction = chat.Instruction(messages)
	}
	chat.Keep(o, chat.Play(e, c))
	if reward := o.Number("reward", "score"); reward != nil {
		chat.Grade(e, *reward)
	}
	e.Success = o.Bool("success")
	chat.End(e, chat.Completed)
}

// framing returns how many messages at the beginning set the scene: up to the
// last answer that is not trained on ahead of the first one that is.
func framing(messages []chat.Message) int {
	prompt := 0
	for i, m := range messages {
		switch {
		case m.Role != chat.Assistant || m.Trained == nil:
		case *m.Trained:
			return prompt
		default:
			prompt = i + 1
		}
	}
	return 0 // none is trained on: the marks say nothing
}

// marked finds the labels of a ReAct answer, each at the start of a line.
var marked = regexp.MustCompile(`(?m)^[ \t]*(?:\*\*)?Action(?:\*\*)?:[ \t]*`)

// splitReAct splits "Thought: … Action: …", and what is not of this form as
// any other answer.
func splitReAct(text string) (thought, action string) {
	at := marked.FindStringIndex(text)
	if at == nil {
		return chat.SplitThought(text)
	}
	thought = strings.TrimSpace(text[:at[0]])
	thought = strings.TrimSpace(strings.TrimPrefix(thought, "Thought:"))
	return thought, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text[at[1]:]), "</s>"))
}
