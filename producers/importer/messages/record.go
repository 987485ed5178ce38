package messages

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// parse reads one record.
func parse(record []byte) (*importer.Episode, error) {
	o, err := chat.ParseObject(record)
	if err != nil {
		return nil, err
	}
	e := &importer.Episode{Record: record}
	who(e, o)
	messages, err := conversation(o)
	if err != nil {
		return nil, err
	}
	if e.Instruction = o.Text("instruction"); e.Instruction == nil {
		e.Instruction = chat.Instruction(messages)
	}
	c := chat.Conversation{Messages: messages, Model: e.PolicyID, Tools: o.Tools("tools", "functions")}
	chat.Keep(o, chat.Play(e, c))
	if len(e.Steps) == 0 && o.Err() == nil {
		return nil, errors.New("holds no assistant message: it is a prompt, and no episode")
	}
	what(e, o)
	outcome(e, o)
	e.Info = o.Rest()
	return e, o.Err()
}

// conversation reads the messages, wherever they are.
func conversation(o *chat.Object) ([]chat.Message, error) {
	messages := o.Messages("", "messages", "conversations", "conversation")
	if messages == nil {
		prompt, completion := o.Messages(chat.User, "prompt"), o.Messages(chat.Assistant, "completion", "response")
		if completion == nil && o.Err() == nil {
			return nil, errors.New("has no conversation: it takes messages, conversations, or prompt with completion")
		}
		messages = append(chat.GiveAll(prompt), completion...)
	}
	return append(o.Messages(chat.System, "system"), messages...), nil
}

// who reads who played, and where.
func who(e *importer.Episode, o *chat.Object) {
	if policy := o.ID("policy_id", "model", "model_name", "policy"); policy != "" {
		e.PolicyID = &policy
	}
	e.PolicyVersion = o.Int("policy_version")
	e.Temperature = o.Number("temperature")
	if e.Environment = o.ID("environment", "env", "env_id", "env_name", "data_source"); e.Environment == "" {
		e.Environment = "messages"
	}
	e.EnvSeed = o.Int("env_seed", "seed")
	e.Split = o.ID("split")
	e.Time = moment(o)
}

// what reads which task it was.
func what(e *importer.Episode, o *chat.Object) {
	e.TaskID = o.ID("task_id", "instance_id", "item_id", "example_id", "problem_id", "question_id")
	if e.TaskID == "" {
		e.TaskID = digest(e)
	}
	e.Attempt = o.Int("attempt", "trial")
}

// digest names a task by its instruction, so that attempts at it are found to
// be attempts at one task.
func digest(e *importer.Episode) string {
	text := e.Record
	if e.Instruction != nil {
		text = []byte(*e.Instruction)
	}
	sum := sha256.Sum256(text)
	return "sha256-" + hex.EncodeToString(sum[:8])
}

// outcome reads how it went.
func outcome(e *importer.Episode, o *chat.Object) {
	e.Success = solved(o)
	turns, whole := o.Numbers("rewards"), o.Number("reward", "return", "episode_return")
	switch {
	case turns != nil:
		gradeTurns(e, o, turns)
		e.Return = whole
	case whole != nil:
		chat.Grade(e, *whole)
	case e.Success != nil:
		chat.Grade(e, chat.Outcome(*e.Success))
	}
	status := chat.Completed
	if cut := o.Bool("truncated"); cut != nil && *cut {
		status = chat.Truncated
	}
	chat.End(e, status)
}

func gradeTurns(e *importer.Episode, o *chat.Object, rewards []float64) {
	if len(rewards) != len(e.Steps) {
		o.Fail("rewards", errors.New("has "+strconv.Itoa(len(rewards))+" numbers for "+strconv.Itoa(len(e.Steps))+" assistant messages"))
		return
	}
	for i := range rewards {
		e.Steps[i].Reward = &rewards[i]
	}
}

// solved reads a flag that tables often hold as 0 or 1.
func solved(o *chat.Object) *bool {
	for _, name := range []string{"success", "resolved", "solved"} {
		if !o.Has(name) {
			continue
		}
		switch value := o.Value(name); string(value) {
		case "0", "0.0", "1", "1.0":
			yes := value[0] == '1'
			return &yes
		}
		return o.Bool(name)
	}
	return nil
}

// moment reads when it happened: a text, or seconds or milliseconds since 1970.
// What is neither is left for info.
func moment(o *chat.Object) time.Time {
	for _, name := range []string{"time", "timestamp", "created_at"} {
		if !o.Has(name) {
			continue
		}
		value := o.Value(name)
		if t := instant(value); !t.IsZero() {
			return t
		}
		o.Leave(name)
	}
	return time.Time{}
}

// millisecondsFrom is a number that is a time in this century as milliseconds,
// and in none that matters as seconds.
const millisecondsFrom = 1e11

func instant(value jsontext.Value) time.Time {
	if value.Kind() == '"' {
		text, err := jsontext.AppendUnquote(nil, value)
		if err != nil {
			return time.Time{}
		}
		return chat.Time(string(text))
	}
	x, err := strconv.ParseFloat(string(value), 64)
	if err != nil || x <= 0 || x >= 1e14 {
		return time.Time{}
	}
	if x >= millisecondsFrom {
		x /= 1000
	}
	seconds, fraction := math.Modf(x)
	return time.Unix(int64(seconds), int64(fraction*1e9)).UTC()
}
