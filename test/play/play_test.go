package play_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/household"
)

// The plan that is played again and again.
const (
	games    = 30
	attempts = 4
)

// world is a folder of games, and what playing them comes to.
type world struct {
	games string
	want  played
}

// generated makes games.
func generated(t *testing.T, count int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "games")
	_, err := household.Generate(t.Context(), household.Options{Split: household.Train, Count: count, Seed: 3, Dir: dir})
	require.NoError(t, err)
	return dir
}

// args are those of a command that plays the plan.
func (w *world) args(data string, workers int, more ...string) []string {
	return append([]string{
		"play", "--data", data, "--games", w.games, "--agent", "random", "--attempts", strconv.Itoa(attempts),
		"--seed", "5", "--max-steps", "150", "--workers", strconv.Itoa(workers),
	}, more...)
}

// undisturbed plays the plan in peace, and returns what that comes to.
func (w *world) undisturbed(t *testing.T, workers int) played {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	run(t, w.args(data, workers)...)
	holds(t, data)
	return digest(t, data)
}

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 63)
	require.NoError(t, err, "%s must be a number", name)
	return n
}

// TestPlay is one story told three times: the same seed plays the same
// episodes, with one worker or sixteen, and over the graves of processes.
func TestPlay(t *testing.T) {
	w := &world{games: generated(t, games)}
	w.want = w.undisturbed(t, 8)
	require.EqualValues(t, games*attempts, w.want.finished)
	require.EqualValues(t, games*attempts, w.want.places)
	require.Greater(t, w.want.steps, int64(games*attempts*10), "episodes too short to be killed in")
	for _, workers := range []int{1, 16} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			require.Equal(t, w.want, w.undisturbed(t, workers), "the same seed, with another number of workers")
		})
	}
	t.Run("killed", func(t *testing.T) { w.killAndContinue(t) })
	t.Run("interrupted", func(t *testing.T) { w.interrupt(t) })
}

func (w *world) killAndContinue(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	killAndContinue(t, func(more ...string) []string { return w.args(data, 8, more...) })
	holds(t, data)
	ends := ask(t, data, "SELECT count(*), count(*) FILTER (status = 'aborted') FROM episodes")
	fmt.Printf("%s: episodes=%v closed=%v\n", t.Name(), ends[0], ends[1])
	require.Equal(t, w.want, digest(t, data), "every attempt is finished once, as if nobody had been killed")
}

// killAndContinue kills what the arguments start, at a random moment each time,
// and goes on with its run, whose id it returns, until it lives to the end.
func killAndContinue(t *testing.T, args func(more ...string) []string) (id string) {
	t.Helper()
	seed := setting(t, "DREAMLOG_SEED", uint64(time.Now().UnixNano()))
	due := setting(t, "DREAMLOG_KILLS", 5)
	random := rand.New(rand.NewPCG(seed, 1))
	var kills uint64
	for over := false; !over; {
		c := start(t, continued(args(), id)...)
		if kills < due {
			c.awaitRun()
			c.signal(time.Duration(random.IntN(500))*time.Millisecond, syscall.SIGKILL)
		}
		switch {
		case c.killed():
			kills++
			id = c.runID()
		case strings.Contains(c.stderr.String(), "nothing of it is recorded"):
			id = "" // killed before its first event was safe
		default:
			require.Zero(t, c.process.ProcessState.ExitCode(), "seed %d: %s", seed, &c.stderr)
			id, over = c.runID(), true
		}
	}
	fmt.Printf("%s: kills=%d (seed %d)\n", t.Name(), kills, seed)
	require.GreaterOrEqual(t, kills, min(due, 2), "seed %d: the plan was done before anybody died", seed)
	return id
}

func continued(args []string, id string) []string {
	if id == "" {
		return args
	}
	return append(args, "--run", id)
}

// interrupt presses Ctrl-C, and goes on where that ended.
func (w *world) interrupt(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	c := start(t, w.args(data, 8)...)
	c.awaitRun()
	require.True(t, c.signal(300*time.Millisecond, os.Interrupt), "it ended by itself: %s", &c.stderr)
	<-c.died
	require.Equal(t, 130, c.process.ProcessState.ExitCode(), "%s", &c.stderr)
	require.Contains(t, c.stderr.String(), "--run "+c.runID())
	holds(t, data)
	row := ask(t, data, `SELECT count(*) FILTER (status NOT IN ('completed', 'truncated')), count(*) FILTER (NOT finished),
		count(*) FILTER (reason = 'interrupted' AND NOT finished) FROM episodes`)
	require.EqualValues(t, 0, row[0], "an interrupt breaks nothing off")
	require.Equal(t, row[1], row[2], "what is not finished was interrupted, and says so")
	require.Positive(t, row[2].(int64), "nobody was interrupted")
	fmt.Printf("%s: interrupted=%v\n", t.Name(), row[2])
	run(t, continued(w.args(data, 8), c.runID())...)
	holds(t, data)
	require.Equal(t, w.want, digest(t, data))
}
