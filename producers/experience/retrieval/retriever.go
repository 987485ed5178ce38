package retrieval

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// Options say how transitions are compared. The zero value means the defaults.
type Options struct {
	// Encoder is phi; nil: hashed TF-IDF, fitted to the recordings.
	Encoder embedding.Encoder
	// Snapshot that the recordings come from; 0: none.
	Snapshot int64
}

// Retriever holds recordings and finds steps of them. It is safe for concurrent
// use.
type Retriever struct {
	phi      embedding.Encoder
	snapshot int64

	steps  *embedding.Index
	places []place // of the rows of steps
	// tasks and episodes are numbers from 1, as the index knows them. Ids of
	// episodes are unique only within a task.
	tasks    map[string]uint32
	episodes map[episode]uint32

	told       *embedding.Index // instructions, a row for each task
	beginnings [][]place        // of the tasks, by number less one
	dreamed    int              // rows of synthetic steps
}

type place struct {
	recording *producers.Recording
	index     int
}

type episode struct{ task, id string }

var _ producers.Retriever = (*Retriever)(nil)

// flagSynthetic marks steps that an experience model answered.
const flagSynthetic = 1

// batch is how many texts are embedded at once.
const batch = 256

// New embeds every step of the recordings. Their order does not matter to what
// is found.
func New(ctx context.Context, recordings []*producers.Recording, o Options) (*Retriever, error) {
	phi := o.Encoder
	if phi == nil {
		hashed, err := embedding.FitHashed(texts(recordings), embedding.HashedOptions{})
		if err != nil {
			return nil, fmt.Errorf("fit phi to %d recordings: %w", len(recordings), err)
		}
		phi = hashed
	}
	r := &Retriever{
		phi: phi, snapshot: o.Snapshot, steps: embedding.NewIndex(phi), told: embedding.NewIndex(phi),
		tasks: map[string]uint32{}, episodes: map[episode]uint32{},
	}
	for _, recording := range recordings {
		if err := r.add(ctx, recording); err != nil {
			return nil, fmt.Errorf("embed episode %s: %w", recording.EpisodeID, err)
		}
	}
	return r, nil
}

func texts(recordings []*producers.Recording) iter.Seq[embedding.Text] {
	return func(yield func(embedding.Text) bool) {
		for _, r := range recordings {
			for i := range r.Steps {
				if !yield(textOf(&r.Steps[i])) {
					return
				}
			}
		}
	}
}

func textOf(s *producers.RecordedStep) embedding.Text {
	return embedding.Text{State: s.State.Text, Action: s.Action}
}

func (r *Retriever) add(ctx context.Context, recording *producers.Recording) error {
	number, err := r.task(ctx, recording.Task)
	if err != nil {
		return err
	}
	at := episode{recording.Task.ID, recording.EpisodeID}
	if r.episodes[at] != 0 {
		return fmt.Errorf("it is there twice")
	}
	r.episodes[at] = uint32(len(r.episodes) + 1)
	for from := 0; from < len(recording.Steps); from += batch {
		if err := r.addSteps(ctx, recording, number, from, min(from+batch, len(recording.Steps))); err != nil {
			return err
		}
	}
	if len(recording.Steps) > 0 && recording.Steps[0].Step == 0 {
		r.beginnings[number-1] = append(r.beginnings[number-1], place{recording, 0})
	}
	return nil
}

// task returns the number of a task, and embeds its instruction when it is new.
func (r *Retriever) task(ctx context.Context, task producers.Task) (uint32, error) {
	if n := r.tasks[task.ID]; n != 0 {
		return n, nil
	}
	vectors, err := r.phi.Encode(ctx, []embedding.Text{{State: task.Instruction}})
	if err != nil {
		return 0, err
	}
	n := uint32(len(r.tasks) + 1)
	if err := r.told.Add(vectors, []embedding.Attributes{{Key: schema.HashID(task.ID), Task: n}}); err != nil {
		return 0, err
	}
	r.tasks[task.ID] = n
	r.beginnings = append(r.beginnings, nil)
	return n, nil
}

func (r *Retriever) addSteps(ctx context.Context, recording *producers.Recording, task uint32, from, to int) error {
	steps := recording.Steps[from:to]
	said := make([]embedding.Text, len(steps))
	attributes := make([]embedding.Attributes, len(steps))
	number := r.episodes[episode{recording.Task.ID, recording.EpisodeID}]
	for i := range steps {
		said[i] = textOf(&steps[i])
		a := embedding.Attributes{Key: schema.HashID(steps[i].EventID), Task: task, Step: stepNumber(steps[i].Step), Episode: number}
		if recording.Origin == "synthetic" {
			a.Flags = flagSynthetic
			r.dreamed++
		}
		attributes[i] = a
		r.places = append(r.places, place{recording, from + i})
	}
	vectors, err := r.phi.Encode(ctx, said)
	if err != nil {
		return err
	}
	return r.steps.Add(vectors, attributes)
}

func stepNumber(step int64) uint32 { return uint32(min(max(step, 0), math.MaxUint32)) }

// Snapshot that the recordings come from.
func (r *Retriever) Snapshot() int64 { return r.snapshot }
