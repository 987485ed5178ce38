package embedding

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// Index finds the nearest of its rows by cosine. Any number of goroutines may
// search it while one adds: a search sees all rows of an Add or none.
//
// A row is kept as small integers (two bytes for a component, and two that say
// which where most are zero) and as a sketch of 512 signs. A search ranks the
// sketches of all rows that pass its filter, and computes the cosine of the best
// of them only; see sketch.go and vectors.go.
type Index struct {
	encoder string
	dim     int
	scratch sync.Pool // of *search

	adding sync.Mutex // held by who adds
	// mu guards what follows, for no longer than it takes to copy it.
	mu    sync.RWMutex
	rows  rows
	tasks map[uint32][]int32 // the rows of each task, in order
}

// rows are what the index holds, as of some moment. Its slices grow at their
// ends, and what lies before the end never changes.
type rows struct {
	attributes []Attributes
	sketches   []sketch
	vectors    vectors
}

// Attributes of a row, beside its vector.
type Attributes struct {
	// Key orders rows that are equally similar, lowest first. Let it be a digest
	// of the id of what the row stands for: then the order does not depend on
	// when rows came.
	Key uint64
	// Task and Episode are numbers that the caller gave, from 1; 0: none.
	Task, Episode uint32
	// Step is the index within the episode.
	Step uint32
	// Flags are bits that the caller defines, such as one for synthetic rows.
	Flags uint32
}

// Filter says which rows a search may find. The zero value lets all pass.
type Filter struct {
	// Task is the only one; 0: any. Searching one task costs what its rows cost.
	Task uint32
	// WithoutTask is left out; 0: none.
	WithoutTask uint32
	// WithoutEpisode is left out from FromStep on; 0: none.
	WithoutEpisode, FromStep uint32
	// With are flags of which a row must have all, Without those of which it must
	// have none.
	With, Without uint32
}

func (f *Filter) passes(a *Attributes) bool {
	return (f.Task == 0 || a.Task == f.Task) &&
		(f.WithoutTask == 0 || a.Task != f.WithoutTask) &&
		(f.WithoutEpisode == 0 || a.Episode != f.WithoutEpisode || a.Step < f.FromStep) &&
		a.Flags&f.With == f.With && a.Flags&f.Without == 0
}

// Hit is a row that was found.
type Hit struct {
	// Row is its number: rows count from 0 in the order that they were added.
	Row int
	// Similarity is the quantised cosine, in [-1, 1].
	Similarity float64
}

// NewIndex returns an empty index of the vectors of an encoder.
func NewIndex(e Encoder) *Index { return newIndex(e.ID(), e.Dim()) }

func newIndex(encoder string, dim int) *Index {
	ix := &Index{encoder: encoder, dim: dim, tasks: map[uint32][]int32{}}
	ix.scratch.New = func() any { return newSearch(dim) }
	return ix
}

// Encoder is the ID of the encoder whose vectors the index holds.
func (ix *Index) Encoder() string { return ix.encoder }

// Len is the number of rows.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return len(ix.rows.attributes)
}

// Add appends a row for each vector, with the attributes in the same place. It
// keeps none of the vectors.
func (ix *Index) Add(vectors [][]float32, attributes []Attributes) error {
	if len(vectors) != len(attributes) {
		return fmt.Errorf("add to the index: %d vectors with attributes of %d rows", len(vectors), len(attributes))
	}
	for i, v := range vectors {
		if err := ix.check(v); err != nil {
			return fmt.Errorf("add to the index: vector %d: %w", i, err)
		}
	}
	ix.adding.Lock()
	defer ix.adding.Unlock()
	next := ix.rows // nobody else writes it
	if len(next.attributes) == 0 {
		next.vectors.sparse = mostlyZero(vectors)
	}
	s := ix.scratch.Get().(*search)
	defer ix.scratch.Put(s)
	for i, v := range vectors {
		s.take(v)
		next.append(attributes[i], s.sketch, s.components)
	}
	ix.publish(next)
	return nil
}

func (r *rows) append(a Attributes, s sketch, components []int16) {
	r.attributes, r.sketches = append(r.attributes, a), append(r.sketches, s)
	r.vectors.append(components)
}

// publish lets searches see new rows.
func (ix *Index) publish(next rows) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for row := len(ix.rows.attributes); row < len(next.attributes); row++ {
		if task := next.attributes[row].Task; task != 0 {
			ix.tasks[task] = append(ix.tasks[task], int32(row))
		}
	}
	ix.rows = next
}

func (ix *Index) check(v []float32) error {
	if len(v) != ix.dim {
		return fmt.Errorf("it has %d components, and the index is one of %d (%s)", len(v), ix.dim, ix.encoder)
	}
	return checkFinite(v)
}

// Search returns the k rows that pass the filter and are most similar to the
// query, most similar first; fewer where fewer pass.
func (ix *Index) Search(query []float32, k int, f Filter) ([]Hit, error) {
	if err := ix.check(query); err != nil {
		return nil, fmt.Errorf("search the index: %w", err)
	}
	if k <= 0 {
		return nil, nil
	}
	ix.mu.RLock()
	all, task := ix.rows, ix.tasks[f.Task]
	ix.mu.RUnlock()
	s := ix.scratch.Get().(*search)
	defer ix.scratch.Put(s)
	s.take(query)
	if f.Task == 0 {
		s.everywhere(&all, &f)
	} else {
		s.among(&all, task, &f)
	}
	s.choose(&all, candidates(k))
	return s.rank(&all, k), nil
}

// compareHits orders by similarity, then by key, then by row.
func compareHits(all *rows, a, b Hit) int {
	return cmp.Or(
		cmp.Compare(b.Similarity, a.Similarity),
		cmp.Compare(all.attributes[a.Row].Key, all.attributes[b.Row].Key),
		cmp.Compare(a.Row, b.Row),
	)
}

// insert puts a hit into its place among the k best.
func insert(best []Hit, k int, h Hit, all *rows) []Hit {
	if len(best) == k && compareHits(all, h, best[k-1]) > 0 {
		return best
	}
	i, _ := slices.BinarySearchFunc(best, h, func(a, b Hit) int { return compareHits(all, a, b) })
	if len(best) == k {
		best = best[:k-1]
	}
	return slices.Insert(best, i, h)
}
