// Package sweagent reads the .traj files of SWE-agent: one JSON object a file
// with trajectory (what was done), history (what was said) and info (how it
// ended).
//
// It owns what these mean; messages are read by package chat. The import
// command calls it by the name swe-agent. A transition is a step of the
// trajectory, or, in files that have only a history, an answer in it; the
// action is the command that SWE-agent ran. Calls hold the exact prompts where
// the trajectory recorded them, else the history. The files are ungraded.
package sweagent

import (
	"context"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads SWE-agent trajectories.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns swe-agent.
func (Format) Name() string { return "swe-agent" }

// Holds says that the trajectories in a folder are its .traj files.
func (Format) Holds(name string) bool { return strings.HasSuffix(name, ".traj") }

// Read yields the episode of a file.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	played := fromPath(src.Path)
	return chat.Read(src, yield, func(record []byte) (*importer.Episode, error) { return parse(record, played) })
}

// parse reads one trajectory.
func parse(record []byte, played run) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	played.configured(o)
	e := &importer.Episode{Record: record, Environment: "swe-agent", TaskID: played.task, PolicyID: played.policy, Temperature: played.temperature}
	history := o.Messages("", "history")
	steps := readSteps(o)
	o.Require(history != nil || steps != nil, "trajectory")
	shown := demonstrations(history)
	chat.GiveAll(history[:shown])
	c := chat.Conversation{Messages: history, Model: played.policy}
	chat.Keep(o, chat.Play(e, c))
	useCommands(e, answers(history))
	if e.Instruction = chat.Instruction(history[shown:]); e.Instruction == nil {
		e.Instruction = chat.Instruction(history)
	}
	if len(steps) > 0 {
		useTrajectory(e, steps, c)
	}
	end(e, o)
	e.Info = o.Rest()
	return e, o.Err()
}

// demonstrations returns how many messages at the beginning of a history are
// there to show how it is done.
func demonstrations(history []chat.Message) int {
	for i := len(history) - 1; i >= 0; i-- {
		if o, err := chat.ParseObject(history[i].Raw); err == nil && isDemonstration(o) {
			return i + 1
		}
	}
	return 0
}

func isDemonstration(o *chat.Object) bool {
	shown := o.Bool("is_demo")
	return shown != nil && *shown || o.ID("message_type") == "demonstration"
}

// answers returns what the agent answered in a history.
func answers(history []chat.Message) []chat.Message {
	var list []chat.Message
	for _, m := range history {
		if m.Role == chat.Assistant && !m.Given {
			list = append(list, m)
		}
	}
	return list
}

// useCommands takes action and thought from answers that say them apart from
// the message.
func useCommands(e *importer.Episode, answers []chat.Message) {
	for i := range e.Steps {
		o, err := chat.ParseObject(answers[i].Raw)
		if err == nil && o.Has("action") {
			e.Steps[i].Action, e.Steps[i].Thought = command(o.Text("action")), thought(o.Text("thought"))
		}
	}
}

// command returns a command without the line's end behind it.
func command(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimRight(*s, "\r\n")
}

func thought(s *string) *string {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil
	}
	trimmed := strings.TrimSpace(*s)
	return &trimmed
}

// end says how the run ended, by its exit status; without one, by whether the
// last action was to submit.
func end(e *importer.Episode, o *chat.Object) {
	status := o.Object("info").Text("exit_status")
	o.Leave("info")
	e.Reason = status
	submitted := len(e.Steps) > 0 && strings.HasPrefix(e.Steps[len(e.Steps)-1].Action, "submit")
	switch {
	case status == nil && submitted, status != nil && *status == "submitted":
		chat.End(e, chat.Completed)
	case status != nil && broken(*status):
		chat.End(e, chat.Aborted)
	default:
		chat.End(e, chat.Truncated)
	}
}

// broken says whether an exit status tells of a failure rather than of a limit.
func broken(status string) bool {
	for _, word := range []string{"error", "api", "environment", "early_exit", "skipped"} {
		if strings.Contains(status, word) {
			return true
		}
	}
	return false
}
