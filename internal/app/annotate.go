package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/schema"
)

// Note is an annotation to be made.
type Note struct {
	// Target is the id of an event or an episode, or a JSON object that
	// selects by source, model_id and model_version.
	Target string
	Kind   string
	// Value is JSON; what is not is taken as a string.
	Value  string
	Author string
	Rubric string
	NoLand bool
}

// Annotated says what was noted.
type Annotated struct {
	EventID    string `json:"event_id"`
	TargetKind string `json:"target_kind"`
	Landed     Landed `json:"landed"`
}

// Annotate adds a later fact about something that the lake holds.
func (a *App) Annotate(ctx context.Context, n Note) (result Annotated, err error) {
	w, err := a.Writer(ctx, WriterOptions{NoLand: n.NoLand})
	if err != nil {
		return result, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if err := w.CatchUp(ctx); err != nil {
		return result, err
	}
	row, err := a.annotation(ctx, n)
	if err != nil {
		return result, err
	}
	if err := w.Produce(ctx, row); err != nil {
		return result, err
	}
	result.EventID, result.TargetKind = row.EventID, row.TargetKind
	result.Landed, err = w.Finish(ctx)
	return result, err
}

func (a *App) annotation(ctx context.Context, n Note) (*schema.AnnotationRow, error) {
	row := &schema.AnnotationRow{Annotation: schema.Annotation{Target: n.Target, Kind: n.Kind, Value: jsonOf(n.Value)}}
	if n.Author != "" {
		row.Author = &n.Author
	}
	if n.Rubric != "" {
		row.Rubric = &n.Rubric
	}
	subject, err := a.resolve(ctx, row)
	if err != nil {
		return nil, err
	}
	row.Envelope = schema.Envelope{
		EventID: schema.NewID(), EventType: schema.TypeAnnotationAdded,
		Time: schema.MicrosOf(a.config.Now()), Source: "annotate", Subject: subject,
	}
	return row, nil
}

// jsonOf takes a value as the JSON that it is, else as a string.
func jsonOf(value string) schema.JSON {
	if jsontext.Value(value).IsValid() {
		return schema.JSON(value)
	}
	return schema.JSONOf(value)
}

// targetQueries find what a target is, in this order. The subject of what is
// found becomes that of the annotation, so that both share a partition.
var targetQueries = []struct{ kind, query string }{
	{"episode", "SELECT subject, NULL FROM lake.episodes WHERE episode_id = $1 LIMIT 1"},
	{"episode", "SELECT subject, NULL FROM lake.transitions WHERE episode_id = $1 LIMIT 1"},
	{"event", "SELECT subject, log_offset FROM lake.transitions WHERE event_id = $1 LIMIT 1"},
	{"event", "SELECT subject, log_offset FROM lake.episodes WHERE event_id = $1 LIMIT 1"},
	{"event", "SELECT subject, log_offset FROM lake.calls WHERE event_id = $1 LIMIT 1"},
	{"event", "SELECT subject, log_offset FROM lake.tasks WHERE event_id = $1 LIMIT 1"},
}

// resolve fills in what the target is, and returns the subject to order by.
func (a *App) resolve(ctx context.Context, row *schema.AnnotationRow) (subject string, err error) {
	if jsontext.Value(row.Target).Kind() == '{' {
		if err := checkSelector(row.Target); err != nil {
			return "", err
		}
		row.TargetKind = "selector"
		return schema.DeriveID("selector", row.Target), nil
	}
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	for _, t := range targetQueries {
		found, subject, offset, err := lookUp(ctx, session, t.query, row.Target)
		if err != nil {
			return "", fmt.Errorf("find %s: %w", row.Target, err)
		}
		if found {
			row.TargetKind, row.TargetOffset = t.kind, offset
			return subject, nil
		}
	}
	return "", fmt.Errorf("the lake holds no event and no episode with id %q: find ids with `dreamlog sql`", row.Target)
}

// checkSelector refuses a selector that would name nothing.
func checkSelector(target string) error {
	var s struct {
		Source       *string `json:"source"`
		ModelID      *string `json:"model_id"`
		ModelVersion *string `json:"model_version"`
	}
	err := json.Unmarshal([]byte(target), &s, json.RejectUnknownMembers(true))
	if err == nil && s.Source == nil && s.ModelID == nil && s.ModelVersion == nil {
		err = errors.New("it is empty")
	}
	if err != nil {
		return fmt.Errorf("%s selects nothing: give one or more of source, model_id and model_version: %w", target, err)
	}
	return nil
}

func lookUp(ctx context.Context, session *Session, query, id string) (found bool, subject string, offset *int64, err error) {
	result, err := session.Trusted(ctx, query, id)
	if err != nil {
		return false, "", nil, err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	if !result.Next() {
		return false, "", nil, result.Err()
	}
	if n, ok := result.Row()[1].(int64); ok {
		offset = &n
	}
	return true, result.Row()[0].(string), offset, nil
}
