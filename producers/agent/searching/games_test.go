package searching_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/household"
	"github.com/dreamlog/dreamlog/producers/environment/shop"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

// wide says that all games are to be played, with several rates of noise: to
// measure, which takes a while.
func wide() bool { return os.Getenv("SEARCHING_ALL") != "" }

// kindOfGame is what comes before the first dash of a game's id.
func kindOfGame(task producers.Task) string {
	kind, _, _ := strings.Cut(task.ID, "-")
	return kind
}

// wins plays the games of a set and returns the share won, by noise.
func wins(t *testing.T, games string, n int) map[float64]float64 {
	env, err := textworld.Open(textworld.Options{Games: games})
	require.NoError(t, err)
	tasks, err := env.Tasks(t.Context())
	require.NoError(t, err)
	rates := []float64{0, 0.3, 1}
	if wide() {
		n, rates = 0, []float64{0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1}
	}
	tasks = spread(tasks, n)
	won := map[float64]float64{}
	for _, noise := range rates {
		won[noise] = report(t, noise, playAll(t, env, noise, tasks), kindOfGame)
	}
	return won
}

// mostlyWon compares what was won to what is known: nearly all without noise,
// hardly any where all steps are random.
func mostlyWon(t *testing.T, won map[float64]float64) {
	require.GreaterOrEqual(t, won[0], 0.8)
	require.GreaterOrEqual(t, won[0.3], 0.6)
	require.LessOrEqual(t, won[1], 0.15)
}

func TestALFWorldIsOftenWon(t *testing.T) {
	files := []string{"train.jsonl.gz", "valid_seen.jsonl.gz", "valid_unseen.jsonl.gz"}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			won := wins(t, data(t, filepath.Join("alfworld", file)), 20)
			mostlyWon(t, won)
		})
	}
}

func TestHouseholdGamesAreOftenWon(t *testing.T) {
	games, count := t.TempDir(), 60
	if wide() {
		count = 300
	}
	_, err := household.Generate(t.Context(), household.Options{Split: household.Train, Count: count, Seed: 5, Dir: games})
	require.NoError(t, err)
	won := wins(t, games, 0)
	mostlyWon(t, won)
}

func TestTheShopIsOpenToIt(t *testing.T) {
	count := 60
	if wide() {
		count = 500
	}
	env, err := shop.New(t.Context(), shop.Options{Seed: 3, Goals: count})
	require.NoError(t, err)
	defer func() { require.NoError(t, env.Close()) }()
	tasks, err := env.Tasks(t.Context())
	require.NoError(t, err)
	bySplit := func(task producers.Task) string { return task.Split }
	for noise, least := range map[float64]float64{0: 0.3, 0.1: 0.25} {
		courses := playAll(t, env, noise, tasks)
		require.GreaterOrEqual(t, report(t, noise, courses, bySplit), least)
	}
}
