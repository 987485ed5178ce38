package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/agentgym"
	"github.com/dreamlog/dreamlog/producers/environment/openenv"
	"github.com/dreamlog/dreamlog/producers/environment/shop"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/planner"
)

// EnvironmentOptions say where to play.
type EnvironmentOptions struct {
	// Kind is one of EnvironmentKinds.
	Kind string
	// Games is where the games of textworld are: a file, or a folder of them.
	// For shop it is the folder with the original's data; empty: generated.
	Games string
	// Split of games that do not say their own; empty: train.
	Split string
	// Products and ShopSeed make a generated shop.
	Products int
	ShopSeed int64
	// URL of the server of openenv and agentgym, Dialect the environment that
	// agentgym's serves, ServerTasks the number of its tasks.
	URL, Dialect string
	ServerTasks  int
	// SuccessReward is the least last reward that counts as success in openenv,
	// whose protocol does not say; nil: episodes are not graded.
	SuccessReward *float64
}

// environmentKinds open an environment of each kind.
var environmentKinds = map[string]func(context.Context, EnvironmentOptions) (producers.Environment, error){
	"agentgym":  connectAgentGym,
	"openenv":   connectOpenEnv,
	"shop":      openShop,
	"textworld": openGames,
}

// EnvironmentKinds lists the kinds of environments.
func EnvironmentKinds() []string { return slices.Sorted(maps.Keys(environmentKinds)) }

// OpenEnvironment opens an environment; close it.
func OpenEnvironment(ctx context.Context, o EnvironmentOptions) (producers.Environment, error) {
	open, known := environmentKinds[o.Kind]
	if !known {
		return nil, fmt.Errorf("there is no environment %q: give one of %s", o.Kind, strings.Join(EnvironmentKinds(), ", "))
	}
	e, err := open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open environment %s: %w", o.Kind, err)
	}
	return e, nil
}

func openShop(ctx context.Context, o EnvironmentOptions) (producers.Environment, error) {
	if o.Games != "" {
		return shop.New(ctx, shop.Options{Data: o.Games})
	}
	return shop.New(ctx, shop.Options{Seed: o.ShopSeed, Products: o.Products})
}

func openGames(_ context.Context, o EnvironmentOptions) (producers.Environment, error) {
	if o.Games == "" {
		return nil, errors.New("no games: --games names a game file or a folder of them, such as `dreamlog games generate` writes")
	}
	return textworld.Open(textworld.Options{Games: o.Games, Split: o.Split, Planner: planner.Plan})
}

func connectOpenEnv(ctx context.Context, o EnvironmentOptions) (producers.Environment, error) {
	return openenv.Connect(ctx, openenv.Options{
		URL: o.URL, Split: o.Split, Tasks: openenv.Tasks{To: int64(o.ServerTasks)}, SuccessReward: o.SuccessReward,
	})
}

func connectAgentGym(ctx context.Context, o EnvironmentOptions) (producers.Environment, error) {
	return agentgym.Connect(ctx, agentgym.Options{URL: o.URL, Dialect: o.Dialect, Split: o.Split, To: int64(o.ServerTasks)})
}
