package app

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/producers"
)

// RetrieverOptions say how demonstrations are found. The zero value means the
// defaults.
type RetrieverOptions struct {
	// BasisSnapshot is the snapshot that phi is fitted as of; 0: the one that is
	// read.
	BasisSnapshot int64
	// Encoder is phi; nil: hashed TF-IDF, fitted as of the basis.
	Encoder embedding.Encoder
}

// Retriever grounds experience models in demonstrations of the replay buffer. It
// is safe for concurrent use.
type Retriever struct {
	demonstrations *replay.Demonstrations

	mu sync.RWMutex
	// recordings are the episodes that were retrieved, as producers know them.
	recordings map[*replay.Episode]*producers.Recording
}

var _ producers.Retriever = (*Retriever)(nil)

// retriever opens the demonstrations that a run may see, as of a session's
// snapshot. What was embedded is kept in the data directory.
func (a *App) retriever(ctx context.Context, s *Session, v replay.Visibility, o RetrieverOptions) (*Retriever, error) {
	basis, err := a.basis(ctx, s, v, o)
	if err != nil {
		return nil, err
	}
	demonstrations, err := basis.Open(ctx, s.Session)
	if err != nil {
		return nil, err
	}
	return &Retriever{demonstrations: demonstrations, recordings: map[*replay.Episode]*producers.Recording{}}, nil
}

// basis settles what retrieval rests on, in a session of its own where that is
// not the snapshot that is read.
func (a *App) basis(ctx context.Context, s *Session, v replay.Visibility, o RetrieverOptions) (basis *replay.Basis, err error) {
	options := replay.BasisOptions{Phi: o.Encoder, Dir: a.dir.Path("derived"), Log: a.config.Logger}
	if o.BasisSnapshot == 0 || o.BasisSnapshot == s.Snapshot() {
		return replay.NewBasis(ctx, s.Session, v, options)
	}
	earlier, err := a.Session(ctx, strconv.FormatInt(o.BasisSnapshot, 10), analytics.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, earlier.Close()) }()
	return replay.NewBasis(ctx, earlier.Session, v, options)
}

// Follow brings the demonstrations to the snapshot of a later session. While
// groups are played it must not be called: their episodes are compared with each
// other, and are to be of one snapshot.
func (r *Retriever) Follow(ctx context.Context, s *Session) error {
	if err := r.demonstrations.Follow(ctx, s.Session); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.recordings) // some episodes are others now
	return nil
}

// Snapshot is the one that the demonstrations come from.
func (r *Retriever) Snapshot() int64 { return r.demonstrations.Snapshot() }

// Retrieve implements producers.Retriever.
func (r *Retriever) Retrieve(ctx context.Context, q producers.RetrievalQuery) ([]producers.Demonstration, error) {
	found, err := r.demonstrations.Retrieve(ctx, replay.Query{
		TaskID: q.Task.ID, State: q.State, Action: q.Action, K: q.K,
		EpisodeID: q.EpisodeID, Step: q.Step, WithoutTask: q.WithoutTask, WithoutEpisode: q.WithoutEpisode,
	})
	return r.convert(found), err
}

// Beginnings implements producers.Retriever.
func (r *Retriever) Beginnings(ctx context.Context, task producers.Task, n int) ([]producers.Demonstration, error) {
	found, err := r.demonstrations.Beginnings(ctx, task.ID, task.Instruction, n)
	return r.convert(found), err
}

func (r *Retriever) convert(found []replay.Demonstration) []producers.Demonstration {
	all := make([]producers.Demonstration, len(found))
	for i, d := range found {
		all[i] = producers.Demonstration{Recording: r.recording(d.Episode), Index: d.Index, Similarity: d.Similarity}
	}
	return all
}

// recording converts an episode once: the same episode is always the same
// recording.
func (r *Retriever) recording(e *replay.Episode) *producers.Recording {
	r.mu.RLock()
	known := r.recordings[e]
	r.mu.RUnlock()
	if known != nil {
		return known
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.recordings[e] == nil {
		r.recordings[e] = recordingOf(e)
	}
	return r.recordings[e]
}
