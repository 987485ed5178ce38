package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/dreamlog/dreamlog/producers/environment/household"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// gameSteps is the length of the episodes that text games are measured with.
const gameSteps = 30

// atOnce are the numbers of games that are played at the same time.
var atOnce = []int{1, 4, 1000}

// benchGames measures the engine of text games alone, on one core, and beside
// it the original, where it is installed.
func benchGames(ctx context.Context, b *bench) error {
	entries, origin, err := gameSet(ctx, b)
	if err != nil {
		return err
	}
	held := heapBytes()
	plays, err := newPlays(ctx, entries, atOnce[len(atOnce)-1])
	if err != nil {
		return err
	}
	b.report.add("games", fmt.Sprintf("memory of %d games (%s)", len(plays), origin), "MB", float64(heapBytes()-held)/1e6)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var fastest, most float64
	for _, n := range atOnce {
		steps, episodes, err := measurePlays(ctx, b, plays[:n])
		if err != nil {
			return err
		}
		b.report.add("games", fmt.Sprintf("engine, one core, %d at once", n), "steps/s", steps...)
		b.report.add("games", fmt.Sprintf("engine, one core, %d at once, reset and 30 steps", n), "episodes/s", episodes...)
		if n == 1 {
			fastest, most = median(steps), median(episodes)
		}
	}
	return b.original(ctx, entries, fastest, most)
}

// gameSet returns ALFWorld's games where they are, else games of our own.
func gameSet(ctx context.Context, b *bench) ([]textworld.Entry, string, error) {
	if file, there := testdata("alfworld/train.jsonl.gz"); there {
		entries, err := textworld.ReadSet(file, "")
		return entries, "ALFWorld", err
	}
	dir, err := b.household(ctx, 200)
	if err != nil {
		return nil, "", err
	}
	entries, err := textworld.ReadSet(dir, "")
	return entries, "household", err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// household generates games and returns their folder.
func (b *bench) household(ctx context.Context, n int) (string, error) {
	dir, err := b.scratch("games")
	if err != nil {
		return "", err
	}
	_, err = household.Generate(ctx, household.Options{Split: household.Train, Count: n, Seed: 1, Dir: dir})
	return dir, err
}

// newPlays compiles n games, each on its own, the same again after the last.
func newPlays(ctx context.Context, entries []textworld.Entry, n int) ([]*textworld.Play, error) {
	compiler := textworld.NewCompiler(ground.Limits{})
	plays := make([]*textworld.Play, n)
	for i := range plays {
		source, err := entries[i%len(entries)].Load()
		if err != nil {
			return nil, err
		}
		game, err := compiler.Compile(ctx, source)
		if err != nil {
			return nil, err
		}
		plays[i] = textworld.NewPlay(game)
		if _, err := plays[i].Reset(); err != nil {
			return nil, err
		}
	}
	return plays, nil
}

// measurePlays plays episodes of random steps in all games at once, a step in
// each by turns. Steps are counted without the time of the resets, episodes
// with it.
func measurePlays(ctx context.Context, b *bench, plays []*textworld.Play) (steps, episodes []float64, err error) {
	for run := range b.repeat {
		random := rand.New(rand.NewPCG(uint64(run), 2))
		var rounds int
		var resetting, stepping time.Duration
		for resetting+stepping < b.gameTime() && ctx.Err() == nil {
			r, s, err := playRound(plays, random)
			if err != nil {
				return nil, nil, err
			}
			resetting, stepping, rounds = resetting+r, stepping+s, rounds+1
		}
		n := float64(rounds * len(plays))
		steps = append(steps, n*gameSteps/stepping.Seconds())
		episodes = append(episodes, n/(resetting+stepping).Seconds())
	}
	return steps, episodes, ctx.Err()
}

// gameTime is how long one run measures the engine.
func (b *bench) gameTime() time.Duration {
	if b.quick {
		return time.Second
	}
	return 3 * time.Second
}

// playRound plays an episode in each game.
func playRound(plays []*textworld.Play, random *rand.Rand) (resetting, stepping time.Duration, err error) {
	answers := make([]textworld.Answer, len(plays))
	start := time.Now()
	for i, p := range plays {
		if answers[i], err = p.Reset(); err != nil {
			return 0, 0, err
		}
	}
	resetting = time.Since(start)
	start = time.Now()
	for range gameSteps {
		for i, p := range plays {
			commands := answers[i].Admissible
			if answers[i], err = p.Step(commands[random.IntN(len(commands))]); err != nil {
				return 0, 0, err
			}
		}
	}
	return resetting, time.Since(start), nil
}

// heapBytes returns the memory in use.
func heapBytes() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
