package main

import (
	"context"
	"slices"

	"github.com/dreamlog/dreamlog/embedding"
)

// recall compares what is found with brute force over the vectors in floating
// point: the share of the nearest ten that are as similar as the tenth of brute
// force. Queries of which fewer rows pass the filter count as what they are.
func (m *measured) recall(ctx context.Context) error {
	queries := m.queries()
	index := embedding.NewIndex(m.phi) // what was added meanwhile is in the other twice
	m.index = index
	for part := range slices.Chunk(m.steps, atATime) {
		if _, _, err := m.take(ctx, part); err != nil {
			return err
		}
	}
	vectors, err := m.encode(ctx, queries)
	if err != nil {
		return err
	}
	for _, r := range restrictions {
		filters := make([]embedding.Filter, len(queries))
		for i, q := range queries {
			filters[i] = r.of(q.attributes)
		}
		best, err := m.brute(ctx, vectors, filters)
		if err != nil {
			return err
		}
		share, err := m.found(ctx, vectors, filters, best)
		if err != nil {
			return err
		}
		m.add("recall@10, "+r.name, "share", share)
	}
	return nil
}

func (m *measured) encode(ctx context.Context, steps []indexedStep) ([][]float32, error) {
	texts := make([]embedding.Text, len(steps))
	for i, s := range steps {
		texts[i] = s.text
	}
	return m.phi.Encode(ctx, texts)
}

// brute returns the similarities of the nearest ten of each query, best first.
func (m *measured) brute(ctx context.Context, queries [][]float32, filters []embedding.Filter) ([][]float64, error) {
	best := make([][]float64, len(queries))
	for part := range slices.Chunk(m.steps, 1000) {
		vectors, err := m.encode(ctx, part)
		if err != nil {
			return nil, err
		}
		for i, v := range vectors {
			row := sparse(v)
			for q, query := range queries {
				if passes(filters[q], part[i].attributes) {
					best[q] = keep(best[q], row.dot(query))
				}
			}
		}
	}
	return best, ctx.Err()
}

// found is the share of the best that a search finds.
func (m *measured) found(ctx context.Context, queries [][]float32, filters []embedding.Filter, best [][]float64) (float64, error) {
	var hit, all int
	for q, query := range queries {
		hits, err := m.index.Search(query, nearest, filters[q])
		if err != nil {
			return 0, err
		}
		all += len(best[q])
		found := make([]indexedStep, len(hits))
		for i, h := range hits {
			found[i] = m.steps[h.Row]
		}
		vectors, err := m.encode(ctx, found)
		if err != nil {
			return 0, err
		}
		for _, v := range vectors {
			if sparse(v).dot(query) >= best[q][len(best[q])-1]-1e-6 {
				hit++
			}
		}
	}
	return float64(hit) / float64(all), nil
}

// passes is what the filters of restrictions mean.
func passes(f embedding.Filter, a embedding.Attributes) bool {
	switch {
	case f.Task != 0 && a.Task != f.Task, f.WithoutTask != 0 && a.Task == f.WithoutTask:
		return false
	}
	return f.WithoutEpisode == 0 || a.Episode != f.WithoutEpisode || a.Step < f.FromStep
}

// keep puts a similarity among the best ten.
func keep(best []float64, x float64) []float64 {
	if len(best) == nearest && x <= best[nearest-1] {
		return best
	}
	i, _ := slices.BinarySearchFunc(best, x, func(a, b float64) int {
		if a > b {
			return -1
		}
		return 1
	})
	best = slices.Insert(best, i, x)
	return best[:min(nearest, len(best))]
}

// sparseVector are the components that are not zero.
type sparseVector []struct {
	at int
	x  float32
}

func sparse(v []float32) (s sparseVector) {
	for i, x := range v {
		if x != 0 {
			s = append(s, struct {
				at int
				x  float32
			}{i, x})
		}
	}
	return s
}

func (s sparseVector) dot(v []float32) (sum float64) {
	for _, c := range s {
		sum += float64(c.x) * float64(v[c.at])
	}
	return sum
}
