package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const bufferLong = `The replay buffer has two uses, which are kept apart: rollouts, whole groups of
which training consumes each once; and demonstrations, stored transitions that
ground what an experience model predicts.

Both show what a run may learn from and nothing else: of one environment in one
version, transitions of split train that were played to collect, or by the run
itself, with corrections applied and what was retracted left out.`

func newBuffer(e *env) *cobra.Command {
	return parent(&cobra.Command{Use: "buffer", Short: "Draws from the replay buffer; demonstrations for a state and action", Long: bufferLong},
		newBufferSample(e), newBufferRetrieve(e))
}

const sampleLong = `Sample draws whole groups for one training step, and records the draw as a
batch.drawn event: what is drawn once is not drawn again by the same run
(--max-times). The same snapshot, seed and flags give the same batch, with the
same digest; --at shows what they gave then, and records nothing.

A group is drawn when all of its attempts have ended and are graded, and when
the version of its policy is not too far behind (--staleness).`

const sampleExample = `  dreamlog buffer sample --groups 8 --policy learner@12 --run 0199d5a4-…
  dreamlog buffer sample --groups 8 --synthetic-share 0.5 --staleness 2 --seed 7 --json
  dreamlog buffer sample --groups 8 --seed 7 --at 41`

func newBufferSample(e *env) *cobra.Command {
	var visible visibilityFlags
	var o app.SampleOptions
	var policy string
	var iteration int64
	cmd := &cobra.Command{
		Use: "sample", Short: "Draw whole groups for training, and record it", Long: sampleLong, Example: sampleExample,
		Args:        arguments(),
		Annotations: goOn("whether the batch was drawn is seen in the view batches"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) (err error) {
			o.Visibility = visible.visibility(cmd)
			if o.Draw.PolicyID, o.Draw.PolicyVersion, err = policyOf(policy); err != nil {
				return usage(err)
			}
			if err := o.Draw.Validate(); err != nil {
				return usage(err)
			}
			if cmd.Flags().Changed("iteration") {
				o.Iteration = &iteration
			}
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				sampled, err := a.Sample(cmd.Context(), o)
				if err != nil {
					return err
				}
				return e.answer(sampled, func(w io.Writer) { printSampled(w, &sampled, o.NoLand) })
			})
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.IntVar(&o.Draw.Groups, "groups", 8, "draw so many groups")
	flags.StringVar(&policy, "policy", "", "the policy in training, as `ID[@VERSION]` (default: the only one there is, in its newest version)")
	flags.Int64Var(&o.Draw.Staleness, "staleness", 0, "draw groups of at most so many policy `versions` behind")
	flags.Int64Var(&o.Draw.GroupSize, "group-size", 0, "a group is whole with so many finished `attempts` (default: when none still runs)")
	flags.Float64Var(&o.Draw.SyntheticShare, "synthetic-share", 0, "the `share` of groups that an experience model answered, from 0 to 1")
	flags.Int64Var(&o.Draw.MaxTimes, "max-times", 1, "a run draws a group so often in all")
	flags.StringVar(&o.Draw.Order, "order", "fifo", "fifo, what became whole first; or uniform")
	flags.Int64Var(&o.Draw.MinGroups, "min-groups", 0, "draw nothing before so many groups have become whole")
	flags.Float64Var(&o.Draw.SamplesPerInsert, "samples-per-insert", 0, "draw at most so many groups for each that became whole (default: any number)")
	flags.Int64Var(&o.Seed, "seed", 0, "`seed` of the draw")
	flags.Int64Var(&iteration, "iteration", 0, "the training `iteration` that draws, for the record")
	flags.StringVar(&o.At, "at", "", "show what was drawn from this `snapshot`: its number, or a time; nothing is recorded")
	visible.register(cmd)
	addNoLand(cmd, &o.NoLand)
	return cmd
}

// policyOf reads ID[@VERSION].
func policyOf(text string) (id string, version *int64, err error) {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text, nil, nil
	}
	n, err := strconv.ParseInt(text[at+1:], 10, 64)
	if err != nil || at == 0 {
		return "", nil, fmt.Errorf("--policy %s: give ID or ID@VERSION, such as learner@12", text)
	}
	return text[:at], &n, nil
}

func printSampled(w io.Writer, s *app.Sampled, noLand bool) {
	fmt.Fprintf(w, "batch\t%s\n", s.BatchID)
	fmt.Fprintf(w, "drawn\t%s from snapshot %d with seed %d\n", several(int64(len(s.Items)), "group"), s.Snapshot, s.Seed)
	fmt.Fprintf(w, "digest\t%s\n", s.Digest)
	if s.Recorded {
		printWhere(w, s.Landed, noLand)
	}
	fmt.Fprintf(w, "\ngroup\ttask\torigin\tpolicy version\tattempts\tprobability\n")
	for _, g := range s.Items {
		version := "none"
		if g.PolicyVersion != nil {
			version = strconv.FormatInt(*g.PolicyVersion, 10)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%.3g\n", printable(g.ID), printable(g.TaskID), g.Origin, version, len(g.Episodes), g.Probability)
	}
}

const retrieveLong = `Retrieve finds the stored transitions that are most similar to an action in a
state, by the cosine of their embeddings: those of the task before others, what
an environment answered before what a model did.`

const retrieveExample = `  dreamlog buffer retrieve --state "You are at desk 1." --action "take mug 1 from desk 1"
  dreamlog buffer retrieve --state "…" --action "open fridge 1" --task put-mug-desk-1 -k 3 --json
  dreamlog buffer retrieve --state "…" --action "look" --task put-mug-desk-1 --without-own-task --at 12`

func newBufferRetrieve(e *env) *cobra.Command {
	var visible visibilityFlags
	var o app.RetrieveOptions
	cmd := &cobra.Command{
		Use: "retrieve", Short: "Demonstrations for a state and action", Long: retrieveLong, Example: retrieveExample,
		Args: arguments(),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			o.Visibility = visible.visibility(cmd)
			if o.Query.State == "" && o.Query.Action == "" {
				return usagef("there is nothing to be similar to: give --state, --action or both")
			}
			if o.Query.K < 1 {
				return usagef("-k %d: give 1 or more", o.Query.K)
			}
			if o.Query.Origin != "" && o.Query.Origin != "real" && o.Query.Origin != "synthetic" {
				return usagef("--origin %s: give real or synthetic, or leave it out for both", o.Query.Origin)
			}
			if o.Query.WithoutTask && o.Query.TaskID == "" {
				return usagef("--without-own-task leaves the task of --task out: give --task as well")
			}
			if cmd.Flags().Changed("step") && o.Query.EpisodeID == "" {
				return usagef("--step is an index in the episode of --episode: give --episode as well")
			}
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				retrieved, err := a.Retrieve(cmd.Context(), o)
				if err != nil {
					return err
				}
				return e.answer(retrieved, func(w io.Writer) { printRetrieved(w, &retrieved) })
			})
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Query.State, "state", "", "the `text` that is observed")
	flags.StringVar(&o.Query.Action, "action", "", "the action taken then")
	flags.StringVar(&o.Query.TaskID, "task", "", "`id` of the task: its own transitions come first")
	flags.IntVarP(&o.Query.K, "k", "k", 5, "find at most so many")
	flags.StringVar(&o.Query.Origin, "origin", "", "only real or only synthetic ones (default: both, synthetic ones at most half)")
	flags.StringVar(&o.Query.EpisodeID, "episode", "", "`id` of the episode that the state is one of: no step from --step on is found")
	flags.Int64Var(&o.Query.Step, "step", 0, "`index` of the state in that episode")
	flags.BoolVar(&o.Query.WithoutTask, "without-own-task", false, "leave the task itself out")
	flags.StringVar(&o.At, "at", "", "find in this `snapshot`: its number, or a time (default: the newest)")
	flags.Int64Var(&o.BasisSnapshot, "basis", 0, "weigh words as of this `snapshot` (default: the one that is read)")
	visible.register(cmd)
	return cmd
}

func printRetrieved(w io.Writer, r *app.Retrieved) {
	fmt.Fprintf(w, "found\t%s in snapshot %d\n", several(int64(len(r.Items)), "demonstration"), r.Snapshot)
	fmt.Fprintf(w, "digest\t%s\n", r.Digest)
	if len(r.Items) > 0 {
		fmt.Fprintf(w, "\nsimilarity\torigin\ttask\tevent\taction\tnext state\n")
	}
	for _, item := range r.Items {
		fmt.Fprintf(w, "%.3f\t%s\t%s\t%s\t%s\t%s\n", item.Similarity, item.Origin, opening(item.TaskID), item.EventID, opening(item.Action), opening(item.NextState))
	}
}

// opening is the beginning of a text, on one line.
func opening(text string) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(printable(text)), " "))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}
