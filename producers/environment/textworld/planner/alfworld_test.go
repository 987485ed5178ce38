package planner_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/planner"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

// recorded is a game of the folder of test data.
type recorded struct {
	Path string
	Game struct {
		Domain      string   `json:"pddl_domain"`
		Problem     string   `json:"pddl_problem"`
		Walkthrough []string `json:"walkthrough"`
	}
}

// readGames calls play for the games of a file.
func readGames(t *testing.T, name string, play func(recorded)) {
	t.Helper()
	f, err := os.Open(filepath.Join(importertest.Data(t, "alfworld"), name))
	require.NoError(t, err)
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	require.NoError(t, err)
	for lines := json.NewDecoder(unzipped); ; {
		var game recorded
		if err := lines.Decode(&game); errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		play(game)
	}
}

// Every game of ALFWorld that we have gets a plan, few states are looked at,
// and the plans are about as short as those that come with the games. All
// games take a minute, so that a tenth of them do, unless DREAMLOG_ALL_GAMES
// is set.
func TestGamesOfALFWorldArePlanned(t *testing.T) {
	every := 10
	if os.Getenv("DREAMLOG_ALL_GAMES") != "" {
		every = 1
	}
	var took []time.Duration
	var games, longer int
	for _, file := range []string{"train.jsonl.gz", "valid_seen.jsonl.gz", "valid_unseen.jsonl.gz"} {
		readGames(t, file, func(game recorded) {
			if games++; games%every != 0 {
				return
			}
			p := grounded(t, game.Game.Domain, game.Game.Problem)
			began := time.Now()
			plan, err := planner.Plan(t.Context(), p)
			took = append(took, time.Since(began))
			require.NoError(t, err, game.Path)
			replay(t, p, plan)
			if known := len(game.Game.Walkthrough); known > 0 && len(plan) > known {
				longer++
				require.LessOrEqual(t, len(plan), 2*known, game.Path)
			}
		})
	}
	slices.Sort(took)
	t.Logf("%d games planned in %s at the median, %s at most; %d plans are longer than the game's own",
		len(took), took[len(took)/2], took[len(took)-1], longer)
	require.GreaterOrEqual(t, len(took), 40)
}
