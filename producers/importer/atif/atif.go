// Package atif reads trajectories in the Agent Trajectory Interchange Format,
// versions 1.4 to 1.8: a JSON object {schema_version, agent, steps, …} a file,
// a line, or an element of an array.
//
// It owns what ATIF means. Its steps are rewritten as chat messages, which
// package chat plays: an agent step is an assistant message, its tool calls
// and reasoning in it, and each result of its observation a tool message. The
// import command calls it by the name atif. ATIF has no reward; it is taken
// from extra, of a step or of the whole. Steps copied from another trajectory
// are context, not turns; steps with llm_call_count 0 are turns without a call.
// Trajectories of subagents stay in info.
package atif

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads ATIF trajectories.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns atif.
func (Format) Name() string { return "atif" }

// Holds says that the trajectories in a folder are its .json and .jsonl files
// that have trajectory in their name.
func (Format) Holds(name string) bool {
	base := filepath.Base(name)
	return strings.Contains(base, "trajectory") && (strings.HasSuffix(base, ".json") || strings.HasSuffix(base, ".jsonl"))
}

// Read yields an episode for each trajectory.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	task := taskOf(src.Path)
	return chat.Read(src, yield, func(record []byte) (*importer.Episode, error) { return parse(record, task) })
}

// taskOf names the task by the folder TASK__TRIAL that Harbor makes for it;
// empty when there is none.
func taskOf(path string) string {
	for range 2 {
		path = filepath.Dir(path)
		if task, _, found := strings.Cut(filepath.Base(path), "__"); found {
			return task
		}
	}
	return ""
}

// parse reads one trajectory; task is what its path says.
func parse(record []byte, task string) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	if version := o.ID("schema_version"); !strings.HasPrefix(version, "ATIF-v1.") {
		return nil, fmt.Errorf("schema_version %q is not of ATIF 1", version)
	}
	e := &importer.Episode{Record: record, Environment: "atif", TaskID: task}
	extra := o.Object("extra")
	identify(e, o, extra)
	o.Require(o.Has("steps"), "steps")
	t := readSteps(o.Objects("steps"))
	e.Time = t.time
	e.Instruction = chat.Instruction(t.messages)
	c := agent(e, o.Object("agent"))
	c.Messages = t.messages
	chat.Keep(o, chat.Play(e, c))
	t.annotate(e)
	grade(e, extra)
	o.Leave("schema_version", "session_id", "trajectory_id", "agent", "extra")
	e.Info = o.Rest()
	return e, o.Err()
}

// identify reads what was played.
func identify(e *importer.Episode, o, extra *chat.Object) {
	if name := extra.ID("environment", "env", "dataset"); name != "" {
		e.Environment = name
	}
	if id := extra.ID("task_id", "instance_id", "task_name", "task"); id != "" {
		e.TaskID = id
	}
	e.Attempt = extra.Int("attempt", "trial")
	e.Split = extra.ID("split")
	session, trajectory := o.ID("session_id"), o.ID("trajectory_id")
	for _, id := range []string{trajectory, session} {
		if e.TaskID == "" {
			e.TaskID = id
		}
	}
	o.Require(e.TaskID != "", "session_id (or trajectory_id, or extra.task_id)")
}

// agent reads who acted. An agent with two models is two policies.
func agent(e *importer.Episode, a *chat.Object) chat.Conversation {
	c := chat.Conversation{Model: a.Text("model_name"), Tools: a.Tools("tool_definitions")}
	policy := a.ID("name")
	a.Require(policy != "", "name")
	if c.Model != nil {
		policy += "/" + *c.Model
	}
	e.PolicyID = &policy
	return c
}

// grade reads the outcome, which ATIF leaves to extra.
func grade(e *importer.Episode, extra *chat.Object) {
	if reward := extra.Number("reward", "score"); reward != nil {
		if graded(e) {
			e.Return = reward
		} else {
			chat.Grade(e, *reward)
		}
	}
	e.Success = extra.Bool("success", "resolved")
	status := chat.Completed
	if cut := extra.Bool("truncated"); cut != nil && *cut {
		status = chat.Truncated
	}
	chat.End(e, status)
}

// graded says whether a step has a reward of its own.
func graded(e *importer.Episode) bool {
	for i := range e.Steps {
		if e.Steps[i].Reward != nil {
			return true
		}
	}
	return false
}
