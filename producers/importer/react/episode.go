package react

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// environment is whose transcripts these are.
const environment = "alfworld"

var taskLine = regexp.MustCompile(`(?m)^Your task is to: *(.+?)\s*$`)

// build makes an episode of a transcript. A nil outcome is ungraded.
func build(t transcript, outcome *float64, from facts, record []byte, rest map[string]jsontext.Value) (*importer.Episode, error) {
	if t.opening == "" || (len(t.turns) == 0 && outcome == nil) {
		return nil, fmt.Errorf("it has an opening of %d bytes and %d turns; a transcript has both, or a result", len(t.opening), len(t.turns))
	}
	e := &importer.Episode{Record: record, Environment: environment, Split: from.split, TaskID: from.game, Attempt: from.attempt, Status: "truncated"}
	if m := taskLine.FindStringSubmatch(t.opening); m != nil {
		e.Instruction = &m[1]
	}
	if e.TaskID == "" {
		e.TaskID = nameless(t.opening)
	}
	if from.policy != "" {
		e.PolicyID = &from.policy
	}
	if from.taskType != "" {
		e.TaskInfo = importer.Info(map[string]any{"task_type": from.taskType})
	}
	closing := addSteps(e, t)
	grade(e, outcome)
	e.Info = info(rest, closing)
	return e, nil
}

// nameless names a task of which only the opening is known.
func nameless(opening string) string {
	sum := sha256.Sum256([]byte(opening))
	return "opening-" + hex.EncodeToString(sum[:8])
}

// addSteps adds a step for each command, with the thoughts before it, and
// returns the thoughts behind the last one.
func addSteps(e *importer.Episode, t transcript) []string {
	var thoughts []string
	state := t.opening
	for _, turn := range t.turns {
		if thought, ok := turn.thought(); ok {
			thoughts = append(thoughts, thought)
			continue
		}
		valid := turn.answer != refused
		step := importer.Step{State: state, Action: turn.command, ActionValid: &valid, NextState: turn.answer}
		if len(thoughts) > 0 {
			thought := strings.Join(thoughts, "\n")
			step.Thought, thoughts = &thought, nil
		}
		e.Steps = append(e.Steps, step)
		state = turn.answer
	}
	return thoughts
}

// grade gives the outcome to the last step and says how the episode ended.
func grade(e *importer.Episode, outcome *float64) {
	won := outcome != nil && *outcome > 0
	switch {
	case won:
		e.Status = "completed"
	case len(e.Steps) == 0:
		e.Status = "failed" // lost before the first action
	}
	if outcome != nil {
		e.Success, e.Return = &won, outcome
	}
	if len(e.Steps) == 0 {
		return
	}
	final := &e.Steps[len(e.Steps)-1]
	final.Terminated, final.Truncated = won, !won
	if outcome == nil {
		return
	}
	for i := range e.Steps {
		e.Steps[i].Reward = new(float64)
	}
	final.Reward = outcome
}

func info(rest map[string]jsontext.Value, closing []string) *schema.JSON {
	more := map[string]any{}
	if len(closing) > 0 {
		more["closing_thought"] = strings.Join(closing, "\n")
	}
	return importer.InfoOf(rest, more)
}
