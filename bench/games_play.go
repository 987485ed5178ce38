package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

// playGames is the number of different games that are played, playEpisodes
// that of the episodes of one run.
const (
	playGames    = 200
	playEpisodes = 6000
)

// benchPlay measures the whole path of text games: engine, random agent,
// rollout, event log and lake. The time ends when everything has landed.
func benchPlay(ctx context.Context, b *bench) (err error) {
	dir, err := b.household(ctx, playGames)
	if err != nil {
		return err
	}
	environment, err := textworld.Open(textworld.Options{Games: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, environment.Close()) }()
	for _, workers := range atOnce {
		var episodes, steps []float64
		for range b.repeat {
			took, played, err := playLanded(ctx, b, environment, workers)
			if err != nil {
				return err
			}
			episodes = append(episodes, float64(played.Episodes)/took.Seconds())
			steps = append(steps, float64(played.Transitions)/took.Seconds())
		}
		b.report.add("play", fmt.Sprintf("household games into the lake, %d workers, 30 steps", workers), "episodes/s", episodes...)
		b.report.add("play", fmt.Sprintf("household games into the lake, %d workers", workers), "steps/s", steps...)
	}
	return nil
}

func playLanded(ctx context.Context, b *bench, environment *textworld.Environment, workers int) (_ time.Duration, played app.Played, err error) {
	dir, err := b.scratch("play")
	if err != nil {
		return 0, played, err
	}
	a, err := app.Create(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		return 0, played, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	start := time.Now()
	played, err = a.Play(ctx, app.PlayOptions{
		Environment: environment, Agent: random.New(), Attempts: b.scaled(playEpisodes) / playGames,
		Workers: workers, MaxSteps: gameSteps, Seed: 1, Purpose: "collect",
	})
	took := time.Since(start)
	if err != nil {
		return took, played, err
	}
	found, err := count(ctx, a)
	if err == nil && found != played.Transitions {
		err = fmt.Errorf("SQL sees %d of %d transitions", found, played.Transitions)
	}
	return took, played, err
}
