package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
	"github.com/dreamlog/dreamlog/schema"
)

// probes records predictions as synthetic transitions of purpose probe, which no
// learner sees. A probe stands in an episode of its own beside the real one: its
// state is the real state, its next state what the model said, and its info
// names the real event. Such an episode has no end: nobody played it.
type probes struct {
	app      *App
	writer   *Writer
	known    map[string]bool // events of probes that the lake has
	snapshot int64
	seen     string // a digest of what the models saw
	runID    string
	recorded int64
}

// openProbes returns nil where nothing is to be recorded; all methods of a nil
// *probes do nothing.
func (a *App) openProbes(ctx context.Context, o FidelityOptions, snapshot int64, seen []*producers.Recording) (_ *probes, err error) {
	if !o.Record {
		return nil, nil
	}
	p := &probes{app: a, snapshot: snapshot, seen: digestOfRecordings(seen), runID: schema.NewID()}
	if p.writer, err = a.Writer(ctx, WriterOptions{NoLand: o.NoLand}); err != nil {
		return nil, err
	}
	if err = p.writer.CatchUp(ctx); err == nil {
		p.known, err = a.knownProbes(ctx, sourceOfProbes(seen[0].Task.Environment))
	}
	if err != nil {
		return nil, joined(err, p.writer.Close(context.WithoutCancel(ctx)))
	}
	return p, nil
}

// digestOfRecordings is of the ids of their steps, in whatever order the episodes
// come.
func digestOfRecordings(recordings []*producers.Recording) string {
	var episodes []string
	for _, r := range recordings {
		h := sha256.New()
		for i := range r.Steps {
			fmt.Fprintln(h, r.Steps[i].EventID)
		}
		episodes = append(episodes, hex.EncodeToString(h.Sum(nil)))
	}
	slices.Sort(episodes)
	return digestOf([]byte(strings.Join(episodes, "\n")))
}

func sourceOfProbes(environment string) string { return "fidelity/" + environment }

func (a *App) knownProbes(ctx context.Context, source string) (_ map[string]bool, err error) {
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	result, err := session.Trusted(ctx, `SELECT event_id FROM lake.transitions WHERE purpose = 'probe' AND source = $1
UNION ALL SELECT event_id FROM lake.calls WHERE source = $1`, source)
	if err != nil {
		return nil, fmt.Errorf("look up what was probed before: %w", err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	known := map[string]bool{}
	for result.Next() {
		known[result.Row()[0].(string)] = true
	}
	return known, result.Err()
}

// observer returns what records each pair; nil where nothing is.
func (p *probes) observer(ctx context.Context) func(fidelity.Pair) error {
	if p == nil {
		return nil
	}
	return func(pair fidelity.Pair) error { return p.record(ctx, &pair) }
}

// record writes a pair, unless the very same was recorded before. Of a prediction
// that was refused there are the calls only.
func (p *probes) record(ctx context.Context, pair *fidelity.Pair) error {
	for _, row := range p.rows(pair) {
		if p.known[row.Head().EventID] {
			continue
		}
		if err := p.writer.Produce(ctx, row); err != nil {
			return fmt.Errorf("record a probe of event %s: %w", pair.Recording.Steps[pair.Index].EventID, err)
		}
		if row.Head().EventType == schema.TypeTransition {
			p.recorded++
		}
	}
	return nil
}

// probed says what a probe is of.
type probed struct {
	ProbeOf string `json:"probe_of"`
	K       int    `json:"k"`
	Setting string `json:"setting"`
}

// rows are the calls behind a pair, and its transition, where there is one. Their
// ids derive from what was asked and what was seen: asked again, it is the same
// events.
func (p *probes) rows(pair *fidelity.Pair) (rows []schema.Row) {
	model, r, step := pair.Subject.Model.Model(), pair.Recording, &pair.Recording.Steps[pair.Index]
	k := strconv.Itoa(pair.Subject.K)
	episode := schema.DeriveID("probe", model.ID, model.Version, k, pair.Subject.Setting, p.seen, r.Task.Environment, r.Task.ID, r.EpisodeID)
	envelope := func(eventType, kind string, n int64) schema.Envelope {
		return schema.Envelope{
			EventID: schema.DeriveID("event", episode, kind, strconv.FormatInt(n, 10)), EventType: eventType,
			Time: schema.MicrosOf(p.app.config.Now()), Source: sourceOfProbes(r.Task.Environment), Subject: episode,
		}
	}
	said := &pair.Prediction
	t := &schema.TransitionRow{
		Envelope: envelope(schema.TypeTransition, "transition", step.Step),
		Transition: schema.Transition{
			RunID: &p.runID, Purpose: "probe", Environment: r.Task.Environment, EnvironmentVersion: given(r.Task.EnvironmentVersion),
			Split: r.Task.Split, TaskID: r.Task.ID, Instruction: given(r.Task.Instruction), EpisodeID: episode, Step: step.Step, Origin: "synthetic",
			State: step.State.Text, AdmissibleActions: step.State.Admissible, Action: step.Action, ActionValid: said.Valid,
			NextState: said.Text, NextAdmissibleActions: said.Admissible, Reward: said.Reward, Terminated: said.Terminated, Truncated: said.Truncated,
			ModelID: &model.ID, ModelVersion: &model.Version, BufferSnapshot: &p.snapshot, Reasoning: given(said.Reasoning),
			DemoDepth: new(depthOf(pair.Demonstrations)), Info: new(schema.JSONOf(probed{step.EventID, pair.Subject.K, pair.Subject.Setting})),
		},
	}
	for _, d := range pair.Demonstrations {
		t.Demonstrations = append(t.Demonstrations, schema.Demonstration{EventID: d.Step().EventID, Similarity: d.Similarity})
	}
	for i := range said.Calls {
		c := &schema.CallRow{Envelope: envelope(schema.TypeLLMCalled, "call/"+strconv.FormatInt(step.Step, 10), int64(i)), Call: said.Calls[i]}
		c.RunID, c.EpisodeID, c.Step = &p.runID, &episode, &step.Step
		t.CallIDs = append(t.CallIDs, c.EventID)
		rows = append(rows, c)
	}
	if pair.Refused != nil {
		return rows
	}
	return append(rows, t)
}

func depthOf(demonstrations []producers.Demonstration) (depth int64) {
	for _, d := range demonstrations {
		depth = max(depth, d.Step().Depth)
	}
	return depth
}

// given is nil for an empty text.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// finish lands what was recorded.
func (p *probes) finish(ctx context.Context) (int64, Landed, error) {
	if p == nil {
		return 0, Landed{}, nil
	}
	landed, err := p.writer.Finish(ctx)
	return p.recorded, landed, err
}

func (p *probes) close(ctx context.Context) error {
	if p == nil {
		return nil
	}
	return p.writer.Close(context.WithoutCancel(ctx))
}
