package play_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

const (
	soakGames  = 1000
	soakPeriod = 10 * time.Second
	soakLooks  = 6
)

// rounds lists the games of an environment over and over, so that as many
// different games as there are are under way at any moment.
type rounds struct {
	producers.Environment
	n int
}

func (r rounds) Tasks(ctx context.Context) (all []producers.Task, err error) {
	tasks, err := r.Environment.Tasks(ctx)
	for round := range r.n {
		for _, task := range tasks {
			task.ID += "#" + strconv.Itoa(round)
			all = append(all, task)
		}
	}
	return all, err
}

func (r rounds) Open(ctx context.Context) (producers.Session, error) {
	s, err := r.Environment.Open(ctx)
	return inRound{s}, err
}

type inRound struct{ producers.Session }

func (s inRound) Reset(ctx context.Context, task producers.Task, seed int64) (producers.Start, error) {
	task.ID, _, _ = strings.Cut(task.ID, "#")
	return s.Session.Reset(ctx, task, seed)
}

// TestSoak plays 1,000 different games at once, through the whole path into the
// lake, and watches the memory of the process.
func TestSoak(t *testing.T) {
	if os.Getenv("DREAMLOG_SOAK") != "1" {
		t.Skip("plays 1,000 games at once for a minute: `make soak`")
	}
	dir := generated(t, soakGames)
	forgetPeak(t)
	environment, err := textworld.Open(textworld.Options{Games: dir})
	require.NoError(t, err)
	data := filepath.Join(t.TempDir(), "data")
	a, err := app.Create(t.Context(), app.Config{Data: data, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	var result app.Played
	go func() {
		var err error
		result, err = a.Play(ctx, app.PlayOptions{Environment: rounds{environment, 200}, Agent: random.New(), Attempts: 1, Workers: soakGames, MaxSteps: 50, Purpose: "collect"})
		done <- err
	}()
	heaps := watchHeap(t, done)
	stop()
	require.ErrorIs(t, <-done, context.Canceled)
	require.NoError(t, a.Close())
	fmt.Printf("%s: %d episodes, %.0f steps/s, interrupted=%d, heap after GC every %v: %.0f MB, peak of the process %s\n",
		t.Name(), result.Episodes, result.StepsPerSecond, result.Interrupted, soakPeriod, heaps, peak(t))
	require.LessOrEqual(t, heaps[len(heaps)-1], 1.2*heaps[1], "the memory grows: %.1f MB", heaps)
	require.Positive(t, result.Interrupted, "not all workers were playing to the end")
	holds(t, data)
}

// watchHeap looks at the memory in use every so often, in MB.
func watchHeap(t *testing.T, done <-chan error) (heaps []float64) {
	t.Helper()
	for range soakLooks {
		select {
		case <-time.After(soakPeriod):
		case err := <-done:
			require.NoError(t, err)
			require.Fail(t, "everything was played before the time was over")
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heaps = append(heaps, float64(m.HeapAlloc)/1e6)
	}
	return heaps
}

// forgetPeak makes peak forget what the process held until now.
func forgetPeak(t *testing.T) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("the peak of the process includes the making of the games: %v", err)
	}
}

var peakLine = regexp.MustCompile(`VmHWM:\s*(\d+ kB)`)

// peak returns the most memory that the process held, where the system tells.
func peak(t *testing.T) string {
	status, err := os.ReadFile("/proc/self/status")
	if found := peakLine.FindSubmatch(status); err == nil && found != nil {
		return string(found[1])
	}
	t.Log("the system does not tell the peak of the process")
	return "unknown"
}
