package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const annotateLong = `Annotate adds a later fact about an event or an episode; what was recorded never
changes. TARGET is the id of an event or an episode, or a JSON object that
selects all events of a source, model_id and model_version. VALUE is JSON; what
is not JSON is a string.

Kinds that the views apply (of several on one target the last one counts):
  reward      a number: the reward of the step, or the return of the episode
  outcome     true or false: whether the episode succeeded
  retraction  the reason: the target is left out of the views
Kinds that are only kept: reasoning, score, priority, tag, or one of your own.`

const annotateExample = `  dreamlog annotate 0199d5a4-… reward 0.5 --author me --rubric "partial credit"
  dreamlog annotate -- 0199d5a4-… reward -1
  dreamlog annotate 0199d5a4-… tag '"looks broken"'
  dreamlog annotate '{"source":"react/run7.jsonl"}' retraction "the wrong games"`

func newAnnotate(e *env) *cobra.Command {
	var note app.Note
	cmd := &cobra.Command{
		Use: "annotate TARGET KIND VALUE", Short: "A later fact: a correction, a score, a tag", Long: annotateLong, Example: annotateExample,
		Args:        arguments("TARGET", "KIND", "VALUE"),
		Annotations: goOn("whether it was noted is seen in the view annotations"),
		RunE: e.run(func(cmd *cobra.Command, args []string) error {
			note.Target, note.Kind, note.Value = args[0], args[1], args[2]
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				annotated, err := a.Annotate(cmd.Context(), note)
				if err != nil {
					return err
				}
				return e.answer(annotated, func(w io.Writer) {
					fmt.Fprintf(w, "annotation\t%s on the %s\n", annotated.EventID, annotated.TargetKind)
					printWhere(w, annotated.Landed, note.NoLand)
				})
			})
		}),
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf("%w; write -- before arguments of which one begins with a dash, such as -1", err)
	})
	cmd.Flags().StringVar(&note.Author, "author", "", "who says so")
	cmd.Flags().StringVar(&note.Rubric, "rubric", "", "by which measure")
	addNoLand(cmd, &note.NoLand)
	cmd.AddCommand(newAnnotateReasoning(e))
	return cmd
}
