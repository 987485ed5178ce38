package textworld

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// stepsOfAnEpisode is what the original was measured with.
const stepsOfAnEpisode = 30

// readyGames compiles n games of ALFWorld, the same again after the last.
func readyGames(b *testing.B, n int) []*Game {
	entries, err := ReadSet(recorded(b, ""), "")
	require.NoError(b, err)
	c := NewCompiler(ground.Limits{})
	games := make([]*Game, n)
	for i := range games {
		s, err := entries[i%len(entries)].Load()
		require.NoError(b, err)
		games[i], err = c.Compile(b.Context(), s)
		require.NoError(b, err)
	}
	return games
}

// BenchmarkStep takes random admissible commands.
func BenchmarkStep(b *testing.B) {
	plays := make([]*Play, 40)
	for i, g := range readyGames(b, len(plays)) {
		plays[i] = NewPlay(g)
	}
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; {
		play := plays[random.IntN(len(plays))]
		a, err := play.Reset()
		for range stepsOfAnEpisode {
			if err != nil {
				b.Fatal(err)
			}
			a, err = play.Step(a.Admissible[random.IntN(len(a.Admissible))])
			i++
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
}

// BenchmarkEpisode resets and takes 30 random steps.
func BenchmarkEpisode(b *testing.B) {
	games := readyGames(b, 40)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		play := NewPlay(games[random.IntN(len(games))])
		a, err := play.Reset()
		for range stepsOfAnEpisode {
			if err != nil {
				b.Fatal(err)
			}
			a, err = play.Step(a.Admissible[random.IntN(len(a.Admissible))])
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "episodes/s")
}

// BenchmarkCompile makes games of their files' texts.
func BenchmarkCompile(b *testing.B) {
	entries, err := ReadSet(recorded(b, ""), "")
	require.NoError(b, err)
	c := NewCompiler(ground.Limits{})
	var sources []Source
	for _, e := range entries[:40] {
		s, err := e.Load()
		require.NoError(b, err)
		sources = append(sources, s)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_, err := c.Compile(b.Context(), sources[i%len(sources)])
		require.NoError(b, err)
	}
}

// BenchmarkMemory measures what a thousand games in the middle of an episode
// hold, each compiled on its own.
func BenchmarkMemory(b *testing.B) {
	const games = 1000
	var plays []*Play
	before := heap()
	for b.Loop() {
		plays = plays[:0]
		random := rand.New(rand.NewPCG(1, 2))
		for _, g := range readyGames(b, games) {
			play := NewPlay(g)
			a, err := play.Reset()
			for range stepsOfAnEpisode {
				require.NoError(b, err)
				a, err = play.Step(a.Admissible[random.IntN(len(a.Admissible))])
			}
			plays = append(plays, play)
		}
	}
	b.ReportMetric(float64(heap()-before)/games, "B/game")
	runtime.KeepAlive(plays)
}

// heap returns the bytes in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
