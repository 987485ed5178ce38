package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const dreamLong = `Dream plays tasks with no environment at all: an experience model answers each
action with its reasoning, the next state and the reward, grounded by
demonstrations from the replay buffer. What it answers is recorded as synthetic.

Experience models (--model):
  lifted  what ` + "`dreamlog model fit`" + ` distilled from real transitions
  copy    repeats the most similar recorded transition: the baseline
  chat    asks a chat model on any OpenAI-compatible server (--model-api)

Tasks are those of the stored environment: of split train the ones of which
something is recorded, and generated ones; of another split (--split) all of
them. A dream of a recorded task begins as an episode of it did; of another it
is imagined; the info of the first step says which. The scripted agent follows
a recorded success. A dream that loops, contradicts itself or runs on is cut
off, and the info of its last step says why.

Dreams are of purpose train: only the run itself learns from them. Give
--purpose probe to audit a model, and collect for dreams that ground others.

Everything is as of one snapshot (--at), which a run that is continued keeps.
The same model, snapshot and seed give the same dreams, whatever the number of
workers.`

const dreamExample = `  dreamlog model fit
  dreamlog dream --agent random --attempts 4 --workers 8
  dreamlog dream --agent scripted --noise 0.2 --k 5 --purpose probe
  dreamlog dream --model copy --tasks 20
  dreamlog dream --model chat --model-api http://127.0.0.1:8000/v1 --model-name qwen3-32b --tasks 20
  dreamlog dream --env textworld --split valid_unseen --agent searching --at 12`

func newDream(e *env) *cobra.Command {
	c := dreamCommand{rollouts: rollouts{env: e}}
	cmd := &cobra.Command{
		Use: "dream", Short: "Rollouts of an agent in an experience model", Long: dreamLong, Example: dreamExample,
		Args:        arguments(),
		Annotations: goOn("nothing was dreamt"),
		RunE:        e.run(c.run),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o := &c.dream
	flags.StringVar(&o.Model.Kind, "model", "lifted", "experience model: "+strings.Join(app.ExperienceKinds(), ", "))
	flags.StringVar(&o.Model.Version, "model-version", "", "lifted: the `version` of the model (default: the newest)")
	flags.IntVar(&o.K, "k", 5, "ground each answer in so many demonstrations")
	flags.BoolVar(&o.Dense, "dense", false, "keep the rewards that the model predicts (default: 1 for success, else 0)")
	flags.StringVar(&o.At, "at", "", "model, tasks and demonstrations as of this `snapshot`: its number, or a time (default: the newest)")
	c.visible.registerPlace(cmd, "env")
	flags.StringVar(&c.options.Split, "split", "train", "tasks of this `split`")
	c.visible.registerLimits(cmd)
	serverFlags(flags, &o.Model.Server, "model-", "model-name", "model chat: ", 0, 1024)
	c.agentFlags(flags, "agent-model")
	c.runFlags(flags, "train")
	addNoLand(cmd, &c.options.NoLand)
	return cmd
}

type dreamCommand struct {
	rollouts
	visible visibilityFlags
	dream   app.DreamOptions
}

func (c *dreamCommand) run(cmd *cobra.Command, _ []string) error {
	if err := c.understand(); err != nil {
		return usage(err)
	}
	if c.dream.K < 0 {
		return usagef("--k %d: give 0 for none, or more", c.dream.K)
	}
	if !slices.Contains(app.ExperienceKinds(), c.dream.Model.Kind) {
		return usagef("there is no experience model %q: give one of %s", c.dream.Model.Kind, strings.Join(app.ExperienceKinds(), ", "))
	}
	if c.dream.Model.Kind == "chat" {
		if err := checkServer(&c.dream.Model.Server, "model-", "model-name"); err != nil {
			return usage(err)
		}
	}
	close, err := c.makeAgent()
	if err != nil {
		return usage(err)
	}
	defer close()
	return c.withApp(cmd.Context(), app.Open, func(a *app.App) error {
		c.watch()
		c.dream.PlayOptions, c.dream.Visibility = c.options, c.visible.visibility(cmd)
		dreamt, err := a.Dream(cmd.Context(), c.dream)
		return c.tell(&dreamt.Played, dreamt, func(w io.Writer) { printDreamt(w, &dreamt) }, err)
	})
}

func printDreamt(w io.Writer, d *app.Dreamed) {
	fmt.Fprintf(w, "dreamt\t%s by model %s version %s\n", printable(d.Environment), printable(d.Model), printable(d.ModelVersion))
	fmt.Fprintf(w, "grounded\tin %s of snapshot %d\n", several(int64(d.K), "demonstration"), d.Snapshot)
}
