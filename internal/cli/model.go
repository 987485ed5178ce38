package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const modelFitLong = `Fit distils the lifted experience model from real transitions: how the
environment answers, what that changes, and what success takes. It needs no LLM
and has no rule of any one environment in it.

It learns from what a run may see: split train, purpose collect or the run's
own, one environment in one version. The model is kept beside the lake under
the digest of its content, and registered by a model.fitted event: the view
models lists them. The same snapshot, seed and flags give the same model.`

const modelFitExample = `  dreamlog model fit
  dreamlog model fit --env textworld --at 12 --seed 1
  dreamlog model fit --env textworld --without-task put-mug-desk-1 --json`

func newModel(e *env) *cobra.Command {
	return parent(&cobra.Command{Use: "model", Short: "Experience models: fit one, list them"}, newModelFit(e), newModelList(e))
}

func newModelFit(e *env) *cobra.Command {
	var visible visibilityFlags
	var o app.FitOptions
	cmd := &cobra.Command{
		Use: "fit", Short: "Distil the lifted experience model", Long: modelFitLong, Example: modelFitExample,
		Args:        arguments(),
		Annotations: goOn("run the same command again: the same model is registered once"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			o.Visibility = visible.visibility(cmd)
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				fit, err := a.FitModel(cmd.Context(), o)
				if err != nil {
					return err
				}
				return e.answer(fit, func(w io.Writer) { printFit(w, &fit, o.NoLand) })
			})
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.At, "at", "", "learn from this `snapshot`: its number, or a time (default: the newest)")
	visible.registerPlace(cmd, "env")
	flags.Int64Var(&o.Seed, "seed", 0, "`seed` of what is drawn at random")
	flags.StringVar(&visible.v.RunID, "run", "", "`id` of the run that learns: what it played itself is visible as well (default: only offline data is)")
	visible.registerLimits(cmd)
	addNoLand(cmd, &o.NoLand)
	return cmd
}

func printFit(w io.Writer, f *app.Fit, noLand bool) {
	fmt.Fprintf(w, "model\t%s\n", printable(f.ID))
	fmt.Fprintf(w, "version\t%s\n", f.Version)
	fmt.Fprintf(w, "uri\t%s\n", f.URI)
	fmt.Fprintf(w, "sha256\t%s\n", f.SHA256)
	fmt.Fprintf(w, "learned\t%s of %s, %s, in %.1f s\n", several(f.Transitions, "transition"),
		several(f.Tasks, "task"), several(f.Episodes, "episode"), f.Seconds)
	if f.Contradicted > 0 {
		fmt.Fprintf(w, "random\t%s of %s with the same past came out otherwise: the environment is random, or does not show all that matters\n",
			number(f.Contradicted), several(f.Repeated, "step"))
	}
	fmt.Fprintf(w, "as of\tsnapshot %d\n", f.Snapshot)
	if f.Known {
		fmt.Fprintf(w, "unchanged\tthe newest model is the same, and stays\n")
		return
	}
	printWhere(w, f.Landed, noLand)
}

func newModelList(e *env) *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use: "list", Short: "The models that were fitted, the newest first",
		Example: "  dreamlog model list\n  dreamlog model list --at 12 --json",
		Args:    arguments(),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				all, err := a.Models(cmd.Context(), at)
				if err != nil {
					return err
				}
				return e.answer(modelsAnswer{all}, func(w io.Writer) { printModels(w, all) })
			})
		}),
	}
	cmd.Flags().StringVar(&at, "at", "", "as of this `snapshot`: its number, or a time (default: the newest)")
	return cmd
}

// modelsAnswer is what model list --json prints.
type modelsAnswer struct {
	Models []app.FittedModel `json:"models"`
}

func printModels(w io.Writer, all []app.FittedModel) {
	fmt.Fprintf(w, "model\tversion\tenvironment version\tsnapshot\ttransitions\ttasks\n")
	for i := range all {
		m := &all[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", printable(m.ID), printable(m.Version), printable(m.EnvironmentVersion),
			m.Snapshot, number(m.Transitions), number(m.Tasks))
	}
}
