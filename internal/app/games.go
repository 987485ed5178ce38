package app

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/household"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

// GameOptions say which games to make.
type GameOptions struct {
	// Kind is one of GameKinds.
	Kind  string
	Split string
	Count int
	Seed  int64
	// Dir is the folder that the games are written to.
	Dir string
	// Progress hears of every game; nil: nobody does.
	Progress func(done, count int)
}

// GameKinds lists the kinds of games that can be made.
func GameKinds() []string { return []string{"household"} }

// GenerateGames makes games, each certified by a walkthrough that wins. It
// needs no data directory.
func GenerateGames(ctx context.Context, o GameOptions) (household.Report, error) {
	if o.Kind != "household" {
		return household.Report{}, fmt.Errorf("there are no games of kind %q: give one of %s", o.Kind, GameKinds())
	}
	return household.Generate(ctx, household.Options{
		Split: household.Split(o.Split), Count: o.Count, Seed: o.Seed, Dir: o.Dir, Progress: o.Progress,
	})
}

// CheckGames replays what was recorded from the original engine, and says where
// ours answers otherwise.
func CheckGames(ctx context.Context, games, traces string) (*textworld.Report, error) {
	return textworld.Check(ctx, games, traces)
}
