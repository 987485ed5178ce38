package delta_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/store"
)

func TestCommitTakesANumberOnce(t *testing.T) {
	f := newTable(t)
	require.NoError(t, f.log.Commit(t.Context(), 1, f.append("a", 1)))
	require.ErrorIs(t, f.log.Commit(t.Context(), 1, f.append("b", 2)), store.ErrExist)
	require.Equal(t, []string{"a"}, paths(t, f.load()))
}

func TestLanderYieldsToCompactionAndPublishesNext(t *testing.T) {
	f := newTable(t)
	f.publish(f.append("a", 10))
	compactor := f.state.Clone()
	require.NoError(t, f.log.Publish(t.Context(), compactor, f.compact("b", "a")))
	f.publish(f.append("c", 20)) // its state is behind
	require.EqualValues(t, 3, f.state.Version())
	require.Equal(t, []string{"b", "c"}, paths(t, f.state))
	requireSame(t, f.state, f.load())
}

func TestCompactionYieldsToAppend(t *testing.T) {
	f := newTable(t)
	f.publish(f.append("a", 10))
	compactor := f.state.Clone()
	f.publish(f.append("c", 20))
	f.publish(f.append("d", 30))
	require.NoError(t, f.log.Publish(t.Context(), compactor, f.compact("b", "a")))
	require.Equal(t, []string{"b", "c", "d"}, paths(t, f.load()))
}

func TestTheSecondOfTwoConflictingWritersStartsAgain(t *testing.T) {
	evolve := func(f *fixture) []delta.Action {
		meta := *f.state.MetaData()
		meta.Name = "renamed"
		return []delta.Action{{CommitInfo: new(f.info("ALTER"))}, {MetaData: &meta}}
	}
	upgrade := func(f *fixture) []delta.Action {
		return []delta.Action{{CommitInfo: new(f.info("UPGRADE"))}, {Protocol: &delta.Protocol{MinReaderVersion: 1, MinWriterVersion: 2}}}
	}
	for name, c := range map[string]struct {
		first, second func(f *fixture) []delta.Action
	}{
		"both wrote the transaction": {
			func(f *fixture) []delta.Action { return f.append("b", 20) },
			func(f *fixture) []delta.Action { return f.append("c", 20) },
		},
		"both removed a file": {
			func(f *fixture) []delta.Action { return f.compact("b", "a") },
			func(f *fixture) []delta.Action { return f.compact("c", "a") },
		},
		"the first changed metadata":     {evolve, func(f *fixture) []delta.Action { return f.append("c", 20) }},
		"the second changes metadata":    {func(f *fixture) []delta.Action { return f.append("c", 20) }, evolve},
		"the first changed the protocol": {upgrade, func(f *fixture) []delta.Action { return f.compact("c", "a") }},
	} {
		t.Run(name, func(t *testing.T) {
			f := newTable(t)
			f.publish(f.append("a", 10))
			other := f.state.Clone()
			require.NoError(t, f.log.Publish(t.Context(), other, c.first(f)))
			err := f.log.Publish(t.Context(), f.state, c.second(f))
			require.ErrorIs(t, err, delta.ErrConflict)
			requireSame(t, other, f.load())
			requireSame(t, other, f.state) // ready to start again from
		})
	}
}

func TestAnUnknownOutcomeIsLookedUp(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		does    bool
		unknown bool
	}{
		"published, answer lost":     {store.ErrUnknown, true, false},
		"not published, answer lost": {store.ErrUnknown, false, true},
		"published by a retry below": {store.ErrExist, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newTable(t)
			log := delta.New(&brokenStore{Store: f.store, err: c.err, does: c.does}, "t", delta.WithClock(f.clock.read))
			actions := f.append("a", 10)
			err := log.Publish(t.Context(), f.state, actions)
			if c.unknown {
				require.ErrorIs(t, err, store.ErrUnknown)
				require.Empty(t, paths(t, f.state))
				require.NoError(t, log.Publish(t.Context(), f.state, actions))
			} else {
				require.NoError(t, err)
			}
			require.EqualValues(t, 1, f.load().Version(), "published once")
			requireSame(t, f.load(), f.state)
		})
	}
}

func TestUnknownOutcomeAndAnotherWinner(t *testing.T) {
	f := newTable(t)
	other := f.state.Clone()
	f.publish(f.append("a", 10))
	log := delta.New(&brokenStore{Store: f.store, err: store.ErrUnknown}, "t", delta.WithClock(f.clock.read))
	err := log.Publish(t.Context(), other, f.append("b", 10))
	require.ErrorIs(t, err, delta.ErrConflict)
	require.Equal(t, []string{"a"}, paths(t, f.load()))
}

func TestOnePathTwiceInACommitIsRefused(t *testing.T) {
	f := newTable(t)
	f.publish(f.append("a", 10))
	require.ErrorContains(t, f.log.Publish(t.Context(), f.state, f.compact("a", "a")), "named twice")
	require.EqualValues(t, 1, f.load().Version())
}

func TestALongIdleWriterDoesNotTakeANumberThatWasCleanedUp(t *testing.T) {
	f := newTable(t)
	idle := f.load()
	for i := range 5 {
		f.publish(f.append(fmt.Sprint(i), int64(i)))
	}
	require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
	f.clock.pass(8 * 24 * time.Hour)
	_, err := f.log.CleanUp(t.Context(), f.state, f.clock.now)
	require.NoError(t, err)

	require.ErrorIs(t, f.log.Publish(t.Context(), idle, f.compact("x")), delta.ErrConflict)
	requireSame(t, f.state, idle)
	require.NoError(t, f.log.Publish(t.Context(), idle, f.append("y", 9)))
	require.EqualValues(t, 6, f.load().Version())
}
