// Package taubench reads result files of tau-bench: a JSON array with one
// element a trial, {task_id, trial, reward, info: {task: {instruction, …}, …},
// traj: [messages]}.
//
// It owns what the fields of a trial mean; the conversation itself is read by
// package chat. The import command calls it by the name taubench. It never
// looks at anything but the file, and takes domain and model from the file's
// name, the only place where tau-bench says them.
package taubench

import (
	"context"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads tau-bench results.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns taubench.
func (Format) Name() string { return "taubench" }

// Holds says that the results in a folder are its .json files.
func (Format) Holds(name string) bool { return strings.HasSuffix(name, ".json") }

// Read yields an episode for each trial.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	run := fromName(src.Base)
	return chat.Read(src, yield, func(record []byte) (*importer.Episode, error) { return parse(record, run) })
}

// parse reads one trial.
func parse(record []byte, r run) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	e := &importer.Episode{Record: record, Environment: r.environment, PolicyID: r.policy, Temperature: r.temperature}
	e.TaskID, e.Attempt = o.ID("task_id"), o.Int("trial")
	o.Require(e.TaskID != "", "task_id")
	messages := o.Messages("", "traj", "messages")
	o.Require(messages != nil, "traj")
	describe(e, o)
	if r.environment == "" {
		e.Environment = fromPolicy(messages)
	}
	chat.Keep(o, chat.Play(e, chat.Conversation{Messages: messages, Model: r.policy}))
	if reward := o.Number("reward"); reward != nil {
		solved := *reward > 1-tolerance && *reward < 1+tolerance
		chat.Grade(e, *reward)
		e.Success = &solved
	}
	chat.End(e, ending(messages))
	e.Info = o.Rest()
	return e, o.Err()
}

// tolerance within which tau-bench itself calls a reward 1, a success.
const tolerance = 1e-6

// describe takes what the trial says about its task.
func describe(e *importer.Episode, o *chat.Object) {
	task := o.Object("info").Object("task")
	o.Leave("info")
	e.Instruction = task.Text("instruction")
	e.TaskInfo = task.Rest()
}

// The customer and one tool end a conversation; anything else was cut off by
// the limit of turns.
const (
	stopWord     = "###STOP###"
	transferTool = "transfer_to_human_agents"
)

// ending says how the trial ended, by its last message.
func ending(messages []chat.Message) string {
	if len(messages) == 0 {
		return chat.Aborted
	}
	last := messages[len(messages)-1]
	switch {
	case last.Role == chat.User && strings.Contains(last.Text, stopWord),
		last.Role == chat.Tool && lastTool(messages) == transferTool:
		return chat.Completed
	}
	return chat.Truncated
}

// lastTool names the tool that was last asked for.
func lastTool(messages []chat.Message) string {
	for i := len(messages) - 1; i >= 0; i-- {
		if calls := messages[i].Calls; len(calls) > 0 {
			return calls[len(calls)-1].Name
		}
	}
	return ""
}
