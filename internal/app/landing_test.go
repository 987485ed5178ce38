package app_test

import (
	"context"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/rollout"
)

var full = faulty.Fault{On: faulty.Write, Name: "*/part-*", Err: syscall.ENOSPC}

// requireKeptOnLog requires that the events are on the log alone, and that
// landing brings them into the lake once there is room.
func (h *home) requireKeptOnLog(err error, episodes, transitions int64) {
	h.Helper()
	var kept *app.NotLandedError
	require.ErrorAs(h, err, &kept)
	require.ErrorIs(h, err, syscall.ENOSPC)
	require.ErrorContains(h, err, "the events are safe in the log")
	require.ErrorContains(h, err, "the disk of lake "+h.file("lake")+" is full, make room on it")
	require.EqualValues(h, 0, h.value("SELECT count(*) FROM lake.transitions"))
	_, err = h.app().Land(h.Context(), app.LandOptions{})
	require.NoError(h, err)
	require.Equal(h, episodes, h.value("SELECT count(*) FROM lake.episodes"))
	require.Equal(h, transitions, h.value("SELECT count(*) FROM lake.transitions"))
	h.requireOnce()
}

func TestAnInterruptIsNotHeldUpByALakeThatIsFull(t *testing.T) {
	h := newHome(t)
	a := h.app()
	disk := a.Break(full)
	ctx, interrupt := context.WithCancel(t.Context())
	var interrupted time.Time
	played, err := a.Play(ctx, app.PlayOptions{
		Environment: corridor{tasks: 10_000}, Agent: random.New(), Workers: 4,
		Progress: func(p rollout.Progress) {
			if p.Result.Episodes >= 10 && interrupted.IsZero() {
				interrupted = time.Now()
				interrupt()
			}
		},
	})
	require.Less(t, time.Since(interrupted), 20*time.Second)
	require.ErrorIs(t, err, context.Canceled)
	require.Positive(t, disk.Fired())
	require.Positive(t, played.Episodes)
	h.requireKeptOnLog(err, played.Episodes, played.Transitions)
}

func TestALakeThatStaysFullEndsTheCommand(t *testing.T) {
	h := newHome(t)
	begun := time.Now()
	a, err := app.Create(t.Context(), app.Config{
		Data: h.path, Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return begun.Add(60 * time.Since(begun)) }, // a minute a second
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	a.Break(full)
	produced, err := a.Produce(t.Context(), strings.NewReader(event(t, "e1", nil)), app.ProduceOptions{})
	require.EqualValues(t, 1, produced.Produced)
	require.ErrorContains(t, err, "landing came no further for 2m0s")
	require.Less(t, time.Since(begun), 30*time.Second)

	_, err = a.Produce(t.Context(), strings.NewReader(event(t, "e1", nil)), app.ProduceOptions{})
	require.ErrorContains(t, err, "land what was on the log before: landing came no further for 2m0s")
	require.ErrorContains(t, err, "make room on it")
}

func TestRoomThatIsMadeLetsTheCommandEndWell(t *testing.T) {
	h := newHome(t)
	a := h.app()
	disk := a.Break(full)
	time.AfterFunc(time.Second, disk.Clear)
	_, err := a.Produce(t.Context(), strings.NewReader(event(t, "e1", nil)), app.ProduceOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, h.value("SELECT count(*) FROM lake.transitions"))
	h.requireOnce()
}
