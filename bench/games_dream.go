package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/agent/searching"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

const (
	// dreamGames is the number of games that are dreamt, dreamEpisodes that of the
	// episodes of one run.
	dreamGames    = 200
	dreamEpisodes = 2000
	// dreamGrounds is how many demonstrations ground an answer.
	dreamGrounds = 5
)

// benchDream measures dreams end to end: agent, experience model, retrieval,
// rollout, event log and lake, in games that a random and a searching agent
// played before.
func benchDream(ctx context.Context, b *bench) (err error) {
	a, err := b.lived(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	var fits []float64
	for range b.repeat {
		fit, err := a.FitModel(ctx, app.FitOptions{})
		if err != nil {
			return err
		}
		fits = append(fits, float64(fit.Transitions)/fit.Seconds)
	}
	b.report.add("dream", "fit the lifted model", "transitions/s", fits...)
	for _, m := range []struct {
		kind string
		k    int
	}{{"copy", dreamGrounds}, {"lifted", 0}, {"lifted", 1}, {"lifted", dreamGrounds}} {
		var walls, cores []float64
		for range b.repeat {
			wall, core, err := dreamOnce(ctx, b, a, m.kind, m.k)
			if err != nil {
				return err
			}
			walls, cores = append(walls, wall), append(cores, core)
		}
		b.report.add("dream", fmt.Sprintf("%s, %d demonstrations, 1 worker", m.kind, m.k), "steps/s", walls...)
		b.report.add("dream", fmt.Sprintf("%s, %d demonstrations, everything in it", m.kind, m.k), "steps/CPU s", cores...)
	}
	return nil
}

// lived returns a data directory in which the games were played.
func (b *bench) lived(ctx context.Context) (_ *app.App, err error) {
	games, err := b.household(ctx, dreamGames)
	if err != nil {
		return nil, err
	}
	environment, err := textworld.Open(textworld.Options{Games: games})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, environment.Close()) }()
	dir, err := b.scratch("dream")
	if err != nil {
		return nil, err
	}
	a, err := app.Create(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		return nil, err
	}
	seeker, err := searching.New(0.3)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	for _, o := range []app.PlayOptions{{Agent: random.New(), Attempts: 1}, {Agent: seeker, Attempts: 2}} {
		o.Environment, o.Workers, o.MaxSteps, o.Seed, o.Purpose = environment, 2, gameSteps, 1, "collect"
		if _, err := a.Play(ctx, o); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// dreamOnce dreams, and returns the steps a second of play, and the steps a
// second of processor time from opening the demonstrations to the last landing.
func dreamOnce(ctx context.Context, b *bench, a *app.App, kind string, k int) (wall, core float64, err error) {
	before := processorTime()
	d, err := a.Dream(ctx, app.DreamOptions{
		PlayOptions: app.PlayOptions{Agent: random.New(), Attempts: max(1, b.scaled(dreamEpisodes)/dreamGames), Workers: 1, MaxSteps: gameSteps, Seed: 1, Purpose: "train"},
		Model:       app.ExperienceOptions{Kind: kind}, K: k, Visibility: replay.Visibility{},
	})
	if err == nil && d.Aborted+d.Failed > 0 {
		err = fmt.Errorf("%d of %d dreams broke off", d.Aborted+d.Failed, d.Episodes)
	}
	return d.StepsPerSecond, float64(d.Transitions) / (processorTime() - before).Seconds(), err
}

// processorTime is what the process has used of all processors.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
