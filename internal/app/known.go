package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
)

// KnownOptions say which recorded transitions are shown, and with what.
type KnownOptions struct {
	// Visibility says what may be seen. Only what environments answered is taught.
	Visibility replay.Visibility
	// Query is a SELECT whose column event_id names the transitions, of those that
	// are visible; empty: all of them.
	Query string
	// At is the snapshot that is read; empty: the newest.
	At string
	// K is how many demonstrations are shown with each.
	K int
}

// known reads the recorded transitions of a snapshot, each as a question whose
// answer is known.
type known struct {
	app       *App
	session   *Session
	seen      replay.Visibility
	retriever *Retriever
	k         int
	selected  map[string]bool // nil: all
	// reasoning is R* by the id of the transition: the newest annotation.
	reasoning map[string]string
}

// openKnown opens the transitions of a snapshot; close its session.
func (a *App) openKnown(ctx context.Context, o KnownOptions) (_ *known, err error) {
	o.Visibility.Origin = "real"
	session, err := a.Session(ctx, o.At, analytics.Options{})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, session.Close())
		}
	}()
	k := &known{app: a, session: session, k: o.K, reasoning: map[string]string{}}
	if k.retriever, err = a.retriever(ctx, session, o.Visibility, RetrieverOptions{}); err != nil {
		return nil, err
	}
	k.seen = k.retriever.demonstrations.Basis().Visibility()
	if o.Query != "" {
		if k.selected, err = selected(ctx, session, o.Query); err != nil {
			return nil, err
		}
	}
	return k, k.readReasoning(ctx)
}

func (k *known) close() error { return k.session.Close() }

// selected runs a query of the user's.
func selected(ctx context.Context, session *Session, query string) (ids map[string]bool, err error) {
	result, err := session.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	at := -1
	for i, c := range result.Columns() {
		if c.Name == "event_id" {
			at = i
		}
	}
	if at < 0 {
		return nil, errors.New("the query has no column event_id, which names the transitions: such as SELECT event_id FROM transitions WHERE …")
	}
	ids = map[string]bool{}
	for result.Next() {
		if id, ok := result.Row()[at].(string); ok {
			ids[id] = true
		}
	}
	return ids, result.Err()
}

// readReasoning reads R* of every transition that has any.
func (k *known) readReasoning(ctx context.Context) (err error) {
	result, err := k.session.Trusted(ctx, "SELECT target, value::VARCHAR FROM annotations WHERE kind = 'reasoning' AND target_kind = 'event' AND latest")
	if err != nil {
		return fmt.Errorf("read the reasoning of transitions: %w", err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		var text string
		if json.Unmarshal([]byte(result.Row()[1].(string)), &text) == nil && text != "" {
			k.reasoning[result.Row()[0].(string)] = text
		}
	}
	return result.Err()
}

// fact is a recorded transition as a question, with what came.
type fact struct {
	recording *producers.Recording
	index     int
	came      producers.Outcome
	reasoning string // R*; empty: there is none
}

func (f *fact) step() *producers.RecordedStep { return &f.recording.Steps[f.index] }

// each calls do with each transition that is visible and selected, in the order
// of task, episode and step.
func (k *known) each(ctx context.Context, do func(fact) error) error {
	for r, err := range k.app.recordings(ctx, k.session, k.seen) {
		if err != nil {
			return err
		}
		for i := range r.Steps {
			if id := r.Steps[i].EventID; k.selected == nil || k.selected[id] {
				if err := do(fact{r, i, cameOf(r, i), k.reasoning[id]}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// cameOf is what came of a step, with the success that the episode ended with.
func cameOf(r *producers.Recording, index int) producers.Outcome {
	came := r.Steps[index].Outcome()
	if index == len(r.Steps)-1 && !came.Truncated && r.Success != nil {
		came.Success = r.Success
		came.Terminated = came.Terminated || *r.Success
	}
	came.Truncated = false // a limit is no answer of the environment
	return came
}

// question grounds a fact in demonstrations, none of which is of its episode: in
// a dream there is none either.
func (k *known) question(ctx context.Context, f *fact) (chat.Question, error) {
	s := f.step()
	q := chat.Question{Task: f.recording.Task, History: chat.HistoryOf(f.recording, f.index), State: s.State, Action: s.Action}
	var err error
	q.Demonstrations, err = k.retriever.Retrieve(ctx, producers.RetrievalQuery{
		Task: f.recording.Task, State: s.State.Text, Action: s.Action, K: k.k,
		EpisodeID: f.recording.EpisodeID, Step: s.Step, WithoutEpisode: true,
	})
	if err != nil {
		return q, fmt.Errorf("retrieve demonstrations of transition %s: %w", s.EventID, err)
	}
	return q, nil
}
