package household

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Options say which games to make.
type Options struct {
	Split Split
	// Count of games: those with the numbers from 0 up to it.
	Count int
	// Seed of every choice but what the rooms look like.
	Seed int64
	// Dir is the folder of games; it is made where there is none.
	Dir string
	// Workers is how many games are made at once; 0: as many as there are
	// processors. It changes nothing of the games.
	Workers int
	// Progress is called after every game, one call at a time; nil: nobody is
	// told.
	Progress func(done, count int)
}

// Report says what was made.
type Report struct {
	// Games is how many games there are now: Written and Unchanged, which were
	// there before.
	Games, Written, Unchanged int
	// Redrawn is how many draws could not be certified and were replaced.
	Redrawn int
	// ByKind is the number of games of each kind.
	ByKind map[Kind]int
	// Steps is the length of all walkthroughs together.
	Steps int
}

// Generate makes games, certifies them and writes them below a folder. It stops
// at the first error; the report then says what was written until then.
func Generate(ctx context.Context, o Options) (Report, error) {
	if _, err := ParseSplit(string(o.Split)); err != nil {
		return Report{}, fmt.Errorf("generate games: %w", err)
	}
	if o.Count < 0 {
		return Report{}, fmt.Errorf("generate games: %d games are none: give a count of 0 or more", o.Count)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	run := generation{Options: o, maker: NewMaker(), report: Report{ByKind: map[Kind]int{}}}
	workers, going := errgroup.WithContext(ctx)
	workers.SetLimit(o.Workers)
	for index := range o.Count {
		if going.Err() != nil {
			break
		}
		workers.Go(func() error { return run.one(going, index) })
	}
	if err := cmp.Or(workers.Wait(), ctx.Err()); err != nil {
		return run.report, fmt.Errorf("generate games: %w", err)
	}
	return run.report, nil
}

// generation is a run of Generate.
type generation struct {
	Options
	maker *Maker

	mu     sync.Mutex // guards report, and calls of Progress
	report Report
}

func (r *generation) one(ctx context.Context, index int) error {
	g, err := r.maker.Game(ctx, r.Split, r.Seed, index)
	if err != nil {
		return err
	}
	written, err := g.store(r.Dir)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count(g, written)
	if r.Progress != nil {
		r.Progress(r.report.Games, r.Count)
	}
	return nil
}

func (r *generation) count(g Game, written bool) {
	r.report.Games++
	if written {
		r.report.Written++
	} else {
		r.report.Unchanged++
	}
	r.report.Redrawn += g.Redrawn
	r.report.ByKind[g.Kind]++
	r.report.Steps += len(g.Walkthrough)
}
