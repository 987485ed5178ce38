package textworldexpress

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// rollout is a record of a file.
type rollout struct {
	Env         *string      `json:"env"`
	Game        string       `json:"game"`
	Params      *string      `json:"params"`
	Fold        string       `json:"fold"`
	Seed        *int64       `json:"seed"`
	TaskID      string       `json:"task_id"`
	Attempt     *int64       `json:"attempt"`
	Agent       *string      `json:"agent"`
	Instruction *string      `json:"instruction"`
	Initial     *observation `json:"initial"`
	Steps       []step       `json:"steps"`
	FinalScore  *float64     `json:"final_score"`
	Success     *bool        `json:"success"`
	Failure     bool         `json:"failure"`
	Truncated   bool         `json:"truncated"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// observation is what the engine tells at the start.
type observation struct {
	Observation  string   `json:"observation"`
	ValidActions []string `json:"validActions"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// step is an action and what the engine tells after it.
type step struct {
	Step         *int64   `json:"step"`
	Action       *string  `json:"action"`
	Observation  string   `json:"observation"`
	ValidActions []string `json:"valid_actions"`
	Score        *float64 `json:"score"`
	Reward       *float64 `json:"reward"`
	Done         bool     `json:"done"`

	Rest map[string]jsontext.Value `json:",embed"`
}

func decode(raw []byte) (*importer.Episode, error) {
	var r rollout
	if err := importer.Decode(raw, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	e := &importer.Episode{
		Record: bytes.Clone(raw), Environment: "textworld_express/" + r.Game, EnvironmentVersion: r.Env, EnvSeed: r.Seed,
		Split: r.Fold, TaskID: r.TaskID, Instruction: r.Instruction, Attempt: r.Attempt, PolicyID: r.Agent,
		Success: r.Success, Return: r.FinalScore, Info: r.info(),
	}
	if r.Params != nil {
		e.TaskInfo = importer.Info(map[string]any{"params": *r.Params, "seed": r.Seed})
	}
	r.addSteps(e)
	r.end(e)
	return e, nil
}

// check refuses what is no rollout, or has lost steps.
func (r *rollout) check() error {
	switch {
	case r.Game == "" || r.TaskID == "":
		return errors.New("the record has no game and task_id: it is no TextWorldExpress rollout")
	case r.Initial == nil:
		return errors.New("initial is missing: without it the first step has no state")
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Step != nil && *s.Step != int64(i) {
			return fmt.Errorf("steps[%d] says that it is step %d: a step is missing or out of order", i, *s.Step)
		}
		if s.Action == nil {
			return fmt.Errorf("steps[%d] has no action", i)
		}
	}
	return nil
}

func (r *rollout) addSteps(e *importer.Episode) {
	state, admissible, before := r.Initial.Observation, r.Initial.ValidActions, 0.0
	for i := range r.Steps {
		s := &r.Steps[i]
		next := importer.Step{State: state, AdmissibleActions: admissible, Action: *s.Action,
			NextState: s.Observation, NextAdmissible: s.ValidActions, Reward: s.Reward, Info: s.info()}
		if admissible != nil {
			valid := slices.Contains(admissible, *s.Action)
			next.ActionValid = &valid
		}
		if s.Score != nil {
			gain := *s.Score - before
			next.Reward, before = &gain, *s.Score
		}
		e.Steps = append(e.Steps, next)
		state, admissible = s.Observation, s.ValidActions
	}
}

// end says how the episode ended.
func (r *rollout) end(e *importer.Episode) {
	done := r.Failure || (r.Success != nil && *r.Success)
	if n := len(r.Steps); n > 0 && r.Steps[n-1].Done && !r.Truncated {
		done = true
	}
	e.Status = "truncated"
	if done {
		e.Status = "completed"
	}
	if n := len(e.Steps); n > 0 {
		e.Steps[n-1].Terminated, e.Steps[n-1].Truncated = done, !done
	}
}
