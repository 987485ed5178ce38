package schema

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxIDBytes is the most that an id may measure.
const MaxIDBytes = 512

// Validate says what is wrong with an event, as a *FieldError with the first
// field that breaks a rule, or nil.
func Validate(row Row) error {
	h := row.Head()
	if tableOf[h.EventType] != row.Table() {
		return fieldError(HeaderType, h.EventType, "is no event type of table "+row.Table())
	}
	var c check
	c.id("event_id", h.EventID)
	c.id("source", h.Source)
	c.id("subject", h.Subject)
	c.that(h.Time != 0, "time", nil, "is required")
	c.that((h.Producer == nil) == (h.Sequence == nil), HeaderSequence, nil, "producer and sequence go together: give both or none")
	if h.Producer != nil {
		c.id("producer", *h.Producer)
	}
	if c.err != nil {
		return c.err
	}
	if err := row.validate(); err != nil {
		return err
	}
	return validText(row)
}

// check collects the first rule that does not hold.
type check struct{ err error }

func (c *check) that(holds bool, field string, value any, rule string) {
	if c.err == nil && !holds {
		c.err = fieldError(field, value, rule)
	}
}

func (c *check) required(field, s string) { c.that(s != "", field, nil, "is required") }

func (c *check) id(field, s string) {
	if s == "" || len(s) > MaxIDBytes { // building the rule's text is not free
		c.required(field, s)
		c.that(false, field, s, fmt.Sprintf("must have at most %d bytes", MaxIDBytes))
	}
}

func (c *check) oneOf(field, s string, allowed ...string) {
	if !slices.Contains(allowed, s) {
		c.that(false, field, s, "must be one of "+strings.Join(allowed, ", "))
	}
}

func (c *check) count(field string, n *int64) {
	if n != nil && *n < 0 {
		c.that(false, field, *n, "must be 0 or more")
	}
}

func (c *check) number(field string, n int64) {
	if n < 0 {
		c.that(n != -1, field, nil, "is required, and 0 or more")
		c.that(false, field, n, "must be 0 or more")
	}
}

func (c *check) finite(field string, x *float64) {
	if x != nil && (math.IsNaN(*x) || math.IsInf(*x, 0)) {
		c.that(false, field, *x, "must be finite")
	}
}

func (c *check) within(field string, x *float64, low, high float64) {
	if x != nil && !(*x >= low && *x <= high) {
		c.that(false, field, *x, fmt.Sprintf("must lie between %v and %v", low, high))
	}
}

func (c *check) object(field string, j *JSON) {
	if j != nil && !j.valid('{') {
		c.that(false, field, string(*j), "must be a JSON object")
	}
}

func (c *check) array(field string, j *JSON) {
	if j != nil && !j.valid('[') {
		c.that(false, field, string(*j), "must be a JSON array")
	}
}

func (r *TransitionRow) validate() error {
	var c check
	c.played(r.Purpose, r.Environment, r.Split, r.TaskID, r.EpisodeID, r.Origin)
	c.subject(&r.Envelope, "episode_id", r.EpisodeID)
	c.number("step", r.Step)
	c.count("attempt", r.Attempt)
	c.count("max_steps", r.MaxSteps)
	c.count("demo_depth", r.DemoDepth)
	c.finite("reward", r.Reward)
	c.finite("temperature", r.Temperature)
	c.finite("action_logprob", r.ActionLogprob)
	for i := range r.Demonstrations {
		d := &r.Demonstrations[i]
		c.id(fmt.Sprintf("demonstrations[%d].event_id", i), d.EventID)
		c.within(fmt.Sprintf("demonstrations[%d].similarity", i), &d.Similarity, -1.000001, 1.000001)
	}
	c.object("info", r.Info)
	return c.err
}

// played checks what transitions and episodes say in the same words.
func (c *check) played(purpose, environment, split, task, episode, origin string) {
	c.oneOf("purpose", purpose, "collect", "train", "evaluate", "probe")
	c.required("environment", environment)
	c.required("split", split)
	c.id("task_id", task)
	c.id("episode_id", episode)
	c.oneOf("origin", origin, "real", "synthetic")
}

// subject checks that the event is ordered behind what it is about.
func (c *check) subject(h *Envelope, field, id string) {
	if h.Subject != id {
		c.that(false, "subject", h.Subject, "must equal "+field)
	}
}

func (r *EpisodeRow) validate() error {
	var c check
	c.played(r.Purpose, r.Environment, r.Split, r.TaskID, r.EpisodeID, r.Origin)
	c.subject(&r.Envelope, "episode_id", r.EpisodeID)
	c.oneOf("status", r.Status, "completed", "truncated", "aborted", "failed")
	c.number("length", r.Length)
	c.count("attempt", r.Attempt)
	c.finite("episode_return", r.EpisodeReturn)
	c.object("info", r.Info)
	return c.err
}

func (r *TaskRow) validate() error {
	var c check
	c.id("task_id", r.TaskID)
	c.subject(&r.Envelope, "task_id", r.TaskID)
	if r.EventType == TypeTaskProposed {
		c.required("environment", text(r.Environment))
		c.required("split", text(r.Split))
		c.required("instruction", text(r.Instruction))
		c.oneOf("kind", text(r.Kind), "seed", "generated")
		c.that(text(r.Kind) != "generated" || len(r.Parents) > 0, "parents", nil, "are required of a generated task")
	} else {
		c.that(r.Iteration != nil, "iteration", nil, "is required")
	}
	c.count("iteration", r.Iteration)
	c.count("attempts", r.Attempts)
	c.finite("mean_return", r.MeanReturn)
	c.finite("value", r.Value)
	c.within("probability", r.Probability, 0, 1)
	c.within("lambda", r.Lambda, 0, 1)
	c.object("info", r.Info)
	return c.err
}

func (r *CallRow) validate() error {
	var c check
	c.oneOf("role", r.Role, "agent", "experience", "generator", "judge", "teacher")
	if r.EpisodeID != nil {
		c.subject(&r.Envelope, "episode_id", *r.EpisodeID)
	}
	c.array("messages", &r.Messages)
	c.array("tools", r.Tools)
	c.object("sampling", r.Sampling)
	c.object("info", r.Info)
	c.count("step", r.Step)
	c.count("segment", r.Segment)
	tokens := len(r.ResponseTokenIDs)
	c.that(r.LossMask == nil || len(r.LossMask) == tokens, "loss_mask", len(r.LossMask), "must have one entry for each response token")
	c.that(r.RolloutLogprobs == nil || len(r.RolloutLogprobs) == tokens, "rollout_logprobs", len(r.RolloutLogprobs), "must have one entry for each response token")
	c.that(r.TrainerLogprobs == nil || len(r.TrainerLogprobs) == tokens, "trainer_logprobs", len(r.TrainerLogprobs), "must have one entry for each response token")
	c.finite("latency_seconds", r.LatencySeconds)
	c.finite("cost", r.Cost)
	return c.err
}

func (r *AnnotationRow) validate() error {
	var c check
	c.oneOf("target_kind", r.TargetKind, "event", "episode", "selector")
	c.required("target", r.Target)
	c.required("kind", r.Kind)
	c.count("target_offset", r.TargetOffset)
	if !r.Value.valid(0) {
		c.that(false, "value", string(r.Value), "must be JSON")
	}
	switch r.Kind {
	case "reward":
		c.that(JSON(r.Value).valid('0'), "value", string(r.Value), "must be a number, as this annotation corrects a reward")
	case "outcome":
		c.that(r.Value == "true" || r.Value == "false", "value", string(r.Value), "must be true or false, as this annotation corrects an outcome")
	}
	return c.err
}

func (r *TrainingRow) validate() error {
	var c check
	for i := range r.Items {
		c.id(fmt.Sprintf("items[%d].id", i), r.Items[i].ID)
		c.within(fmt.Sprintf("items[%d].probability", i), &r.Items[i].Probability, 0, 1)
	}
	c.within("success_rate", r.SuccessRate, 0, 1)
	c.within("low", r.Low, 0, 1)
	c.within("high", r.High, 0, 1)
	c.object("spec", r.Spec)
	c.object("hyperparameters", r.Hyperparameters)
	c.object("metrics", r.Metrics)
	return c.err
}

// validate accepts every dead letter: it is what validation made of a record.
func (r *DeadLetterRow) validate() error { return nil }

// validText refuses text that is not UTF-8, which Avro does not check and
// which Parquet readers choke on.
func validText(row Row) error {
	return walkText(reflect.ValueOf(row).Elem())
}

func walkText(v reflect.Value) error {
	for i := range v.NumField() {
		f := v.Field(i)
		bad := false
		switch f.Kind() {
		case reflect.String:
			bad = !utf8.ValidString(f.String())
		case reflect.Pointer:
			bad = !f.IsNil() && f.Elem().Kind() == reflect.String && !utf8.ValidString(f.Elem().String())
		case reflect.Slice:
			bad = !validList(f)
		case reflect.Struct:
			if err := walkText(f); err != nil {
				return err
			}
		}
		if bad {
			return fieldError(v.Type().Field(i).Tag.Get("avro"), nil, "must be valid UTF-8")
		}
	}
	return nil
}

func validList(list reflect.Value) bool {
	for i := range list.Len() {
		switch e := list.Index(i); e.Kind() {
		case reflect.String:
			if !utf8.ValidString(e.String()) {
				return false
			}
		case reflect.Struct:
			if walkText(e) != nil {
				return false
			}
		default:
			return true // numbers and bytes
		}
	}
	return true
}
