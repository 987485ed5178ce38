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
	"strings"
	"time"

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
	reader, err := src.Reader()
	if err != nil {
		return err
	}
	return chat.Records(reader, func(number int, record []byte, err error) error {
		if err != nil {
			return yield(number, nil, err)
		}
		episode, err := parse(record)
		return yield(number, episode, err)
	})
}

// parse reads one run, with or without its wrapping.
func parse(record []byte) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	path := ""
	if o.Has("run") {
		if p := o.Text("path"); p != nil {
			path = *p
		}
		o = o.Object("run")
	}
	e := &importer.Episode{Record: record}
	readRun(e, o, path)
	return e, o.Err()
}

func readRun(e *importer.Episode, o *chat.Object, path string) {
	identify(e, o, path)
	messages := o.Messages("messages")
	o.Require(messages != nil, "messages")
	e.Instruction = chat.Instruction(messages)
	chat.Keep(o, chat.Play(e, chat.Conversation{Messages: messages, Model: e.PolicyID}))
	utility := o.Bool("utility")
	if utility != nil {
		outcome := 0.0
		if *utility {
			outcome = 1
		}
		chat.Grade(e, outcome)
		e.Success = utility
	}
	e.Reason = o.Text("error")
	chat.End(e, ending(messages, e.Reason))
	markInvalid(e, messages)
	e.Info = o.Rest()
}

// identify reads who did what. The path names the pipeline more exactly than
// the run does, which calls every model on a server of one's own "local".
func identify(e *importer.Episode, o *chat.Object, path string) {
	e.Environment = "agentdojo"
	suite, task := o.Inside("").Text("suite_name"), o.Text("user_task_id")
	_ = suite
	_ = task
	_ = path
}

// ending says how the run ended: an error broke it off, and where the last
// message still asks for tools, the limit of turns did.
func ending(messages []chat.Message, failure *string) string {
	switch {
	case failure != nil || len(messages) == 0:
		return chat.Aborted
	case len(messages[len(messages)-1].Calls) > 0:
		return chat.Truncated
	}
	return chat.Completed
}

func readTime(s *string) time.Time {
	if s == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.DateTime, *s)
	if err != nil {
		return time.Time{}
	}
	return t
}
