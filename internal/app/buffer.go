package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofrs/flock"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
)

// SampleOptions say what batch to draw for training.
type SampleOptions struct {
	Visibility replay.Visibility
	Draw       replay.DrawSpec
	Seed       int64
	// Iteration of the training; nil: there is none.
	Iteration *int64
	// At is the snapshot to draw from. Empty: the newest, and the draw is recorded.
	// A draw from the past is only shown: it was recorded then, or never.
	At     string
	NoLand bool
}

// Sampled is a batch that was drawn.
type Sampled struct {
	BatchID  string          `json:"batch_id"`
	RunID    string          `json:"run_id"`
	Snapshot int64           `json:"snapshot"`
	Seed     int64           `json:"seed"`
	Digest   string          `json:"digest"`
	Items    []*replay.Group `json:"items"`
	// Probabilities are those of the items, in order.
	Probabilities []float64        `json:"probabilities"`
	Spec          replay.BatchSpec `json:"spec"`
	// Recorded says that the batch is on the log: its groups count as drawn.
	Recorded bool   `json:"recorded"`
	Landed   Landed `json:"landed"`
}

// Sample draws whole groups for training from the replay buffer, and records
// them as batch.drawn events.
func (a *App) Sample(ctx context.Context, o SampleOptions) (_ Sampled, err error) {
	if o.At != "" {
		batch, err := a.drawAt(ctx, o)
		if err != nil {
			return Sampled{}, err
		}
		return sampled(batch), nil
	}
	unlock, err := a.lockDraws(ctx)
	if err != nil {
		return Sampled{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	w, err := a.Writer(ctx, WriterOptions{NoLand: o.NoLand})
	if err != nil {
		return Sampled{}, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if err := w.CatchUp(ctx); err != nil { // earlier draws included
		return Sampled{}, err
	}
	batch, err := a.drawAt(ctx, o)
	if err != nil {
		return Sampled{}, err
	}
	s := sampled(batch)
	s.Landed, err = a.record(ctx, w, batch, o.Iteration)
	s.Recorded = err == nil
	return s, err
}

// record takes a batch to the log and, unless the writer says otherwise, into
// the lake.
func (a *App) record(ctx context.Context, w *Writer, batch *replay.Batch, iteration *int64) (Landed, error) {
	for _, row := range batch.Events(a.config.Now(), iteration) {
		if err := w.Produce(ctx, row); err != nil {
			return Landed{}, fmt.Errorf("record batch %s: %w", batch.ID, err)
		}
	}
	return w.Finish(ctx)
}

func (a *App) drawAt(ctx context.Context, o SampleOptions) (batch *replay.Batch, err error) {
	session, err := a.Session(ctx, o.At, analytics.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	rollouts, err := replay.OpenRollouts(ctx, session.Session, o.Visibility)
	if err != nil {
		return nil, err
	}
	return rollouts.Draw(ctx, o.Seed, o.Draw)
}

func sampled(b *replay.Batch) Sampled {
	s := Sampled{BatchID: b.ID, RunID: b.RunID, Snapshot: b.Snapshot, Seed: b.Seed, Digest: b.Digest, Items: b.Groups, Spec: b.Spec}
	for _, g := range b.Groups {
		s.Probabilities = append(s.Probabilities, g.Probability)
	}
	return s
}

// lockDraws waits until no other process on this data directory draws: two would
// draw the same groups.
func (a *App) lockDraws(ctx context.Context) (unlock func() error, err error) {
	lock := flock.New(a.dir.Path("draws.lock"))
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, fmt.Errorf("wait for another process to finish its draw: %w", err)
	}
	return lock.Unlock, nil
}

// RetrieveOptions ask for demonstrations.
type RetrieveOptions struct {
	Visibility replay.Visibility
	RetrieverOptions
	Query replay.Query
	// At is the snapshot to retrieve from; empty: the newest.
	At string
}

// Retrieved are demonstrations of an action in a state.
type Retrieved struct {
	Snapshot int64 `json:"snapshot"`
	// Digest is the SHA-256 in hex over the items, as that of a batch, with the
	// similarity in the place of the probability.
	Digest string          `json:"digest"`
	Items  []RetrievedItem `json:"items"`
	// Probabilities are all 1: the most similar are taken, nothing is drawn.
	Probabilities []float64      `json:"probabilities"`
	Spec          jsontext.Value `json:"spec"`
}

// RetrievedItem is a demonstration.
type RetrievedItem struct {
	EventID    string   `json:"event_id"`
	Similarity float64  `json:"similarity"`
	EpisodeID  string   `json:"episode_id"`
	Step       int64    `json:"step"`
	TaskID     string   `json:"task_id"`
	Origin     string   `json:"origin"`
	Depth      int64    `json:"depth"`
	State      string   `json:"state"`
	Action     string   `json:"action"`
	NextState  string   `json:"next_state"`
	Reward     *float64 `json:"reward"`
	Terminated bool     `json:"terminated"`
	Success    *bool    `json:"success"`
}

// Retrieve finds the stored transitions that would ground a prediction.
func (a *App) Retrieve(ctx context.Context, o RetrieveOptions) (_ Retrieved, err error) {
	session, err := a.Session(ctx, o.At, analytics.Options{})
	if err != nil {
		return Retrieved{}, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	retriever, err := a.retriever(ctx, session, o.Visibility, o.RetrieverOptions)
	if err != nil {
		return Retrieved{}, err
	}
	environment := retriever.demonstrations.Basis().Visibility().Environment
	for _, name := range [][2]string{{"task_id", o.Query.TaskID}, {"episode_id", o.Query.EpisodeID}} {
		column, id := name[0], name[1]
		if id == "" {
			continue
		}
		known, err := replay.Known(ctx, session.Session, environment, column, id)
		if err != nil {
			return Retrieved{}, err
		}
		if !known {
			return Retrieved{}, fmt.Errorf("as of snapshot %d environment %s has no %s %q: the view transitions has those there are", session.Snapshot(), environment, column, id)
		}
	}
	found, err := retriever.demonstrations.Retrieve(ctx, o.Query)
	if err != nil {
		return Retrieved{}, err
	}
	return retrieved(retriever.demonstrations, found), nil
}

func retrieved(d *replay.Demonstrations, found []replay.Demonstration) Retrieved {
	r := Retrieved{Snapshot: d.Snapshot(), Digest: replay.DigestDemonstrations(found), Spec: jsontext.Value(d.Basis().Spec()),
		Items: []RetrievedItem{}, Probabilities: []float64{}}
	for i := range found {
		e, s := found[i].Episode, found[i].Step()
		r.Items = append(r.Items, RetrievedItem{
			EventID: s.EventID, Similarity: found[i].Similarity, EpisodeID: e.ID, Step: s.Step, TaskID: e.TaskID,
			Origin: e.Origin, Depth: s.Depth, State: s.State, Action: s.Action, NextState: s.Next, Reward: s.Reward,
			Terminated: s.Terminated, Success: e.Success,
		})
		r.Probabilities = append(r.Probabilities, 1)
	}
	return r
}
