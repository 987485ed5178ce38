package lander_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/forgetting"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/lake/store/memory"
)

// smallRounds make many rounds of few records.
var smallRounds = lander.Options{RoundBytes: 32 << 10}

// TestAnyOneFailureOfTheStoreLosesAndDoublesNothing lets each operation of a
// landing fail in turn, and then lands on.
func TestAnyOneFailureOfTheStoreLosesAndDoublesNothing(t *testing.T) {
	b := newBench(t)
	w := fill(t, b.log, 2)
	require.NoError(t, b.land(smallRounds))
	w.requireLanded(b)
	roots := b.roots()

	for name, fault := range map[string]faulty.Fault{
		"create full":          {On: faulty.Create, Err: syscall.ENOSPC},
		"write full":           {On: faulty.Write, Err: syscall.ENOSPC},
		"write short":          {On: faulty.Write, Err: syscall.EIO, Short: 7},
		"commit full":          {On: faulty.Commit, Err: syscall.ENOSPC},
		"commit done, EIO":     {On: faulty.Commit, Err: syscall.EIO, Done: true},
		"commit unknown":       {On: faulty.Commit, Err: store.ErrUnknown},
		"commit unknown, done": {On: faulty.Commit, Err: store.ErrUnknown, Done: true},
		"open":                 {On: faulty.Open, Err: syscall.EIO},
		"read":                 {On: faulty.Read, Err: syscall.EIO},
		"list":                 {On: faulty.List, Err: syscall.EIO},
		"list, done":           {On: faulty.List, Err: syscall.EIO, Done: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := 0
			for call := 1; ; call += stride(fault.On) {
				inner := memory.New()
				fault.Call = call
				s := faulty.New(inner, fault)
				err := b.on(t, s).land(smallRounds)
				if s.Fired() == 0 {
					require.NoError(t, err)
					break // the landing has no such call
				}
				failed++
				if err != nil {
					require.ErrorIs(t, err, fault.Err, "call %d", call)
				}
				again := b.on(t, inner)
				require.NoError(t, again.land(smallRounds), "call %d", call)
				w.requireLanded(again)
				require.Equal(t, roots, again.roots(), "call %d", call)
			}
			require.NotZero(t, failed)
		})
	}
}

// stride is how many calls lie between those that fail: reads and writes come
// in dozens that differ in nothing.
func stride(on faulty.Operation) int {
	if on == faulty.Read || on == faulty.Open || on == faulty.Write {
		return 3 * slowdown
	}
	return slowdown
}

// TestLossOfPowerAtAnyMomentLosesAndDoublesNothing cuts the power at each
// operation of the disk in turn, in a first landing and in one behind another.
func TestLossOfPowerAtAnyMomentLosesAndDoublesNothing(t *testing.T) {
	b := newBench(t)
	first := fill(t, b.log, 2)
	until := map[int]int64{}
	offsets, err := b.log.Offsets(t.Context())
	require.NoError(t, err)
	for _, o := range offsets {
		until[o.Partition] = o.End
	}
	second := fill(t, b.log, 2)
	both := newWorkload()
	both.add(first)
	both.add(second)

	// A first landing makes all tables, in many operations that are alike.
	for name, c := range map[string]struct {
		landed bool
		stride int
	}{"first landing": {false, 9 * slowdown}, "later landing": {true, slowdown}} {
		for _, luck := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, luck %v", name, luck), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(7, 7))
				cuts := 0
				for at := 1 + random.IntN(c.stride); ; at += c.stride {
					disk := forgetting.NewDisk()
					if c.landed {
						before := b.on(t, local.New(disk.Mount()))
						require.NoError(t, before.land(lander.Options{Until: until}))
					}
					disk.PowerOffAt(at)
					err := b.on(t, local.New(disk.Mount())).land(lander.Options{})
					var lucky *rand.Rand
					if luck {
						lucky = random
					}
					disk.Crash(lucky)
					after := b.on(t, local.New(disk.Mount()))
					require.NoError(t, after.land(lander.Options{}), "power lost at operation %d", at)
					both.requireLanded(after)
					if err == nil {
						break // it ended before the power did
					}
					require.True(t, errors.Is(err, forgetting.ErrPowerLost), err)
					cuts++
				}
				require.Greater(t, cuts, 20/slowdown)
			})
		}
	}
}
