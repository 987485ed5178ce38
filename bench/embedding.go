package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/dreamlog/dreamlog/embedding"
)

const (
	// indexedSteps is how many steps the large index holds, nearest how many are
	// asked for, asked how many queries there are.
	indexedSteps = 200_000
	nearest      = 10
	asked        = 500
	// atATime is the number of steps that are embedded and added at once.
	atATime = 100
)

// benchEmbedding measures phi and the index on one core, on recorded steps of
// games and, for a larger index, on random walks of the same games.
func benchEmbedding(ctx context.Context, b *bench) error {
	steps, err := recordedSteps()
	if err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if len(steps.all) > 0 {
		if err := b.embedding(ctx, fmt.Sprintf("%d recorded", len(steps.all)), steps.all); err != nil {
			return err
		}
	}
	if len(steps.all) >= b.scaled(indexedSteps) {
		return nil
	}
	entries, origin, err := gameSet(ctx, b)
	if err != nil {
		return err
	}
	if err := steps.walkGames(ctx, entries, b.scaled(indexedSteps)); err != nil {
		return err
	}
	return b.embedding(ctx, fmt.Sprintf("%d of %s", len(steps.all), origin), steps.all)
}

// embedding measures an index of some steps.
func (b *bench) embedding(ctx context.Context, name string, steps []indexedStep) error {
	phi, err := embedding.FitHashed(func(yield func(embedding.Text) bool) {
		for i := range steps {
			if !yield(steps[i].text) {
				return
			}
		}
	}, embedding.HashedOptions{})
	if err != nil {
		return err
	}
	m := measured{bench: b, name: name, steps: steps, phi: phi, index: embedding.NewIndex(phi)}
	for _, measure := range []func(context.Context) error{m.build, m.search, m.searchWhileAdding, m.file, m.recall} {
		if err := measure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// measured is an index that is measured.
type measured struct {
	*bench
	name  string
	steps []indexedStep
	phi   *embedding.Hashed
	index *embedding.Index
}

func (m *measured) add(what, unit string, runs ...float64) {
	m.report.add("embed", m.name+": "+what, unit, runs...)
}

// build fills the index.
func (m *measured) build(ctx context.Context) error {
	held := heapBytes()
	var embedding, adding time.Duration
	for part := range slices.Chunk(m.steps, atATime) {
		e, a, err := m.take(ctx, part)
		if err != nil {
			return err
		}
		embedding, adding = embedding+e, adding+a
	}
	n := float64(len(m.steps))
	m.add("embed, one core", "texts/s", n/embedding.Seconds())
	m.add("embed and add, one core", "rows/s", n/(embedding+adding).Seconds())
	m.add("memory of the index", "bytes/row", float64(heapBytes()-held)/n)
	return nil
}

// take embeds and adds some steps.
func (m *measured) take(ctx context.Context, part []indexedStep) (encoding, adding time.Duration, err error) {
	texts, attributes := make([]embedding.Text, len(part)), make([]embedding.Attributes, len(part))
	for i, s := range part {
		texts[i], attributes[i] = s.text, s.attributes
	}
	start := time.Now()
	vectors, err := m.phi.Encode(ctx, texts)
	if err != nil {
		return 0, 0, err
	}
	encoded := time.Now()
	err = m.index.Add(vectors, attributes)
	return encoded.Sub(start), time.Since(encoded), err
}

// queries are steps of the index, to be asked without their own episode.
func (m *measured) queries() []indexedStep {
	random := rand.New(rand.NewPCG(1, 4))
	all := make([]indexedStep, asked)
	for i := range all {
		all[i] = m.steps[random.IntN(len(m.steps))]
	}
	return all
}

// restrictions are the filters that searches are measured with.
var restrictions = []struct {
	name string
	of   func(a embedding.Attributes) embedding.Filter
}{
	{"all but the episode", func(a embedding.Attributes) embedding.Filter {
		return embedding.Filter{WithoutEpisode: a.Episode}
	}},
	{"other tasks", func(a embedding.Attributes) embedding.Filter { return embedding.Filter{WithoutTask: a.Task} }},
	{"one task, earlier steps", func(a embedding.Attributes) embedding.Filter {
		return embedding.Filter{Task: a.Task, WithoutEpisode: a.Episode, FromStep: a.Step}
	}},
}

// search measures a query from text to hits.
func (m *measured) search(ctx context.Context) error {
	for _, r := range restrictions {
		took, err := m.ask(ctx, r.of)
		if err != nil {
			return err
		}
		m.add("embed and search, "+r.name+", p50", "µs", quantile(took, .5))
		m.add("embed and search, "+r.name+", p99", "µs", quantile(took, .99))
	}
	return nil
}

// ask returns how long each query took, in microseconds, sorted.
func (m *measured) ask(ctx context.Context, filter func(embedding.Attributes) embedding.Filter) ([]float64, error) {
	var took []float64
	for _, q := range m.queries() {
		start := time.Now()
		vectors, err := m.phi.Encode(ctx, []embedding.Text{q.text})
		if err == nil {
			_, err = m.index.Search(vectors[0], nearest, filter(q.attributes))
		}
		if err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(start).Nanoseconds())/1e3)
	}
	slices.Sort(took)
	return took, nil
}

// searchWhileAdding measures searches while 2,000 rows a second are added on the
// same core.
func (m *measured) searchWhileAdding(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	failed := make(chan error, 1)
	go func() {
		tick := time.NewTicker(time.Second * atATime / 2000)
		defer tick.Stop()
		for i := 0; ; i = (i + atATime) % (len(m.steps) - atATime) {
			select {
			case <-tick.C:
			case <-ctx.Done():
				failed <- nil
				return
			}
			if _, _, err := m.take(ctx, m.steps[i:i+atATime]); err != nil {
				failed <- err
				return
			}
		}
	}()
	took, err := m.ask(ctx, restrictions[0].of)
	stop()
	if added := <-failed; err == nil {
		err = added
	}
	if err != nil {
		return err
	}
	m.add("the first, while 2,000 rows/s are added, p50", "µs", quantile(took, .5))
	m.add("the first, while 2,000 rows/s are added, p99", "µs", quantile(took, .99))
	return nil
}

// file measures the derived file.
func (m *measured) file(context.Context) error {
	dir, err := m.scratch("embedding")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "index")
	start := time.Now()
	if err := m.index.Save(path, nil); err != nil {
		return err
	}
	saved := time.Now()
	if _, _, err := embedding.Load(path, m.phi.ID()); err != nil {
		return err
	}
	m.add("save", "ms", float64(saved.Sub(start).Microseconds())/1e3)
	m.add("load", "ms", float64(time.Since(saved).Microseconds())/1e3)
	return nil
}
