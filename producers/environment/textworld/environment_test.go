package textworld

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/planner"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// textOf writes a game file.
func textOf(t testing.TB, s Source) []byte {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	return text
}

// write writes a file below a folder and returns its path.
func write(t testing.TB, dir, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// kitchens opens a folder of two kitchens, and of a third that is cut off.
func kitchens(t *testing.T) *Environment {
	dir := t.TempDir()
	text := textOf(t, kitchen)
	other := kitchen
	other.Grammar = strings.Replace(other.Grammar, `"task": [{"rhs": ""}]`, `"task": [{"rhs": "something else"}]`, 1)
	write(t, dir, "valid_seen/light/one/game.tw-pddl", text)
	write(t, dir, "light/two/game.tw-pddl", textOf(t, other))
	write(t, dir, "light/cut/game.tw-pddl", text[:len(text)/2])
	write(t, dir, "notes.txt", []byte("no game"))
	write(t, dir, "traces.jsonl", []byte(`{"game_id": "one"}`))
	env, err := Open(Options{Games: dir, Split: "dev", Planner: planner.Plan})
	require.NoError(t, err)
	return env
}

func TestATaskIsAGameOfTheSet(t *testing.T) {
	tasks, err := kitchens(t).Tasks(t.Context())
	require.NoError(t, err)
	require.Len(t, tasks, 3)
	cut, two, one := tasks[0], tasks[1], tasks[2]
	require.Equal(t, []string{"light/cut", "light/two", "light/one"}, []string{cut.ID, two.ID, one.ID})
	require.Equal(t, []string{"dev", "dev", "valid_seen"}, []string{cut.Split, two.Split, one.Split})
	require.Equal(t, Name, one.Environment)
	require.Regexp(t, "^kitchen-[0-9a-f]{12}$", one.EnvironmentVersion)
	require.Equal(t, one.EnvironmentVersion, two.EnvironmentVersion, "they differ in the sentence of the task only")
	require.Empty(t, cut.EnvironmentVersion)
}

func TestADamagedGameIsAnErrorOfItsOwn(t *testing.T) {
	env := kitchens(t)
	s, err := env.Open(t.Context())
	require.NoError(t, err)
	_, err = s.Reset(t.Context(), producers.Task{ID: "light/cut"}, 0)
	require.ErrorContains(t, err, "game light/cut in ")
	require.ErrorContains(t, err, "line 1")
	_, err = s.Step(t.Context(), "look")
	require.ErrorContains(t, err, "no episode is under way")
	_, err = s.Reset(t.Context(), producers.Task{ID: "light/nosuch"}, 0)
	require.ErrorContains(t, err, "no game light/nosuch in ")
	_, err = s.Reset(t.Context(), producers.Task{ID: "light/one"}, 0)
	require.NoError(t, err, "the other games go on")
}

func TestAnEpisodeIsPlayedToItsEnd(t *testing.T) {
	s, err := kitchens(t).Open(t.Context())
	require.NoError(t, err)
	start, err := s.Reset(t.Context(), producers.Task{ID: "light/one"}, 7)
	require.NoError(t, err)
	require.Equal(t, "light it up.", start.Instruction)
	o, err := s.Step(t.Context(), "dance")
	require.NoError(t, err)
	require.Equal(t, Nothing, o.Text)
	require.False(t, *o.Valid)
	require.Equal(t, start.Admissible, o.Admissible)
	walkthrough, err := start.Walkthrough(t.Context())
	require.NoError(t, err)
	for i, command := range walkthrough {
		o, err = s.Step(t.Context(), command)
		require.NoError(t, err)
		require.True(t, *o.Valid)
		require.Equal(t, i == len(walkthrough)-1, o.Terminated)
	}
	require.True(t, *o.Success)
	require.Equal(t, 1.0, *o.Reward)
	require.NotEmpty(t, o.Reason)
	require.NoError(t, s.Close())
}

func TestWithoutAPlannerThereIsNoWalkthrough(t *testing.T) {
	env, err := Open(Options{Games: write(t, t.TempDir(), "one.tw-pddl", textOf(t, kitchen))})
	require.NoError(t, err)
	s, err := env.Open(t.Context())
	require.NoError(t, err)
	start, err := s.Reset(t.Context(), producers.Task{ID: "one"}, 0)
	require.NoError(t, err)
	require.Nil(t, start.Walkthrough)
}

func TestInstructions(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "\n \n": "", "Hello.\n\nFind it.\n\n": "Find it.",
		"You see.\nNow: Your task is to: put a pan.  \nGood luck.": "put a pan.",
	} {
		require.Equal(t, want, instruction(text), text)
	}
}

func TestItBehavesAsAnEnvironment(t *testing.T) {
	environmenttest.Run(t, func(t *testing.T) producers.Environment {
		dir := t.TempDir()
		write(t, dir, "light/one/game.tw-pddl", textOf(t, kitchen))
		write(t, dir, "light/two/game.tw-pddl", textOf(t, kitchen))
		env, err := Open(Options{Games: dir, Planner: planner.Plan, CacheGames: 1})
		require.NoError(t, err)
		return env
	}, environmenttest.Options{})
}

func TestACacheMakesAGameOnceAndKeepsTheLast(t *testing.T) {
	var made atomic.Int32
	c := newCache(2, func(context.Context, string) (*Game, error) {
		made.Add(1)
		return &Game{}, nil
	})
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			_, err := c.get(t.Context(), "a")
			require.NoError(t, err)
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, made.Load())
	for _, id := range []string{"b", "a", "c", "a", "b"} {
		_, err := c.get(t.Context(), id)
		require.NoError(t, err)
	}
	require.EqualValues(t, 4, made.Load(), "b was the oldest when c came")
}

func TestACancelledMakerLeavesTheGameToTheNext(t *testing.T) {
	began := make(chan struct{})
	c := newCache(2, func(ctx context.Context, _ string) (*Game, error) {
		select {
		case <-began:
			return &Game{}, nil
		default:
		}
		close(began)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		_, err := c.get(ctx, "a")
		first <- err
	}()
	<-began
	second := make(chan error)
	go func() {
		_, err := c.get(t.Context(), "a")
		second <- err
	}()
	cancel()
	require.ErrorIs(t, <-first, context.Canceled)
	require.NoError(t, <-second)
}

func TestAnErrorIsRemembered(t *testing.T) {
	made := 0
	c := newCache(2, func(context.Context, string) (*Game, error) {
		made++
		return nil, errors.New("damaged")
	})
	for range 3 {
		_, err := c.get(t.Context(), "a")
		require.EqualError(t, err, "damaged")
	}
	require.Equal(t, 1, made)
}
