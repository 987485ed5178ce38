package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dreamlog/dreamlog/internal/app"
)

const playLong = `Play sends an agent into a real environment: every step it takes becomes an
event, and lands. Each task is attempted several times by one policy, which
makes a group.

Environments (--env):
  textworld  games in the .tw-pddl format, as of ALFWorld and as
             ` + "`dreamlog games generate`" + ` writes them; --games says where they are
  shop       a web shop in text, after WebShop: products made by --shop-seed, or
             those of the original in the folder --games
  openenv    a server that speaks OpenEnv's protocol, at --url
  agentgym   a server that speaks AgentGym's protocol, at --url, with --dialect

Agents (--agent):
  random     any admissible action
  scripted   the walkthrough of the task
  searching  knows the words of its task, not where things are: it looks for them
  chat       a chat model on any OpenAI-compatible server: --api, --model

The seed decides on everything that is random: the same seed gives the same
episodes, whatever the number of workers. Ctrl-C ends running episodes as
truncated; --run goes on with a run that was interrupted or killed, without
repeating what is finished.`

const playExample = `  dreamlog games generate --split train --count 50 --seed 1 -o games
  dreamlog play --env textworld --games games --agent random --attempts 4 --workers 8
  dreamlog play --env textworld --games games --agent scripted --noise 0.2
  dreamlog play --env shop --agent searching --tasks 100
  dreamlog play --env textworld --games games --agent chat --api http://127.0.0.1:8000/v1 --model qwen2.5-7b
  dreamlog play --env openenv --url http://127.0.0.1:8000 --agent chat --api http://127.0.0.1:8001/v1 --model m`

func newPlay(e *env) *cobra.Command {
	c := playCommand{rollouts: rollouts{env: e}}
	cmd := &cobra.Command{
		Use: "play", Short: "Rollouts of an agent in a real environment", Long: playLong, Example: playExample,
		Args:        arguments(),
		Annotations: goOn("nothing was played"),
		RunE:        e.run(c.run),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	c.environmentFlags(flags)
	c.agentFlags(flags, "model")
	c.runFlags(flags, "collect")
	addNoLand(cmd, &c.options.NoLand)
	return cmd
}

type playCommand struct {
	rollouts
	environment app.EnvironmentOptions
	// successReward is given to the environment where the flag is.
	successReward float64
}

func (c *playCommand) environmentFlags(flags *pflag.FlagSet) {
	e := &c.environment
	flags.StringVar(&e.Kind, "env", "textworld", "environment: "+strings.Join(app.EnvironmentKinds(), ", "))
	flags.StringVar(&e.Games, "games", "", "game `path`: a file, or a folder of them; for shop, the original's data")
	flags.StringVar(&c.options.Split, "split", "", "only tasks of this `split`, such as train or valid_unseen")
	flags.IntVar(&e.Products, "products", 10_000, "shop: how many products are made")
	flags.Int64Var(&e.ShopSeed, "shop-seed", 1, "shop: the `seed` that products and instructions are made by")
	flags.StringVar(&e.URL, "url", "", "openenv, agentgym: the server")
	flags.StringVar(&e.Dialect, "dialect", "", "agentgym: alfworld, webshop, sciworld, textcraft or babyai")
	flags.IntVar(&e.ServerTasks, "server-tasks", 0, "openenv, agentgym: how many tasks the server has, numbered from 0")
	flags.Float64Var(&c.successReward, "success-reward", 0, "openenv: the least last `reward` that counts as success (default: ungraded)")
}

func (c *playCommand) run(cmd *cobra.Command, _ []string) (err error) {
	if err := c.understand(); err != nil {
		return usage(err)
	}
	c.environment.Split = c.options.Split
	if cmd.Flags().Changed("success-reward") {
		c.environment.SuccessReward = &c.successReward
	}
	ctx := cmd.Context()
	close, err := c.makeAgent()
	if err != nil {
		return usage(err)
	}
	defer close()
	environment, err := app.OpenEnvironment(ctx, c.environment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, environment.Close()) }()
	c.options.Environment = environment
	return c.withApp(ctx, app.Create, func(a *app.App) error {
		c.watch()
		played, err := a.Play(ctx, c.options)
		return c.tell(&played, played, nil, err)
	})
}
