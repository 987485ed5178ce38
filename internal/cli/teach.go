package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const teachLong = `Reasoning has a teacher, a chat model on any OpenAI-compatible server, write the
reasoning that leads to what came of recorded transitions: R* of DreamGym's
Eq. 5. It is shown the task, the history, demonstrations, the action and what
came of it. Each answer is an annotation of kind reasoning, with the model as
its author and the digest of the instructions as its rubric; each request is an
llm.called event of role teacher.

It explains what a run may learn from (split train, purpose collect or its own),
what environments answered, and what has no reasoning yet: run again, it goes on
where it ended. An answer that cannot be used is asked for once more; then the
transition is reported and left out. To note a reasoning of your own, give it as
an annotation: annotate TARGET reasoning VALUE.`

const teachExample = `  dreamlog annotate reasoning --api http://127.0.0.1:8000/v1 --model qwen3-32b --limit 1000
  dreamlog annotate reasoning --api https://api.example.com/v1 --api-key-env KEY --model m \
    --prompt-price 0.15 --completion-price 0.6 --budget 5
  dreamlog annotate reasoning --api … --model m --query "SELECT event_id FROM transitions WHERE reward > 0"`

func newAnnotateReasoning(e *env) *cobra.Command {
	var visible visibilityFlags
	var o app.TeachOptions
	cmd := &cobra.Command{
		Use: "reasoning", Short: "A teacher LLM explains recorded transitions", Long: teachLong, Example: teachExample,
		Args:        arguments(),
		Annotations: goOn("the same command goes on with what is missing"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(checkServer(&o.ServerOptions, "", "model"), checkKnown(&o.KnownOptions)); err != nil {
				return usage(err)
			}
			if o.Limit < 0 {
				return usagef("--limit %d: give 0 for all, or more", o.Limit)
			}
			o.Visibility = visible.visibility(cmd)
			o.Refused = func(id string, err error) { e.say("not explained: transition %s: %v", id, err) }
			o.Progress = func(t app.Taught) {
				e.stderr.progress(progress{done: t.Explained + t.Refused, total: o.Limit, text: several(t.Explained, "transition")})
			}
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				taught, err := a.Teach(cmd.Context(), o)
				e.stderr.endProgress()
				if taught.Model == "" {
					return err
				}
				answerErr := e.answer(taught, func(w io.Writer) { printTaught(w, &taught, o.NoLand) })
				if err == nil && taught.Refused > 0 {
					err = partly("%s could not be explained; the others are", several(taught.Refused, "transition"))
				}
				return errors.Join(err, answerErr)
			})
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	serverFlags(flags, &o.ServerOptions, "", "model", "", 0, 512)
	flags.Int64Var(&o.Limit, "limit", 0, "explain at most so many transitions (default: all)")
	visible.knownFlags(cmd, &o.KnownOptions)
	addNoLand(cmd, &o.NoLand)
	return cmd
}

// knownFlags say which recorded transitions are shown.
func (f *visibilityFlags) knownFlags(cmd *cobra.Command, o *app.KnownOptions) {
	flags := cmd.Flags()
	flags.StringVar(&o.Query, "query", "", "only transitions that this `SELECT` names in a column event_id, of those that are visible")
	flags.IntVar(&o.K, "k", 5, "show so many demonstrations with each")
	flags.StringVar(&o.At, "at", "", "read this `snapshot`: its number, or a time (default: the newest)")
	f.registerPlace(cmd, "env")
	flags.StringVar(&f.v.RunID, "run", "", "`id` of the run that learns: what it played itself is visible as well (default: only offline data is)")
	f.registerLimits(cmd)
}

func checkKnown(o *app.KnownOptions) error {
	if o.K < 0 {
		return fmt.Errorf("--k %d: give 0 for none, or more", o.K)
	}
	return nil
}

func printTaught(w io.Writer, t *app.Taught, noLand bool) {
	fmt.Fprintf(w, "explained\t%s by %s, in %s\n", several(t.Explained, "transition"), printable(t.Model), several(t.Calls, "call"))
	if t.Refused > 0 {
		fmt.Fprintf(w, "refused\t%s\n", several(t.Refused, "transition"))
	}
	if t.Known > 0 {
		fmt.Fprintf(w, "left out\t%s explained before\n", several(t.Known, "transition"))
	}
	if t.SpentUSD > 0 {
		fmt.Fprintf(w, "spent\t%.4f US dollars\n", t.SpentUSD)
	}
	printWhere(w, t.Landed, noLand)
}
