package shop

import (
	"context"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// heap returns the bytes in use after a collection.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkOpen opens the default shop: 10,000 products generated and indexed.
func BenchmarkOpen(b *testing.B) {
	before := heap()
	for b.Loop() {
		e, err := New(context.Background(), Options{})
		require.NoError(b, err)
		b.StopTimer()
		b.ReportMetric((heap()-before)/(1<<20), "MiB")
		require.NoError(b, e.Close())
		b.StartTimer()
	}
}

// BenchmarkStep plays random admissible actions, 30 an episode.
func BenchmarkStep(b *testing.B) {
	e := open(b, Options{})
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		w := newWanderer(b, e)
		for p.Next() {
			w.step(b)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
}

// BenchmarkWalkthrough finds and certifies walkthroughs, each of another goal.
func BenchmarkWalkthrough(b *testing.B) {
	e := open(b, Options{})
	n := 0
	for b.Loop() {
		i := n % len(e.tasks)
		n++
		_, err := e.walkthrough(context.Background(), e.tasks[i].ID, &e.catalogue.Goals[i])
		require.NoError(b, err)
	}
}

// BenchmarkThousandSessions reports what a session takes in the midst of an
// episode.
func BenchmarkThousandSessions(b *testing.B) {
	e := open(b, Options{})
	for b.Loop() {
		before := heap()
		all := make([]*wanderer, 1000)
		for i := range all {
			all[i] = newWanderer(b, e)
			for range 10 {
				all[i].step(b)
			}
		}
		b.ReportMetric((heap()-before)/1000, "B/session")
		runtime.KeepAlive(all)
	}
}

// wanderer acts at random.
type wanderer struct {
	session producers.Session
	shop    *Environment
	rand    *rand.Rand
	seen    producers.Observation
	steps   int
}

func newWanderer(b *testing.B, e *Environment) *wanderer {
	s, err := e.Open(context.Background())
	require.NoError(b, err)
	w := &wanderer{session: s, shop: e, rand: rand.New(rand.NewPCG(rand.Uint64(), 1))}
	w.reset(b)
	return w
}

func (w *wanderer) reset(b *testing.B) {
	start, err := w.session.Reset(context.Background(), w.shop.tasks[w.rand.IntN(len(w.shop.tasks))], 0)
	require.NoError(b, err)
	w.seen, w.steps = start.Observation, 0
}

func (w *wanderer) step(b *testing.B) {
	o, err := w.session.Step(context.Background(), w.seen.Admissible[w.rand.IntN(len(w.seen.Admissible))])
	require.NoError(b, err)
	w.seen = o.Observation
	if w.steps++; w.steps == 30 || o.Over() {
		w.reset(b)
	}
}
