// Package agentdojo reads the runs of AgentDojo: JSON objects with suite_name,
// user_task_id, pipeline_name, messages, utility, security and error, alone in
// a file as AgentDojo writes them, or as {path, run} a line.
//
// It owns what the fields of a run mean; the conversation itself is read by
// package chat. The import command calls it by the name agentdojo. The outcome
// is utility: whether the user's task was done. What an injection did
// (security, injection_task_id, attack_type) stays in info.
package agentdojo

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Format reads AgentDojo runs.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns agentdojo.
func (Format) Name() string { return "agentdojo" }

// Holds says that the runs in a folder are its .json and .jsonl files.
func (Format) Holds(name string) bool {
	return strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonl")
}

// Read yields an episode for each run.
func (Format) Read(ctx context.Context, src *importer.Source, yield importer.Yield) error {
	path := filepath.ToSlash(src.Path)
	return chat.Read(src, yield, func(record []byte) (*importer.Episode, error) { return parse(record, path) })
}

// parse reads one run, with or without its wrapping. Path is that of its file.
func parse(record []byte, path string) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	if o.Has("run") {
		path = o.ID("path")
		o = o.Object("run")
	}
	e := &importer.Episode{Record: record, Environment: "agentdojo"}
	identify(e, o, path)
	readRun(e, o)
	e.Info = o.Rest()
	return e, o.Err()
}

// identify reads who did what, and when.
func identify(e *importer.Episode, o *chat.Object, path string) {
	suite, task := o.ID("suite_name"), o.ID("user_task_id")
	o.Require(suite != "", "suite_name")
	o.Require(task != "", "user_task_id")
	e.TaskID = suite + "/" + task
	e.EnvironmentVersion = o.Text("benchmark_version")
	e.Time = chat.Time(o.ID("evaluation_timestamp"))
	if policy := pipeline(o.ID("pipeline_name"), path, suite); policy != "" {
		e.PolicyID = &policy
	}
	o.Leave("suite_name", "pipeline_name")
}

// pipeline names who acted. The folder in PIPELINE/SUITE/TASK/ATTACK/INJECTION.json
// says it more exactly than the run, where every model on a server of one's
// own is "local".
func pipeline(name, path, suite string) string {
	if parts := strings.Split(path, "/"); len(parts) >= 5 && parts[len(parts)-4] == suite {
		return parts[len(parts)-5]
	}
	return name
}

// readRun reads the conversation and its outcome.
func readRun(e *importer.Episode, o *chat.Object) {
	messages := o.Messages("", "messages")
	o.Require(messages != nil, "messages")
	e.Instruction = chat.Instruction(messages)
	chat.Keep(o, chat.Play(e, chat.Conversation{Messages: messages, Model: e.PolicyID}))
	markValid(e, messages)
	if e.Success = o.Bool("utility"); e.Success != nil {
		chat.Grade(e, chat.Outcome(*e.Success))
	}
	e.Reason = o.Text("error")
	chat.End(e, ending(messages, e.Reason != nil))
}

// ending says how the run ended: an error broke it off, and where the last
// message still asks for tools, the limit of turns did.
func ending(messages []chat.Message, failed bool) string {
	switch {
	case failed || len(messages) == 0:
		return chat.Aborted
	case len(messages[len(messages)-1].Calls) > 0:
		return chat.Truncated
	}
	return chat.Completed
}

// markValid says of each turn that was answered by tools whether they
// understood it. A tool that was understood and then failed did understand.
func markValid(e *importer.Episode, messages []chat.Message) {
	turn := -1
	for _, m := range messages {
		switch {
		case m.Role == chat.Assistant:
			turn++
		case m.Role == chat.Tool && turn >= 0:
			before := e.Steps[turn].ActionValid
			valid := (before == nil || *before) && !misunderstood(m.Error)
			e.Steps[turn].ActionValid = &valid
		}
	}
}

// misunderstood says whether an error means that there is no such tool, or
// that it takes no such arguments.
func misunderstood(failure string) bool {
	kind, _, _ := strings.Cut(failure, ":")
	return kind == "ToolNotFoundException" || kind == "ValidationError" || kind == "TypeError"
}
