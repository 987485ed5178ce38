package replay_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
)

// household adds episodes of fifty steps in the manner of household games: twenty
// of each task, from a number on.
func household(p *pool, tasks, from int) {
	r := rand.New(rand.NewPCG(1, uint64(from)))
	things := strings.Fields("mug plate apple key book lamp pan knife towel soap pillow box pen vase cup fork")
	places := strings.Fields("drawer cabinet desk shelf fridge sink counter table bed sofa")
	for task := range tasks {
		for i := range 20 {
			a := attempt{id: fmt.Sprintf("e-%04d-%04d", task, from+i), task: fmt.Sprintf("task-%04d", task),
				instruction: "put a " + things[task%len(things)] + " in the " + places[task%len(places)], won: r.IntN(3) == 0}
			for range 50 {
				a.actions = append(a.actions, fmt.Sprintf("%s %s %d", []string{"go to", "open", "take the " + things[r.IntN(len(things))] + " from"}[r.IntN(3)],
					places[r.IntN(len(places))], r.IntN(5)))
			}
			p.play(a)
		}
	}
}

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkDemonstrations: 100 tasks of 1,000 transitions each.
func BenchmarkDemonstrations(b *testing.B) {
	p := newPool(b)
	household(p, 100, 0)
	number := p.snapshot()
	session := p.session(number)
	open := func(b *testing.B) *replay.Demonstrations {
		basis, err := replay.NewBasis(b.Context(), session, house(), replay.BasisOptions{})
		require.NoError(b, err)
		d, err := basis.Open(b.Context(), session)
		require.NoError(b, err)
		return d
	}
	b.Run("open", func(b *testing.B) {
		before := heapBytes()
		var d *replay.Demonstrations
		for b.Loop() {
			d = open(b)
		}
		b.ReportMetric(float64(heapBytes()-before)/float64(d.Len()), "bytes/transition")
		b.ReportMetric(float64(d.Len()*b.N)/b.Elapsed().Seconds(), "transitions/s")
		runtime.KeepAlive(d)
	})
	d := open(b)
	for name, without := range map[string]bool{"retrieve among 1,000 of the task": false, "retrieve among 99,000 of others": true} {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				i++
				_, err := d.Retrieve(b.Context(), replay.Query{
					TaskID: fmt.Sprintf("task-%04d", i%100), State: "e-0001-0001: you did open drawer 1.", Action: fmt.Sprint("go to desk ", i%5), K: 10, WithoutTask: without,
				})
				require.NoError(b, err)
			}
		})
	}
	b.Run("follow 1,000 new", func(b *testing.B) {
		from := 100
		for b.Loop() {
			b.StopTimer()
			household(p, 1, from)
			from += 20
			next := p.now()
			b.StartTimer()
			require.NoError(b, d.Follow(b.Context(), next))
		}
	})
	b.Run("draw", func(b *testing.B) {
		p.group("g", 4, attempt{})
		now := p.now()
		for b.Loop() {
			r, err := replay.OpenRollouts(b.Context(), now, mine())
			require.NoError(b, err)
			_, err = r.Draw(b.Context(), 1, replay.DrawSpec{Groups: 1, PolicyID: "p"})
			require.NoError(b, err)
		}
	})
}
