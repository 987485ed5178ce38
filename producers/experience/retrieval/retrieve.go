package retrieval

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/producers"
)

// Retrieve implements producers.Retriever. Synthetic demonstrations are at most
// half of those that are asked for, rounded down.
func (r *Retriever) Retrieve(ctx context.Context, q producers.RetrievalQuery) ([]producers.Demonstration, error) {
	if q.K <= 0 {
		return nil, nil
	}
	vectors, err := r.phi.Encode(ctx, []embedding.Text{{State: q.State, Action: q.Action}})
	if err != nil {
		return nil, fmt.Errorf("embed the query: %w", err)
	}
	search := search{r: r, query: vectors[0], k: q.K, synthetic: q.K / 2}
	for _, f := range r.filters(&q) {
		if err := search.run(f); err != nil {
			return nil, err
		}
	}
	return search.found, nil
}

// filters are those of the searches that a query takes, in the order of their
// precedence: real ones of the task, synthetic ones of the task, then others.
func (r *Retriever) filters(q *producers.RetrievalQuery) (all []embedding.Filter) {
	var base embedding.Filter
	if n := r.episodes[episode{q.Task.ID, q.EpisodeID}]; n != 0 {
		base.WithoutEpisode = n
		if !q.WithoutEpisode {
			base.FromStep = stepNumber(q.Step)
		}
	}
	add := func(task, withoutTask uint32) {
		f := base
		f.Task, f.WithoutTask = task, withoutTask
		f.Without = flagSynthetic
		all = append(all, f)
		f.With, f.Without = flagSynthetic, 0
		all = append(all, f)
	}
	task := r.tasks[q.Task.ID]
	if task != 0 && !q.WithoutTask {
		add(task, 0)
	}
	add(0, task)
	return all
}

// search gathers what the searches of a query find.
type search struct {
	r            *Retriever
	query        []float32
	k, synthetic int // most in all, and most synthetic ones that may still come
	found        []producers.Demonstration
}

func (s *search) run(f embedding.Filter) error {
	room, dreamed := s.k-len(s.found), f.With == flagSynthetic
	if dreamed {
		room = min(room, s.synthetic, s.r.dreamed)
	}
	hits, err := s.r.steps.Search(s.query, room, f)
	if err != nil {
		return err
	}
	for _, h := range hits {
		at := s.r.places[h.Row]
		s.found = append(s.found, producers.Demonstration{Recording: at.recording, Index: at.index, Similarity: h.Similarity})
	}
	if dreamed {
		s.synthetic -= len(hits)
	}
	return nil
}

// Beginnings implements producers.Retriever. Where the task has none, they are
// one of each task alike, by cosine of the instructions.
func (r *Retriever) Beginnings(ctx context.Context, task producers.Task, n int) ([]producers.Demonstration, error) {
	if n <= 0 {
		return nil, nil
	}
	if number := r.tasks[task.ID]; number != 0 && len(r.beginnings[number-1]) > 0 {
		return demonstrations(r.beginnings[number-1], n, 1), nil
	}
	vectors, err := r.phi.Encode(ctx, []embedding.Text{{State: task.Instruction}})
	if err != nil {
		return nil, fmt.Errorf("embed the instruction: %w", err)
	}
	hits, err := r.told.Search(vectors[0], r.told.Len(), embedding.Filter{})
	if err != nil {
		return nil, err
	}
	var found []producers.Demonstration
	for _, h := range hits {
		if len(found) == n {
			break
		}
		found = append(found, demonstrations(r.beginnings[h.Row], 1, h.Similarity)...)
	}
	return found, nil
}

// demonstrations returns the first n places, real ones before synthetic ones.
func demonstrations(places []place, n int, similarity float64) (found []producers.Demonstration) {
	for _, dreamed := range []bool{false, true} {
		for _, p := range places {
			if len(found) < n && (p.recording.Origin == "synthetic") == dreamed {
				found = append(found, producers.Demonstration{Recording: p.recording, Index: p.index, Similarity: similarity})
			}
		}
	}
	return found
}
