package lake_test

import (
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

// prepared is a lake with its tables, and nothing in them.
func prepared(t testing.TB, s store.Store) *lake.Lake {
	t.Helper()
	lk := lake.Open(s, nil)
	require.NoError(t, lk.Prepare(t.Context()))
	return lk
}

// appendRows publishes a data file with a row at each place.
func appendRows(t testing.TB, lk *lake.Lake, places ...schema.Position) lake.NewFile {
	t.Helper()
	file := write(t, lk, places...)
	require.NoError(t, lk.Append(t.Context(), file, nil))
	return file
}

// cut is a snapshot with one partition for each generation, and its cut.
func cut(cuts ...int64) *lake.Snapshot {
	s := &lake.Snapshot{Number: 1, Generation: int64(len(cuts) - 1)}
	for generation, c := range cuts {
		s.Partitions = append(s.Partitions, lake.Partition{Generation: int64(generation), Cut: c})
	}
	return s
}

func TestPlanTakesWhatLiesBeforeTheCut(t *testing.T) {
	for name, c := range map[string]struct {
		places   []schema.Position
		snapshot *lake.Snapshot
		planned  bool
		mixed    bool
	}{
		"all before":                   {[]schema.Position{at(0, 0, 3), at(0, 0, 4)}, cut(5), true, false},
		"the last on the cut":          {[]schema.Position{at(0, 0, 4), at(0, 0, 5)}, cut(5), true, true},
		"all behind":                   {[]schema.Position{at(0, 0, 5), at(0, 0, 6)}, cut(5), false, false},
		"both sides":                   {[]schema.Position{at(0, 0, 0), at(0, 0, 9)}, cut(5), true, true},
		"older generation":             {[]schema.Position{at(0, 0, 4)}, cut(5, 2), true, false},
		"older generation, behind":     {[]schema.Position{at(0, 0, 7)}, cut(5, 9), false, false},
		"newer generation":             {[]schema.Position{at(1, 0, 0)}, cut(5), false, false},
		"both generations":             {[]schema.Position{at(0, 0, 4), at(1, 0, 1)}, cut(5, 2), true, false},
		"both generations, one behind": {[]schema.Position{at(0, 0, 4), at(1, 0, 2)}, cut(5, 2), true, true},
		"newer beside older":           {[]schema.Position{at(0, 0, 4), at(1, 0, 0)}, cut(5), true, true},
		"a partition not landed yet":   {[]schema.Position{at(0, 3, 0)}, cut(5), false, false},
		"one partition of two":         {[]schema.Position{at(0, 0, 1), at(0, 3, 0)}, cut(5), true, true},
		"a cut that holds nothing":     {[]schema.Position{at(0, 0, 0)}, cut(0), false, false},
		"no snapshot at all":           {[]schema.Position{at(0, 0, 0)}, nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			lk := prepared(t, memory.New())
			file := appendRows(t, lk, c.places...)
			plan, err := lk.Plan(t.Context(), c.snapshot, schema.Transitions)
			require.NoError(t, err)
			if !c.planned {
				require.Empty(t, plan.Files)
				return
			}
			require.Len(t, plan.Files, 1)
			got := plan.Files[0]
			require.Equal(t, file.Name, got.Name)
			require.Equal(t, file.Size(), got.Size)
			require.EqualValues(t, len(c.places), got.Rows)
			require.Equal(t, []int64{1}, got.Schemas)
			require.Equal(t, c.mixed, got.Mixed)
			require.Equal(t, c.mixed, hides(c.snapshot, c.places), "Visible agrees")
		})
	}
}

// hides says whether a row at one of the places is not part of a snapshot.
func hides(s *lake.Snapshot, places []schema.Position) bool {
	for _, at := range places {
		if !s.Visible(at.Generation, int(at.Partition), at.Offset) {
			return true
		}
	}
	return false
}

// TestPlanReadsAnyFileThatDoesNotSayWhatItHolds: another engine may have
// rewritten the table, and does not keep our tags.
func TestPlanReadsAnyFileThatDoesNotSayWhatItHolds(t *testing.T) {
	s := memory.New()
	lk := prepared(t, s)
	ours := appendRows(t, lk, at(0, 0, 0))
	foreign := write(t, lk, at(0, 0, 8))
	commit(t, s, &delta.Add{
		Path: delta.Path(path.Base(foreign.Name)), Size: foreign.Size(), PartitionValues: map[string]string{}, ModificationTime: epoch.UnixMilli(),
		DataChange: true,
	})
	plan, err := lk.Plan(t.Context(), cut(5), schema.Transitions)
	require.NoError(t, err)
	require.Len(t, plan.Files, 2)
	for _, f := range plan.Files {
		require.Equal(t, f.Name != ours.Name, f.Mixed)
	}
}

// commit publishes an addition behind the lake's back.
func commit(t *testing.T, s store.Store, add *delta.Add) {
	t.Helper()
	log := delta.New(s, schema.Transitions)
	state, err := log.Load(t.Context())
	require.NoError(t, err)
	require.NoError(t, log.Publish(t.Context(), state, []delta.Action{{Add: add}}))
}

func TestPlanRefusesTagsThatItCannotRead(t *testing.T) {
	for tag, value := range map[string]string{parquetfile.TagOffsets: `{"zero":[0,1]}`, parquetfile.TagSchema: "one"} {
		s := memory.New()
		lk := prepared(t, s)
		file := write(t, lk, at(0, 0, 0))
		commit(t, s, &delta.Add{
			Path: delta.Path(path.Base(file.Name)), Size: file.Size(), PartitionValues: map[string]string{}, DataChange: true,
			Tags: map[string]string{tag: value},
		})
		_, err := lk.Plan(t.Context(), cut(5), schema.Transitions)
		require.ErrorContains(t, err, "plan table transitions: data file "+path.Base(file.Name))
	}
}

func TestPlanOfALakeWithoutTables(t *testing.T) {
	lk := lake.Open(memory.New(), nil)
	plan, err := lk.Plan(t.Context(), cut(5), schema.Transitions)
	require.NoError(t, err)
	require.EqualValues(t, -1, plan.Version)
	require.Empty(t, plan.Files)
	_, err = lk.Plan(t.Context(), cut(5), "no-such-table")
	require.ErrorContains(t, err, `there is no table "no-such-table"`)
}

func TestPlanOfAnOldSnapshotComesFromTodaysFiles(t *testing.T) {
	lk := prepared(t, memory.New())
	first := appendRows(t, lk, at(0, 0, 0), at(0, 0, 1))
	second := appendRows(t, lk, at(0, 0, 2))
	merged := write(t, lk, at(0, 0, 0), at(0, 0, 1), at(0, 0, 2))
	require.NoError(t, lk.Replace(t.Context(), schema.Transitions, []string{first.Name, second.Name}, []lake.NewFile{merged}))
	for _, c := range []struct {
		cut   int64
		mixed bool
	}{{2, true}, {3, false}} {
		plan, err := lk.Plan(t.Context(), cut(c.cut), schema.Transitions)
		require.NoError(t, err)
		require.Len(t, plan.Files, 1)
		require.Equal(t, merged.Name, plan.Files[0].Name)
		require.Equal(t, c.mixed, plan.Files[0].Mixed)
	}
	require.NoError(t, lk.Drop(t.Context(), second))
	require.NoError(t, lk.Drop(t.Context(), second), "it is gone already")
}

func TestLeaseIsRenewedAndReleased(t *testing.T) {
	s, c := memory.New(), newClock()
	lk := lake.Open(s, c.now)
	lease, err := lk.Lease(t.Context(), time.Minute)
	require.NoError(t, err)
	first := names(t, s, "leases/")
	require.Len(t, first, 1)
	require.NoError(t, lease.Renew(t.Context(), time.Minute), "at the same moment: nothing to change")
	require.Equal(t, first, names(t, s, "leases/"))
	c.pass(30 * time.Second)
	require.NoError(t, lease.Renew(t.Context(), time.Minute))
	renewed := names(t, s, "leases/")
	require.Len(t, renewed, 1)
	require.NotEqual(t, first, renewed)
	require.NoError(t, lease.Release(t.Context()))
	require.Empty(t, names(t, s, "leases/"))
	require.NoError(t, lease.Release(t.Context()), "a collection may have taken it away")
}
