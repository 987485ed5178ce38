package replay

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/embedding"
)

// Demonstration is a stored transition that was retrieved: a step of an episode,
// whose earlier steps are its history.
type Demonstration struct {
	Episode *Episode
	// Index is its place in Episode.Steps.
	Index int
	// Similarity is the cosine of its embedding with that of the query, rounded to
	// a millionth; of a beginning that of the instructions of the tasks.
	Similarity float64
}

// Step returns the transition itself.
func (d *Demonstration) Step() *Step { return &d.Episode.Steps[d.Index] }

// Query asks for demonstrations of an action in a state.
type Query struct {
	TaskID        string
	State, Action string
	// K is the most that are returned.
	K int
	// Origin is real or synthetic; empty: both, of which synthetic ones are at
	// most half of K, rounded down.
	Origin string
	// EpisodeID and Step are where the query stands: neither that step nor a later
	// one of the episode is returned. Empty: nowhere that is stored.
	EpisodeID string
	Step      int64
	// WithoutTask leaves out the task, WithoutEpisode the whole episode.
	WithoutTask, WithoutEpisode bool
}

// Retrieve returns the transitions most similar to a state and an action
// (DreamGym, section 4.2: top-k cosine of phi(state, action)): those of the task
// before others, real ones before synthetic ones, then the most similar first.
// What is equally similar comes in the order of a digest of the events' ids. It
// returns fewer than K where fewer pass.
func (d *Demonstrations) Retrieve(ctx context.Context, q Query) ([]Demonstration, error) {
	if q.K <= 0 {
		return nil, nil
	}
	if q.Origin != "" && q.Origin != "real" && q.Origin != "synthetic" {
		return nil, fmt.Errorf("origin %q: it is real or synthetic, or empty for both", q.Origin)
	}
	vectors, err := d.basis.phi.Encode(ctx, []embedding.Text{{State: q.State, Action: q.Action}})
	if err != nil {
		return nil, fmt.Errorf("embed the query: %w", err)
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	r := retrieval{d: d, query: vectors[0], k: min(q.K, len(d.places))}
	for _, f := range d.filters(&q) {
		r.synthetic = q.Origin == "" && f.With == flagSynthetic
		if err := r.search(f, q.K/2); err != nil {
			return nil, err
		}
	}
	return r.found, nil
}

// filters are those of the searches that a query takes, in the order of their
// precedence.
func (d *Demonstrations) filters(q *Query) (all []embedding.Filter) {
	var base embedding.Filter
	if number := d.ids[q.EpisodeID]; number != 0 {
		base.WithoutEpisode = number
		if !q.WithoutEpisode {
			base.FromStep = stepNumber(q.Step)
		}
	}
	origins := []embedding.Filter{{Without: flagSynthetic}, {With: flagSynthetic}}
	switch q.Origin {
	case "real":
		origins = origins[:1]
	case "synthetic":
		origins = origins[1:]
	}
	add := func(task, withoutTask uint32) {
		for _, o := range origins {
			f := base
			f.Task, f.WithoutTask, f.With, f.Without = task, withoutTask, o.With, o.Without
			all = append(all, f)
		}
	}
	t := d.tasks[q.TaskID]
	if t == nil {
		add(0, 0)
		return all
	}
	if !q.WithoutTask {
		add(t.number, 0)
	}
	add(0, t.number)
	return all
}

// retrieval gathers what the searches of a query find.
type retrieval struct {
	d     *Demonstrations
	query []float32
	k     int
	found []Demonstration
	// synthetic says that a search is for synthetic ones, beside real ones; there
	// are so many of them by now.
	synthetic      bool
	syntheticFound int
}

// search adds what one search finds, as far as there is room.
func (r *retrieval) search(f embedding.Filter, mostSynthetic int) error {
	room := r.k - len(r.found)
	if r.synthetic {
		room = min(room, mostSynthetic-r.syntheticFound)
	}
	if room <= 0 || f.With == flagSynthetic && r.d.dreamed == 0 {
		return nil
	}
	hits, err := r.d.index.Search(r.query, room, f)
	if err != nil {
		return err
	}
	for _, h := range hits {
		at := r.d.places[h.Row]
		r.found = append(r.found, Demonstration{r.d.numbered[at.episode].Episode, int(at.index), h.Similarity})
	}
	if r.synthetic {
		r.syntheticFound += len(hits)
	}
	return nil
}
