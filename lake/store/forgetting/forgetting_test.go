package forgetting_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/forgetting"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/lake/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return local.New(forgetting.NewDisk().Mount()) })
}

// work is a session of a writer: it returns the content last acknowledged for
// each name, and all that were tried, in order.
func work(ctx context.Context, s store.Store) (acknowledged map[string]string, possible map[string][]string) {
	acknowledged, possible = map[string]string{}, map[string][]string{}
	for i := range 4 {
		name := fmt.Sprintf("table/deep/%d/log/%d", i/2, i)
		content := strings.Repeat(fmt.Sprint(i), 100)
		possible[name] = append(possible[name], content)
		if store.Put(ctx, s, name, []byte(content)) == nil {
			acknowledged[name] = content
		}
		hint := fmt.Sprintf("hint %d", i)
		possible["table/hint"] = append(possible["table/hint"], hint)
		if s.Replace(ctx, "table/hint", []byte(hint)) == nil {
			acknowledged["table/hint"] = hint
		}
	}
	return acknowledged, possible
}

func TestWhatWasAcknowledgedSurvivesACrashAtAnyOperation(t *testing.T) {
	whole := forgetting.NewDisk()
	work(t.Context(), local.New(whole.Mount()))
	operations := whole.Operations()
	require.Greater(t, operations, 40)

	for seed := range uint64(20) {
		for at := 1; at <= operations+1; at++ {
			disk := forgetting.NewDisk()
			disk.PowerOffAt(at)
			acknowledged, possible := work(t.Context(), local.New(disk.Mount()))
			disk.Crash(coins(seed))
			requireSurvivors(t, local.New(disk.Mount()), acknowledged, possible, fmt.Sprintf("seed %d, operation %d", seed, at))
		}
	}
}

// coins gives nil, the disk that forgets everything, for seed 0.
func coins(seed uint64) *rand.Rand {
	if seed == 0 {
		return nil
	}
	return rand.New(rand.NewPCG(seed, 0))
}

func requireSurvivors(t *testing.T, s store.Store, acknowledged map[string]string, possible map[string][]string, when string) {
	t.Helper()
	for name, contents := range possible {
		data, err := store.Get(t.Context(), s, name)
		if errors.Is(err, store.ErrNotExist) {
			require.NotContains(t, acknowledged, name, when)
			continue
		}
		require.NoError(t, err, when)
		require.Contains(t, contents, string(data), "%s: %s is torn", when, name)
		if last, acked := acknowledged[name]; acked {
			require.GreaterOrEqual(t, slices.Index(contents, string(data)), slices.Index(contents, last), "%s: %s is too old", when, name)
		}
	}
	for info, err := range s.List(t.Context(), "", "") {
		require.NoError(t, err)
		require.Contains(t, possible, info.Name, when)
	}
}

// liar forgets to do a part of the protocol, as a wrong implementation would.
type liar struct {
	local.FileSystem
	noFileSync bool
	noDirSync  func(folder string) bool
}

func (l liar) SyncDir(name string) error {
	if l.noDirSync != nil && l.noDirSync(name) {
		return nil
	}
	return l.FileSystem.SyncDir(name)
}

func (l liar) Create(name string) (local.File, error) {
	f, err := l.FileSystem.Create(name)
	if l.noFileSync {
		f = unsynced{f}
	}
	return f, err
}

type unsynced struct{ local.File }

func (unsynced) Sync() error { return nil }

// The disk must notice each missing step, or the test above proves nothing.
func TestEachSyncOfTheProtocolIsNeeded(t *testing.T) {
	only := func(folder string) func(string) bool { return func(name string) bool { return name == folder } }
	for missing, files := range map[string]liar{
		"sync of the file":                   {noFileSync: true},
		"sync of its folder":                 {noDirSync: only("a/b")},
		"sync of the folder above":           {noDirSync: only("a")},
		"sync of the root":                   {noDirSync: only(".")},
		"nothing (and then nothing is lost)": {},
	} {
		t.Run(missing, func(t *testing.T) {
			disk := forgetting.NewDisk()
			files.FileSystem = disk.Mount()
			require.NoError(t, store.Put(t.Context(), local.New(files), "a/b/object", []byte("content")))
			disk.Crash(nil)
			data, err := store.Get(t.Context(), local.New(disk.Mount()), "a/b/object")
			kept := err == nil && string(data) == "content"
			require.Equal(t, strings.HasPrefix(missing, "nothing"), kept)
		})
	}
}

func TestAFolderOfAProcessThatDiedIsSyncedByTheNext(t *testing.T) {
	disk := forgetting.NewDisk()
	require.NoError(t, disk.Mount().Mkdir("a")) // and the process dies before the sync
	require.NoError(t, store.Put(t.Context(), local.New(disk.Mount()), "a/object", nil))
	disk.Crash(nil)
	_, err := store.Get(t.Context(), local.New(disk.Mount()), "a/object")
	require.NoError(t, err)
}

// diesAfterLink leaves an object that is visible but not durable.
func diesAfterLink(t *testing.T, disk *forgetting.Disk, name string) {
	t.Helper()
	s := local.New(liar{FileSystem: disk.Mount(), noDirSync: func(string) bool { return true }})
	require.NoError(t, store.Put(t.Context(), s, name, []byte("of the dead")))
}

func TestTheLoserOfANameMakesTheWinnerDurable(t *testing.T) {
	disk := forgetting.NewDisk()
	require.NoError(t, store.Put(t.Context(), local.New(disk.Mount()), "a/0", nil))
	diesAfterLink(t, disk, "a/1")
	err := store.Put(t.Context(), local.New(disk.Mount()), "a/1", []byte("late"))
	require.ErrorIs(t, err, store.ErrExist)
	disk.Crash(nil)
	data, err := store.Get(t.Context(), local.New(disk.Mount()), "a/1")
	require.NoError(t, err)
	require.Equal(t, "of the dead", string(data))
}

func TestSettleMakesDurableWhatIsVisible(t *testing.T) {
	disk := forgetting.NewDisk()
	diesAfterLink(t, disk, "a/b/0")
	require.NoError(t, local.New(disk.Mount()).Settle(t.Context()))
	disk.Crash(nil)
	_, err := store.Get(t.Context(), local.New(disk.Mount()), "a/b/0")
	require.NoError(t, err)
}

func TestSweepAfterACrash(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	disk := forgetting.NewDisk(forgetting.WithClock(func() time.Time { return now }))
	s := local.New(disk.Mount())
	require.NoError(t, store.Put(t.Context(), s, "a/0", nil))
	_, err := s.Create(t.Context(), "a/1")
	require.NoError(t, err)
	require.NoError(t, store.Put(t.Context(), s, "a/2", nil)) // syncs the folder, temporary name included
	disk.Crash(nil)

	s = local.New(disk.Mount())
	removed, err := s.Sweep(t.Context(), now.Add(time.Second))
	require.NoError(t, err)
	require.Equal(t, 1, removed)
}

func TestAfterThePowerIsLostNothingWorks(t *testing.T) {
	disk := forgetting.NewDisk()
	s := local.New(disk.Mount())
	require.NoError(t, store.Put(t.Context(), s, "a", nil))
	opened, err := s.Open(t.Context(), "a")
	require.NoError(t, err)
	disk.Crash(nil)
	_, err = opened.ReadAt(make([]byte, 1), 0)
	require.ErrorIs(t, err, forgetting.ErrPowerLost)
	require.ErrorIs(t, store.Put(t.Context(), s, "b", nil), forgetting.ErrPowerLost)
	require.NoError(t, store.Put(t.Context(), local.New(disk.Mount()), "b", nil))
}
