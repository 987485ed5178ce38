package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/environment/household"
)

const generateLong = `Generate writes text games in the .tw-pddl format, which play --env textworld
takes. Each game is drawn by the seed, and certified: a planner has found a
walkthrough, and the engine has replayed it and won. The same kind, split and
seed give the same games, however many are asked for.

The splits train and dev share rooms with valid_seen, which has other tasks in
them; the rooms of valid_unseen are in no other split.`

const generateExample = `  dreamlog games generate --split train --count 200 --seed 1 -o games
  dreamlog games generate --split valid_unseen --count 50 --seed 1 -o games`

const checkLong = `Check replays walks that were recorded from the original engine of the .tw-pddl
format, and compares every answer: the text, the admissible commands, and
whether the game is won and over. Exit code 4 if one differs.`

const checkExample = `  dreamlog games check --games alfworld/ --traces traces.jsonl.gz`

func newGames(e *env) *cobra.Command {
	return parent(&cobra.Command{Use: "games", Short: "Text games: make them, check the engine"}, newGamesGenerate(e), newGamesCheck(e))
}

func newGamesGenerate(e *env) *cobra.Command {
	var o app.GameOptions
	cmd := &cobra.Command{
		Use: "generate", Short: "Write games of our own", Long: generateLong, Example: generateExample,
		Args:        arguments(),
		Annotations: goOn("run the same command again: games that are there stay as they are"),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Kind, "kind", "household", "kind of games: "+strings.Join(app.GameKinds(), ", "))
	flags.StringVar(&o.Split, "split", "train", "train, dev, valid_seen or valid_unseen")
	flags.IntVar(&o.Count, "count", 100, "how many games")
	flags.Int64Var(&o.Seed, "seed", 1, "`seed` of every choice")
	flags.StringVarP(&o.Dir, "output", "o", "", "`folder` to write them to")
	cmd.RunE = e.run(func(cmd *cobra.Command, _ []string) error { return e.generateGames(cmd, o) })
	return cmd
}

func (e *env) generateGames(cmd *cobra.Command, o app.GameOptions) error {
	switch _, err := household.ParseSplit(o.Split); {
	case err != nil:
		return usage(fmt.Errorf("--split: %w", err))
	case !slices.Contains(app.GameKinds(), o.Kind):
		return usagef("--kind %s: give one of %s", o.Kind, strings.Join(app.GameKinds(), ", "))
	case o.Count < 1:
		return usagef("--count %d: give 1 or more", o.Count)
	case o.Dir == "":
		return usagef("-o is missing: give the folder to write the games to")
	}
	o.Progress = func(done, count int) {
		e.stderr.progress(progress{done: int64(done), total: int64(count), text: several(int64(done), "game")})
	}
	made, err := app.GenerateGames(cmd.Context(), o)
	e.stderr.endProgress()
	if err != nil {
		return err
	}
	answer := gamesAnswer{made.Games, made.Written, made.Unchanged, made.Redrawn, o.Dir}
	return e.answer(answer, func(w io.Writer) {
		fmt.Fprintf(w, "games\t%s in %s\n", number(int64(made.Games)), o.Dir)
		if made.Unchanged > 0 {
			fmt.Fprintf(w, "unchanged\t%s were there before\n", number(int64(made.Unchanged)))
		}
		for _, kind := range household.Kinds() {
			if n := made.ByKind[kind]; n > 0 {
				fmt.Fprintf(w, "%v\t%d\n", kind, n)
			}
		}
	})
}

// gamesAnswer is what games generate --json prints.
type gamesAnswer struct {
	Games     int    `json:"games"`
	Written   int    `json:"written"`
	Unchanged int    `json:"unchanged"`
	Redrawn   int    `json:"redrawn"`
	Dir       string `json:"dir"`
}

func newGamesCheck(e *env) *cobra.Command {
	var games, traces string
	cmd := &cobra.Command{
		Use: "check", Short: "Compare the engine with recorded walks", Long: checkLong, Example: checkExample,
		Args: arguments(),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			if games == "" || traces == "" {
				return usagef("give --games and --traces")
			}
			return e.checkGames(cmd, games, traces)
		}),
	}
	cmd.Flags().StringVar(&games, "games", "", "the games: a `path` of a file or a folder")
	cmd.Flags().StringVar(&traces, "traces", "", "`file` with the recorded walks, JSON lines")
	return cmd
}

// checkAnswer is what games check --json prints.
type checkAnswer struct {
	Games        int `json:"games"`
	Walks        int `json:"walks"`
	Steps        int `json:"steps"`
	Mismatches   int `json:"mismatches"`
	Walkthroughs int `json:"walkthroughs"`
	Won          int `json:"won"`
}

func (e *env) checkGames(cmd *cobra.Command, games, traces string) error {
	report, err := app.CheckGames(cmd.Context(), games, traces)
	if err != nil {
		return err
	}
	answer := checkAnswer{report.Games, report.Walks, report.Steps, report.Mismatches, report.Walkthroughs, report.Won}
	if err := e.answer(answer, func(w io.Writer) { fmt.Fprint(w, report) }); err != nil {
		return err
	}
	if !report.Conforms() {
		return unmet("the engine differs from what was recorded, or a walkthrough does not win")
	}
	return nil
}
