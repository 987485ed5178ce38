package scienceworld

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// sequence is one path through one variation of a task.
type sequence struct {
	Variation   *int64  `json:"variationIdx"`
	Description *string `json:"taskDescription"`
	Fold        string  `json:"fold"`
	Path        []step  `json:"path"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// step is an action and what followed.
type step struct {
	Action      *string        `json:"action"`
	Observation string         `json:"observation"`
	Score       jsontext.Value `json:"score"`
	Completed   jsontext.Value `json:"isCompleted"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// completed says whether the task was complete behind the step.
func (s *step) completed() bool { return strings.Trim(string(s.Completed), `"`) == "true" }

// episode reads a sequence of the task.
func (t *task) episode(raw jsontext.Value) (*importer.Episode, error) {
	var s sequence
	if err := importer.Decode(raw, &s); err != nil {
		return nil, err
	}
	if s.Variation == nil {
		return nil, errors.New("variationIdx is missing: the task has no name without it")
	}
	policy := "gold"
	e := &importer.Episode{
		Record: append([]byte(t.Name+"\n"), raw...), Environment: "scienceworld", Split: s.Fold,
		TaskID: fmt.Sprintf("%s/%d", t.Name, *s.Variation), Instruction: s.Description, PolicyID: &policy,
		TaskInfo: t.info(), Info: importer.InfoOf(s.Rest, nil),
	}
	if err := addSteps(e, s.Path); err != nil {
		return nil, err
	}
	end(e, s.Path)
	return e, nil
}

func addSteps(e *importer.Episode, path []step) error {
	state, before := "", 0.0
	for i := range path {
		s := &path[i]
		if s.Action == nil {
			return fmt.Errorf("path[%d] has no action", i)
		}
		score, err := number(s.Score)
		if err != nil {
			return fmt.Errorf("path[%d] score: %w", i, err)
		}
		next := importer.Step{State: state, Action: *s.Action, NextState: s.Observation, Info: s.info(score)}
		if score != nil {
			gain := *score - before
			next.Reward, before, e.Return = &gain, *score, score
		}
		e.Steps = append(e.Steps, next)
		state = s.Observation
	}
	return nil
}

// fullScore is the score of a task that was done in full.
const fullScore = 1

// end says how the path ended.
func end(e *importer.Episode, path []step) {
	e.Status = "truncated"
	if len(path) == 0 {
		return
	}
	done := path[len(path)-1].completed()
	if done {
		e.Status = "completed"
	}
	if e.Return != nil {
		success := done && *e.Return >= fullScore
		e.Success = &success
	}
	final := &e.Steps[len(e.Steps)-1]
	final.Terminated, final.Truncated = done, !done
}
