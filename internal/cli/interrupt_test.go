package cli

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func signalSelf(t *testing.T, s syscall.Signal) {
	t.Helper()
	require.NoError(t, syscall.Kill(syscall.Getpid(), s))
}

func receive(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		require.Fail(t, "never came: "+what)
	}
}

func TestSecondSignalExits(t *testing.T) {
	exited := make(chan struct{})
	i := catchInterrupts(t.Context(), func() { close(exited) })
	defer i.release()
	signalSelf(t, syscall.SIGTERM)
	receive(t, i.ctx.Done(), "the end of the context")
	select {
	case <-exited:
		require.Fail(t, "the first signal exits")
	case <-time.After(20 * time.Millisecond):
	}
	signalSelf(t, syscall.SIGINT)
	receive(t, exited, "the exit")
}

func TestInterruptEndsTheQueryAndNotThePrompt(t *testing.T) {
	i := catchInterrupts(t.Context(), func() {})
	defer i.release()
	err := i.during(func(ctx context.Context) error {
		signalSelf(t, syscall.SIGINT)
		receive(t, ctx.Done(), "the end of the query")
		return ctx.Err()
	})
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, i.ctx.Err())
	signalSelf(t, syscall.SIGINT)
	receive(t, i.ctx.Done(), "the end of everything, outside of a query")
}
