package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const exportLong = `Export writes a dataset for a trainer into a new folder: files of JSON lines and
manifest.json, which has the snapshot, the selection, counts and digests. The
folder is there whole or not at all. The same snapshot and flags give the same
bytes.`

func newExport(e *env) *cobra.Command {
	return parent(&cobra.Command{Use: "export", Short: "A dataset for a trainer, with its manifest", Long: exportLong}, newExportExperience(e))
}

const exportExperienceLong = `Sft-experience is training data for an LLM experience model: of each recorded
transition (history, demonstrations, action) as the prompt, the very one that
` + "`dream --model chat`" + ` asks with, and (reasoning, next state, reward) as the
completion, so that the loss on it is that of DreamGym's Eq. 5. Rows are in the
conversational prompt-completion form of TRL's SFTTrainer.

Transitions are those that a run may learn from and that environments answered.
Demonstrations are retrieved as in a dream: never from the same episode. The
reasoning is what ` + "`annotate reasoning`" + ` or a person has noted; where nothing was,
it is empty, or with --require-reasoning the transition is left out.`

const exportExperienceExample = `  dreamlog export sft-experience -o experience-sft
  dreamlog export sft-experience --require-reasoning --k 3 -o experience-sft
  dreamlog export sft-experience --query "SELECT event_id FROM transitions WHERE length(state) < 2000" --at 12 -o d`

func newExportExperience(e *env) *cobra.Command {
	var visible visibilityFlags
	var o app.ExperienceExport
	cmd := &cobra.Command{
		Use: "sft-experience -o DIR", Short: "Training data for an LLM experience model", Long: exportExperienceLong, Example: exportExperienceExample,
		Args:        arguments(),
		Annotations: goOn("nothing was written"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			if o.Dir == "" {
				return usagef("give -o DIR: the folder to make")
			}
			if err := checkKnown(&o.KnownOptions); err != nil {
				return usage(err)
			}
			if o.ContextTokens < 1 {
				return usagef("--context-tokens %d: give 1 or more", o.ContextTokens)
			}
			o.Visibility = visible.visibility(cmd)
			o.Progress = func(rows int64) { e.stderr.progress(progress{done: rows, text: several(rows, "row")}) }
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				exported, err := a.ExportExperience(cmd.Context(), o)
				e.stderr.endProgress()
				if err != nil {
					return err
				}
				return e.answer(exported, func(w io.Writer) { printExported(w, &exported) })
			})
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.Dir, "output", "o", "", "the `folder` to make")
	flags.BoolVar(&o.RequireReasoning, "require-reasoning", false, "leave transitions without reasoning out")
	flags.IntVar(&o.ContextTokens, "context-tokens", 8000, "length of a prompt, at four bytes a token")
	flags.BoolVar(&o.Dense, "dense", false, "ask for the rewards of single steps (default: for 1 at success, else 0)")
	visible.knownFlags(cmd, &o.KnownOptions)
	return cmd
}

func printExported(w io.Writer, x *app.Exported) {
	fmt.Fprintf(w, "wrote\t%s of %s to %s\n", several(x.Rows, "row"), x.Format, printable(x.Dir))
	if x.WithoutReasoning > 0 {
		what := "with an empty reasoning"
		if x.LeftOut > 0 {
			what = "left out"
		}
		fmt.Fprintf(w, "without\treasoning: %s, %s\n", several(x.WithoutReasoning, "transition"), what)
	}
	fmt.Fprintf(w, "digest\t%s\n", x.Digest)
	fmt.Fprintf(w, "as of\tsnapshot %d\n", x.Snapshot)
}
