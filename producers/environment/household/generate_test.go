package household_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers/environment/household"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// generate makes games in a new folder.
func generate(t *testing.T, o household.Options) (string, household.Report) {
	t.Helper()
	o.Dir = t.TempDir()
	report, err := household.Generate(t.Context(), o)
	require.NoError(t, err)
	return o.Dir, report
}

// files returns the digests of all files below a folder, by path.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	digests := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		short, err := filepath.Rel(dir, name)
		digests[filepath.ToSlash(short)] = hex.EncodeToString(sum[:])
		return err
	}))
	return digests
}

func TestEverySplitHasGamesOfEveryKind(t *testing.T) {
	for _, split := range household.Splits() {
		var told []int
		dir, report := generate(t, household.Options{
			Split: split, Count: 12, Seed: 7,
			Progress: func(done, count int) {
				require.Equal(t, 12, count)
				told = append(told, done)
			},
		})
		require.Equal(t, 12, report.Games)
		require.Equal(t, 12, report.Written)
		require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, told)
		for _, kind := range household.Kinds() {
			require.Equal(t, 2, report.ByKind[kind], kind)
		}
		found := files(t, dir)
		require.Len(t, found, 12)
		tasks := map[string]bool{}
		for name := range found {
			folder := strings.Split(name, "/")
			require.Len(t, folder, 4)
			require.Equal(t, string(split), folder[0])
			require.Equal(t, "game.tw-pddl", folder[3])
			tasks[folder[1]+"/"+folder[2]] = true
		}
		require.Len(t, tasks, 12)
	}
}

func TestTheSameGamesAreMadeByAnyNumberOfWorkers(t *testing.T) {
	one, _ := generate(t, household.Options{Split: household.Train, Count: 24, Seed: -5, Workers: 1})
	many, _ := generate(t, household.Options{Split: household.Train, Count: 24, Seed: -5, Workers: 8})
	require.Equal(t, files(t, one), files(t, many))
}

func TestAGameDoesNotDependOnTheCount(t *testing.T) {
	few, _ := generate(t, household.Options{Split: household.Dev, Count: 7, Seed: 2})
	more, _ := generate(t, household.Options{Split: household.Dev, Count: 13, Seed: 2})
	all := files(t, more)
	for name, digest := range files(t, few) {
		require.Equal(t, digest, all[name], name)
	}
}

// The bytes are the same on every machine: this digest was taken once. It
// changes with the rules, the wording, the catalogue or the planner, and then
// the games of old seeds are others.
func TestTheBytesAreThoseOfEveryMachine(t *testing.T) {
	h := sha256.New()
	m := household.NewMaker()
	for _, split := range household.Splits() {
		for index := range 6 {
			g, err := m.Game(t.Context(), split, 1, index)
			require.NoError(t, err)
			h.Write([]byte(g.Path))
			h.Write(g.Text)
		}
	}
	require.Equal(t, "83521d07f09f60b9a11c2289ef9c05f875012404ef548a6884d69e18456fdba1", hex.EncodeToString(h.Sum(nil)))
}

func TestOtherSeedsMakeOtherGames(t *testing.T) {
	dir := t.TempDir()
	for seed := range int64(3) {
		report, err := household.Generate(t.Context(), household.Options{Split: household.Train, Count: 6, Seed: seed, Dir: dir})
		require.NoError(t, err)
		require.Equal(t, 6, report.Written)
	}
	different := map[string]bool{}
	for _, digest := range files(t, dir) {
		different[digest] = true
	}
	require.Len(t, different, 18, "games of several seeds share a folder")
}

func TestGeneratingAgainChangesNothing(t *testing.T) {
	o := household.Options{Split: household.Train, Count: 6, Seed: 1, Dir: t.TempDir()}
	_, err := household.Generate(t.Context(), o)
	require.NoError(t, err)
	before := files(t, o.Dir)
	o.Count = 8
	report, err := household.Generate(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, 6, report.Unchanged)
	require.Equal(t, 2, report.Written)
	after := files(t, o.Dir)
	for name, digest := range before {
		require.Equal(t, digest, after[name])
	}
}

func TestAnotherFileIsNotReplaced(t *testing.T) {
	o := household.Options{Split: household.Train, Count: 6, Seed: 1, Dir: t.TempDir()}
	_, err := household.Generate(t.Context(), o)
	require.NoError(t, err)
	for name := range files(t, o.Dir) {
		require.NoError(t, os.WriteFile(filepath.Join(o.Dir, name), []byte("mine"), 0o600))
	}
	_, err = household.Generate(t.Context(), o)
	require.ErrorContains(t, err, "is another game")
	for name := range files(t, o.Dir) {
		text, err := os.ReadFile(filepath.Join(o.Dir, name))
		require.NoError(t, err)
		require.Equal(t, "mine", string(text))
	}
}

func TestBadOptionsAreRefused(t *testing.T) {
	_, err := household.Generate(t.Context(), household.Options{Split: "test", Count: 1})
	require.ErrorContains(t, err, "valid_unseen")
	_, err = household.Generate(t.Context(), household.Options{Split: household.Train, Count: -1})
	require.ErrorContains(t, err, "-1")
}

func TestAnInterruptedRunLeavesWholeGames(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	_, err := household.Generate(ctx, household.Options{
		Split: household.Train, Count: 1000, Dir: dir,
		Progress: func(done, _ int) {
			if done == 5 {
				cancel()
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	found := files(t, dir)
	require.GreaterOrEqual(t, len(found), 5)
	for name := range found {
		require.True(t, strings.HasSuffix(name, "/game.tw-pddl"), name)
	}
}

// fields are those of the format.
type fields struct {
	Domain      string   `json:"pddl_domain"`
	Grammar     string   `json:"grammar"`
	Problem     string   `json:"pddl_problem"`
	Walkthrough []string `json:"walkthrough"`
	Solvable    bool     `json:"solvable"`
}

func TestGamesOfAnySeedAreCertified(t *testing.T) {
	m, other := household.NewMaker(), household.NewMaker()
	rapid.Check(t, func(t *rapid.T) {
		split := rapid.SampledFrom(household.Splits()).Draw(t, "split")
		seed := rapid.Int64().Draw(t, "seed")
		index := rapid.IntRange(0, 1_000_000).Draw(t, "index")
		g, err := m.Game(context.Background(), split, seed, index)
		require.NoError(t, err)
		again, err := other.Game(context.Background(), split, seed, index)
		require.NoError(t, err)
		require.Equal(t, g, again)

		var f fields
		require.NoError(t, json.Unmarshal(g.Text, &f))
		require.True(t, f.Solvable)
		require.Equal(t, g.Walkthrough, f.Walkthrough)
		require.GreaterOrEqual(t, len(f.Walkthrough), 4)
		require.LessOrEqual(t, len(f.Walkthrough), 30)
		require.Contains(t, f.Grammar, g.Instruction)
	})
}
