package intercode

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// record is one episode.
type record struct {
	Environment string         `json:"environment"`
	Dataset     string         `json:"dataset"`
	TaskID      jsontext.Value `json:"task_id"`
	Query       *string        `json:"query"`
	History     *history       `json:"turn_history"`
	Summary     jsontext.Value `json:"summary"`
	Hardness    jsontext.Value `json:"hardness"`

	Rest map[string]jsontext.Value `json:",embed"`
}

// history holds the turns, a list for each thing known of them.
type history struct {
	Actions      []string         `json:"actions"`
	Observations []jsontext.Value `json:"observations"`
	Rewards      []*float64       `json:"rewards"`
	Valid        []*bool          `json:"valid_action"`
	Thoughts     []*string        `json:"thoughts"`

	Rest map[string]jsontext.Value `json:",embed"`
}

func decode(raw []byte, who string) (*importer.Episode, error) {
	var r record
	if err := importer.Decode(raw, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	stem := strings.TrimSuffix(path.Base(r.Dataset), path.Ext(r.Dataset))
	e := &importer.Episode{
		Record: bytes.Clone(raw), Environment: environmentOf(r.Environment), Split: splitOf(stem),
		TaskID: stem + "/" + plain(r.TaskID), Instruction: r.Query, MaxSteps: r.maxTurns(),
		TaskInfo: importer.Info(map[string]any{"hardness": r.Hardness, "dataset": r.Dataset}),
		Info:     importer.InfoOf(r.Rest, map[string]any{"summary": r.Summary, "turn_history": rest(r.History.Rest)}),
	}
	if who != "" {
		e.PolicyID = &who
	}
	r.addSteps(e)
	r.end(e)
	return e, nil
}

// check refuses what is no result, or whose lists do not belong together. Only
// the last action may lack an answer.
func (r *record) check() error {
	if r.History == nil || r.Dataset == "" || len(r.TaskID) == 0 {
		return errors.New("the record has no turn_history, dataset and task_id: it is no InterCode result")
	}
	h := r.History
	turns := len(h.Actions)
	fits := func(n int) bool { return n == turns || n == turns-1 }
	switch {
	case !fits(len(h.Observations)):
		return fmt.Errorf("turn_history has %d actions and %d observations: a step is missing", turns, len(h.Observations))
	case h.Rewards != nil && !fits(len(h.Rewards)):
		return fmt.Errorf("turn_history has %d actions and %d rewards: a step is missing", turns, len(h.Rewards))
	case h.Valid != nil && !fits(len(h.Valid)):
		return fmt.Errorf("turn_history has %d actions and %d entries of valid_action: a step is missing", turns, len(h.Valid))
	case h.Thoughts != nil && !fits(len(h.Thoughts)):
		return fmt.Errorf("turn_history has %d actions and %d thoughts: a step is missing", turns, len(h.Thoughts))
	}
	return nil
}

// environmentOf spells InterCode's short names out: ic_sql is intercode_sql.
func environmentOf(name string) string {
	return "intercode_" + strings.TrimPrefix(strings.TrimPrefix(name, "ic_"), "intercode_")
}

// splitOf takes the split from a dataset's name; empty when it names none.
func splitOf(dataset string) string {
	for _, split := range []string{"train", "dev", "test"} {
		if strings.HasPrefix(dataset, split+"_") || strings.HasSuffix(dataset, "_"+split) {
			return split
		}
	}
	return ""
}

// maxTurns returns after how many turns the episode is cut off.
func (r *record) maxTurns() *int64 {
	var summary struct {
		Max *int64 `json:"turns_max"`
	}
	if importer.Decode(r.Summary, &summary) != nil {
		return nil // the summary, whatever it is, goes into info
	}
	return summary.Max
}

// plain returns the text of a JSON string, and other JSON as it is.
func plain(raw jsontext.Value) string {
	if raw.Kind() != '"' {
		return string(raw)
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return string(raw)
	}
	return string(text)
}

// rest is nil when nothing is left over.
func rest(members map[string]jsontext.Value) any {
	if len(members) == 0 {
		return nil
	}
	return members
}
