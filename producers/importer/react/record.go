package react

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// record is a transcript held in JSON.
type record struct {
	Name    string         `json:"name"`
	GameID  string         `json:"game_id"`
	Split   string         `json:"split"`
	Model   string         `json:"model"`
	Problem string         `json:"problem"`
	Trace   *string        `json:"trace"`
	Traj    *string        `json:"traj"`
	Result  jsontext.Value `json:"result"`
	Reward  jsontext.Value `json:"reward"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// episodeOf reads a record.
func episodeOf(v importer.Value, from facts) (*importer.Episode, error) {
	if v.Err != nil {
		return nil, v.Err
	}
	var r record
	if err := importer.Decode(v.Raw, &r); err != nil {
		return nil, err
	}
	text, err := r.transcript()
	if err != nil {
		return nil, err
	}
	outcome, err := r.outcome()
	if err != nil {
		return nil, err
	}
	from.game = first(r.GameID, r.Name, last(v.Path))
	from.split = first(r.Split, from.split)
	from.policy = first(r.Model, from.policy)
	if len(v.Path) > 1 {
		from.taskType = v.Path[0]
	}
	record := append(append([]byte(nil), from.game...), v.Raw...)
	return build(text, outcome, from, record, r.Rest)
}

// transcript returns the opening and the turns.
func (r *record) transcript() (transcript, error) {
	switch {
	case r.Traj != nil:
		return parse(*r.Traj), nil
	case r.Trace != nil && r.Problem != "":
		// The trace goes on behind the prompt that the problem ended with.
		t := parse(">\n" + *r.Trace)
		t.opening = r.Problem
		return t, nil
	case r.Trace != nil:
		return parse(*r.Trace), nil
	}
	return transcript{}, errors.New("the record has neither trace nor traj: it is no ReAct transcript")
}

// outcome returns the final reward; nil when ungraded.
func (r *record) outcome() (*float64, error) {
	raw := r.Reward
	if raw == nil {
		raw = r.Result
	}
	var reward float64
	switch text := string(raw); text {
	case "", "null":
		return nil, nil
	case "true":
		reward = 1
	case "false":
	default:
		var err error
		if reward, err = strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("result %s: must be true, false or a number", text)
		}
	}
	return &reward, nil
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func last(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}
