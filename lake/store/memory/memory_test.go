package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/lake/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return memory.New() })
}

func TestModificationTimesComeFromTheClock(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := memory.New(memory.WithClock(func() time.Time { return at }))
	require.NoError(t, store.Put(t.Context(), s, "a", nil))
	for info, err := range s.List(t.Context(), "", "") {
		require.NoError(t, err)
		require.Equal(t, at, info.Modified)
	}
}
