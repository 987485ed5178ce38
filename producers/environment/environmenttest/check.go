package environmenttest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// recordable says what keeps a row from becoming an event.
func recordable(row schema.Row, eventType, subject string) error {
	*row.Head() = schema.Envelope{
		EventID: "1", EventType: eventType, Time: 1, Source: "environmenttest", Subject: subject,
	}
	return schema.Validate(row)
}

// checkTask says what keeps a task from being proposed.
func checkTask(task producers.Task) error {
	instruction := task.Instruction
	if instruction == "" {
		instruction = "what Reset will tell"
	}
	kind := "seed"
	row := &schema.TaskRow{Task: schema.Task{
		TaskID: task.ID, Environment: &task.Environment, Split: &task.Split,
		Instruction: &instruction, Kind: &kind, Info: task.Info,
	}}
	if err := recordable(row, schema.TypeTaskProposed, task.ID); err != nil {
		return fmt.Errorf("task %q cannot be recorded: %w", task.ID, err)
	}
	return nil
}

// checkTasks says what is wrong with a set of tasks.
func checkTasks(tasks []producers.Task) error {
	seen := map[string]bool{}
	for _, task := range tasks {
		if err := checkTask(task); err != nil {
			return err
		}
		if key := task.EventID(); seen[key] {
			return fmt.Errorf("task %q of %s is listed twice", task.ID, task.Environment)
		} else {
			seen[key] = true
		}
	}
	return nil
}

// checkStart says what is wrong with the beginning of an episode.
func checkStart(task producers.Task, start producers.Start) error {
	if task.Instruction == "" && start.Instruction == "" {
		return fmt.Errorf("task %s: neither the task nor its start says what to do", task.ID)
	}
	if err := checkObservation(start.Observation); err != nil {
		return fmt.Errorf("task %s at its start: %w", task.ID, err)
	}
	return nil
}

// checkOutcome says what is wrong with the newest outcome of an episode.
func checkOutcome(e episode, o producers.Outcome) error {
	err := errors.Join(checkObservation(o.Observation), checkEnd(o), checkTransition(e, o))
	if err != nil {
		last := len(e.Actions) - 1
		return fmt.Errorf("task %s, step %d, action %q: %w", e.Task.ID, last, e.Actions[last], err)
	}
	return nil
}

// checkEnd says how an outcome contradicts itself about the end.
func checkEnd(o producers.Outcome) error {
	switch {
	case o.Over() && o.Reason == "":
		return errors.New("the episode ended without a reason")
	case !o.Over() && o.Reason != "":
		return fmt.Errorf("the episode goes on, and yet ended because %q", o.Reason)
	case !o.Over() && o.Success != nil:
		return fmt.Errorf("the episode goes on, and yet its success is %v", *o.Success)
	}
	return nil
}

// checkObservation says what is wrong with the actions that are told.
func checkObservation(o producers.Observation) error {
	sorted := slices.Sorted(slices.Values(o.Admissible))
	for i, action := range sorted {
		if action == "" {
			return errors.New("an admissible action is empty")
		}
		if i > 0 && action == sorted[i-1] {
			return fmt.Errorf("admissible action %q is told twice", action)
		}
	}
	return nil
}

// checkTransition says what keeps the newest step from being recorded.
func checkTransition(e episode, o producers.Outcome) error {
	before := e.Start
	if n := len(e.Outcomes); n > 1 {
		before = e.Outcomes[n-2].Observation
	}
	return recordable(&schema.TransitionRow{Transition: schema.Transition{
		Purpose: "collect", Origin: "real", Environment: e.Task.Environment, Split: e.Task.Split,
		TaskID: e.Task.ID, EpisodeID: "1", Instruction: &e.Instruction, Step: int64(len(e.Outcomes) - 1),
		State: before.Text, AdmissibleActions: before.Admissible,
		Action: e.Actions[len(e.Actions)-1], ActionValid: o.Valid,
		NextState: o.Text, NextAdmissibleActions: o.Admissible,
		Reward: o.Reward, Terminated: o.Terminated, Truncated: o.Truncated, Info: o.Info,
	}}, schema.TypeTransition, "1")
}
