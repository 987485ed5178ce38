// Package scienceworld reads the gold paths of ScienceWorld: JSON that names
// tasks, each with one action sequence a variation.
//
// The environment is scienceworld; a task is TASK/VARIATION, and the policy is
// gold. The score of a step is a running one: its reward is by how much the
// score rose. What the agent saw before its first action is not in these
// files, so that the first state is empty; nearly every path begins with look
// around. isCompleted of the last step is the end of the task; a path may go on
// behind the step that completed it. The importer calls it.
package scienceworld

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Format reads gold paths.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns scienceworld.
func (Format) Name() string { return "scienceworld" }

// Holds says that JSON files of a folder are gold paths.
func (Format) Holds(name string) bool { return strings.HasSuffix(name, ".json") }

// task is a value of a file.
type task struct {
	Name      string           `json:"taskName"`
	Index     jsontext.Value   `json:"taskIdx"`
	Sequences []jsontext.Value `json:"goldActionSequences"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// Read reads a file. Records are the sequences, counted over all tasks; a task
// that cannot be read counts as one.
func (Format) Read(_ context.Context, src *importer.Source, yield importer.Yield) error {
	r, err := src.Reader()
	if err != nil {
		return err
	}
	number := 0
	return importer.Values(r, 1, func(v importer.Value) error {
		t, err := decodeTask(v)
		if err != nil {
			number++
			return yield(number, nil, fmt.Errorf("task %s: %w", strings.Join(v.Path, "/"), err))
		}
		for _, raw := range t.Sequences {
			number++
			episode, err := t.episode(raw)
			if err := yield(number, episode, err); err != nil {
				return err
			}
		}
		return nil
	})
}

func decodeTask(v importer.Value) (*task, error) {
	if v.Err != nil {
		return nil, v.Err
	}
	t := new(task)
	if err := importer.Decode(v.Raw, t); err != nil {
		return nil, err
	}
	if t.Name == "" || t.Sequences == nil {
		return nil, errors.New("it has no taskName and goldActionSequences: it is no ScienceWorld gold path")
	}
	return t, nil
}

// number reads a number that may be given as text; nil is none.
func number(raw jsontext.Value) (*float64, error) {
	text := string(raw)
	if raw.Kind() == '"' {
		unquoted, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			return nil, err
		}
		text = string(unquoted)
	}
	if text == "" || text == "null" {
		return nil, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, fmt.Errorf("%q is no finite number", text)
	}
	return &n, nil
}
