package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
	"github.com/dreamlog/dreamlog/producers/rollout"
)

const fidelityLong = `Fidelity holds experience models against real transitions that neither their fit
nor their retrieval has seen: of known tasks, of which other episodes were seen,
and of unseen ones, which are held out as a whole. What is seen and what is held
out is chosen by hashes of the ids. lifted is fitted anew to what is seen; chat is
measured where --model-api is given, by 100 predictions and 10 open loops for
each row unless --max-predictions and --max-loops say otherwise.

A row is a model with k demonstrations in a setting; refused counts predictions
that it failed to make, which are wrong in every figure. one_step: the model
predicts along the true history; open_loop: since a true step it was told what
it predicted itself, so many predictions deep. Each figure is measured over all
steps, and over those that are knowable: where nothing has to be guessed that
neither the episode nor its demonstrations have shown.

With --games (or --real), policies play the same tasks in the real environment
and in the dream: returns side by side, and whether both rank the policies alike.

--record keeps the predictions of one step as transitions of purpose probe, each
beside the real one that its info names; the view model_error sums them up. No
learner sees them.`

const fidelityExample = `  dreamlog fidelity
  dreamlog fidelity --env textworld --test-split valid_unseen --record
  dreamlog fidelity --model lifted --k 5 --json
  dreamlog fidelity --model-api http://127.0.0.1:8000/v1 --model-name qwen3-32b --setting known --max-predictions 200
  dreamlog fidelity --games games --tasks 50 --attempts 4 --plot fidelity.svg`

func newFidelity(e *env) *cobra.Command {
	c := fidelityCommand{env: e}
	cmd := &cobra.Command{
		Use: "fidelity", Short: "Experience models against held-out real transitions", Long: fidelityLong, Example: fidelityExample,
		Args:        arguments(),
		Annotations: goOn("run the same command again: what was recorded is not recorded twice"),
		RunE:        e.run(c.run),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o := &c.options
	flags.StringSliceVar(&c.models, "model", []string{"copy", "lifted"}, "experience models to measure: "+strings.Join(app.ExperienceKinds(), ", "))
	serverFlags(flags, &c.server, "model-", "model-name", "model chat: ", 0, 1024)
	flags.StringSliceVar(&o.Settings, "setting", []string{fidelity.Known, fidelity.Unseen}, "tasks to measure by")
	flags.IntSliceVar(&o.Ks, "k", []int{0, 1, 5}, "numbers of demonstrations to measure with")
	flags.IntSliceVar(&o.Measure.Depths, "depth", []int{1, 5, 10, 20}, "depths of open loops")
	flags.StringVar(&o.At, "at", "", "measure as of this `snapshot`: its number, or a time (default: the newest)")
	c.visible.registerPlace(cmd, "env")
	flags.StringVar(&o.TestSplit, "test-split", "", "unseen tasks are those of this `split`, such as valid_unseen (default: some of train are held out)")
	flags.Float64Var(&o.HoldOut.Tasks, "hold-out-tasks", .2, "hold out this `share` of the tasks of train as unseen")
	flags.Float64Var(&o.HoldOut.Episodes, "hold-out-episodes", .25, "hold out this `share` of the episodes of each known task")
	c.visible.registerLimits(cmd)
	flags.Int64Var(&o.Measure.Seed, "seed", 0, "`seed` of the fit, of what is held out and of where open loops start")
	flags.IntVar(&o.Measure.Workers, "workers", runtime.NumCPU(), "tasks measured at a time")
	flags.IntVar(&o.Measure.MaxSteps, "max-predictions", 0, "predict at most so many single steps for each row, evenly spread (default: all)")
	flags.IntVar(&o.Measure.MaxLoops, "max-loops", 0, "start at most so many open loops for each row (default: 4 an episode)")
	flags.StringVar(&c.plot, "plot", "", "draw exactness by depth into this `file`, .svg or .png")
	c.policyFlags(cmd)
	flags.BoolVar(&o.Record, "record", false, "record the predictions of one step as transitions of purpose probe")
	addNoLand(cmd, &o.NoLand)
	return cmd
}

type fidelityCommand struct {
	*env
	server  app.ServerOptions
	visible visibilityFlags
	models  []string
	options app.FidelityOptions
	real    app.EnvironmentOptions
	noise   []float64
	plot    string
}

func (c *fidelityCommand) policyFlags(cmd *cobra.Command) {
	flags, p := cmd.Flags(), &c.options.Policies
	flags.StringVar(&c.real.Kind, "real", "", "compare policies in this environment and in the dream: "+strings.Join(app.EnvironmentKinds(), ", "))
	flags.StringVar(&c.real.Games, "games", "", "the games that were played, a `path` as for play; means --real textworld")
	flags.IntVar(&c.real.Products, "products", 10_000, "--real shop: how many products are made")
	flags.Int64Var(&c.real.ShopSeed, "shop-seed", 1, "--real shop: the `seed` that products and instructions are made by")
	flags.Float64SliceVar(&c.noise, "noise", []float64{0, .1, .3, .6}, "rates of random steps of the scripted policies; random plays as well")
	flags.IntVar(&p.Tasks, "tasks", 20, "policies play so many of the tasks that were seen solved (0: all)")
	flags.IntVar(&p.Attempts, "attempts", 4, "attempts of a policy at each task")
	flags.IntVar(&p.MaxSteps, "max-steps", rollout.DefaultMaxSteps, "cut the episodes of policies off after so many steps")
}

// understand checks the flags, and completes the options.
func (c *fidelityCommand) understand(cmd *cobra.Command) error {
	o := &c.options
	o.Visibility = c.visible.visibility(cmd)
	o.HoldOut.Seed = o.Measure.Seed
	for _, s := range o.Settings {
		if s != fidelity.Known && s != fidelity.Unseen {
			return fmt.Errorf("--setting %s: give %s, %s or both", s, fidelity.Known, fidelity.Unseen)
		}
	}
	for _, k := range o.Ks {
		if k < 0 {
			return fmt.Errorf("--k %d: give 0 for no demonstrations, or more", k)
		}
	}
	for i, d := range o.Measure.Depths {
		if d < 1 || i > 0 && d <= o.Measure.Depths[i-1] {
			return errors.New("--depth: give depths of 1 or more, rising, such as 1,5,10,20")
		}
	}
	for _, s := range []float64{o.HoldOut.Tasks, o.HoldOut.Episodes} {
		if !(s > 0 && s < 1) {
			return fmt.Errorf("a share of %v cannot be held out: give one between 0 and 1", s)
		}
	}
	if o.Measure.Workers < 1 || o.Measure.MaxSteps < 0 || o.Measure.MaxLoops < 0 {
		return errors.New("--workers, --max-predictions, --max-loops: give 1 or more")
	}
	if c.server.API != "" && !slices.Contains(c.models, "chat") {
		c.models = append(c.models, "chat")
	}
	for _, kind := range c.models {
		if kind == "chat" {
			if err := checkServer(&c.server, "model-", "model-name"); err != nil {
				return err
			}
		}
		if !slices.Contains(app.ExperienceKinds(), kind) {
			return fmt.Errorf("there is no experience model %q: give one of %s", kind, strings.Join(app.ExperienceKinds(), ", "))
		}
		o.Models = append(o.Models, app.ExperienceOptions{Kind: kind, Server: c.server})
	}
	if c.plot != "" && !slices.Contains(plotFormats, filepath.Ext(c.plot)) {
		return fmt.Errorf("--plot %s: name a file that ends in %s", c.plot, strings.Join(plotFormats, " or "))
	}
	if c.plot != "" {
		if err := checkWritable(c.plot); err != nil {
			return fmt.Errorf("--plot: %w", err)
		}
	}
	return c.understandPolicies()
}

func (c *fidelityCommand) understandPolicies() error {
	if c.real.Games != "" && c.real.Kind == "" {
		c.real.Kind = "textworld"
	}
	if c.real.Kind == "" {
		return nil
	}
	if !slices.Contains(app.EnvironmentKinds(), c.real.Kind) {
		return fmt.Errorf("--real: there is no environment %q: give one of %s", c.real.Kind, strings.Join(app.EnvironmentKinds(), ", "))
	}
	p := &c.options.Policies
	p.Seed, p.Workers, p.K = c.options.Measure.Seed, c.options.Measure.Workers, slices.Max(append(c.options.Ks, 0))
	if p.Tasks < 0 || p.Attempts < 1 || p.MaxSteps < 1 {
		return errors.New("--tasks, --attempts, --max-steps: give 1 or more")
	}
	agents := []app.AgentOptions{{Kind: "random"}}
	for _, rate := range c.noise {
		agents = append(agents, app.AgentOptions{Kind: "scripted", Noise: rate})
	}
	for _, o := range agents {
		agent, err := app.NewAgent(o)
		if err != nil {
			return err
		}
		p.Agents = append(p.Agents, agent)
	}
	return nil
}

func (c *fidelityCommand) run(cmd *cobra.Command, _ []string) (err error) {
	if err := c.understand(cmd); err != nil {
		return usage(err)
	}
	ctx := cmd.Context()
	if c.real.Kind != "" {
		if c.options.Policies.Environment, err = app.OpenEnvironment(ctx, c.real); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.options.Policies.Environment.Close()) }()
	}
	c.options.Progress = func(model string, k int, setting string) { c.say("measuring %s, k = %d, %s tasks", model, k, setting) }
	return c.withApp(ctx, app.Open, func(a *app.App) error {
		f, err := a.Fidelity(ctx, c.options)
		if err != nil {
			return err
		}
		if c.plot != "" {
			if err := drawFidelity(c.plot, &f); err != nil {
				return err
			}
		}
		return c.answer(f, func(w io.Writer) { printFidelity(w, &f, c.options) })
	})
}

func printFidelity(w io.Writer, f *app.Fidelity, o app.FidelityOptions) {
	fmt.Fprintf(w, "environment\t%s %s, as of snapshot %d\n", printable(f.Environment), printable(f.EnvironmentVersion), f.Snapshot)
	for _, part := range []struct {
		name string
		app.Amount
	}{{"seen", f.Seen}, {"held out, known tasks", f.Known}, {"held out, unseen tasks", f.Unseen}} {
		fmt.Fprintf(w, "%s\t%s, %s, %s\n", part.name, several(int64(part.Tasks), "task"), several(int64(part.Episodes), "episode"), several(int64(part.Transitions), "transition"))
	}
	if o.Record {
		fmt.Fprintf(w, "recorded\t%s\n", several(f.Recorded, "probe"))
		printWhere(w, f.Landed, o.NoLand)
	}
	fmt.Fprintln(w)
	fidelity.WriteRows(w, f.Rows)
	for i := range f.Policies {
		printAgreement(w, &f.Policies[i])
	}
}

func printAgreement(w io.Writer, a *app.Agreement) {
	fmt.Fprintf(w, "\npolicies in %s, k = %d\tJ real\tJ dream\tgap\n", printable(a.Model), a.K)
	for _, p := range a.Policies {
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%+.3f\n", printable(p.Policy), p.Real, p.Dream, p.Gap)
	}
	if a.Spearman != nil && a.KendallTauB != nil {
		fmt.Fprintf(w, "rank correlation\tSpearman %.2f\tKendall tau-b %.2f\n", *a.Spearman, *a.KendallTauB)
	}
}
