package lake_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/memory"
)

func TestEmptyChain(t *testing.T) {
	lk := lake.Open(memory.New(), nil)
	newest, err := lk.Newest(t.Context())
	require.NoError(t, err)
	require.Nil(t, newest)
	_, err = lk.At(t.Context(), 1)
	require.ErrorContains(t, err, "nothing was landed yet; run `dreamlog land`")
	found, err := lk.AtTime(t.Context(), epoch)
	require.NoError(t, err)
	require.Nil(t, found)
}

func TestEachSnapshotNamesTheOneBefore(t *testing.T) {
	s := memory.New()
	lk := lake.Open(s, nil)
	grow(t, lk, 3)
	last, err := lk.Last(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 3, last)
	previous := ""
	for link, err := range lk.Links(t.Context(), last) {
		require.NoError(t, err)
		require.NoError(t, link.Damage)
		require.Equal(t, previous, link.Snapshot.Previous)
		require.Equal(t, lake.FormatVersion, link.Snapshot.Format)
		require.Equal(t, link.Number, link.Snapshot.Number)
		previous = link.Digest
	}
}

func TestTimeNeverFallsAlongTheChain(t *testing.T) {
	lk := lake.Open(memory.New(), nil)
	first := grow(t, lk, 1)
	earlier := entry(2)
	earlier.Time = first.Time.Add(-time.Hour)
	require.NoError(t, lk.Publish(t.Context(), first, earlier))
	require.Equal(t, first.Time, earlier.Time)
}

func TestOneOfTwoLandersPublishes(t *testing.T) {
	s := memory.New()
	ours, theirs := lake.Open(s, nil), lake.Open(s, nil)
	require.NoError(t, ours.Publish(t.Context(), nil, entry(1)))
	require.ErrorIs(t, theirs.Publish(t.Context(), nil, entry(1)), lake.ErrTaken)

	base, err := theirs.Newest(t.Context())
	require.NoError(t, err)
	won := entry(2)
	require.NoError(t, theirs.Publish(t.Context(), base, won))
	require.ErrorIs(t, ours.Publish(t.Context(), base, entry(2)), lake.ErrTaken)
	newest, err := ours.Newest(t.Context())
	require.NoError(t, err)
	require.Equal(t, won.Token, newest.Token)
	require.ErrorIs(t, ours.Publish(t.Context(), base, entry(2)), lake.ErrTaken, "on a snapshot that is not the newest")
	require.ErrorIs(t, ours.Publish(t.Context(), nil, entry(1)), lake.ErrTaken)
	grow(t, ours, 1)
}

func TestOwnEntryIsKnownWhenTheAnswerWasLost(t *testing.T) {
	for name, lost := range map[string]error{"unknown": store.ErrUnknown, "retried by the client": store.ErrExist} {
		t.Run(name, func(t *testing.T) {
			s := faulty.New(memory.New(), faulty.Fault{On: faulty.Commit, Name: entryName(1), Done: true, Err: lost})
			lk := lake.Open(s, nil)
			require.NoError(t, lk.Publish(t.Context(), nil, entry(1)))
			require.Equal(t, 1, s.Fired())
			require.EqualValues(t, 2, grow(t, lk, 1).Number)
		})
	}
}

func TestLostPublicationIsNotClaimed(t *testing.T) {
	inner := memory.New()
	s := faulty.New(inner, faulty.Fault{On: faulty.Commit, Name: entryName(1), Err: store.ErrUnknown})
	lk := lake.Open(s, nil)
	err := lk.Publish(t.Context(), nil, entry(1))
	require.ErrorIs(t, err, store.ErrUnknown)
	require.ErrorContains(t, err, "publish snapshot 1")
	s.Clear()
	grow(t, lake.Open(inner, nil), 1)
	require.ErrorIs(t, lk.Publish(t.Context(), nil, entry(1)), lake.ErrTaken)
}

func TestFollowingAGrowingChainListsOnce(t *testing.T) {
	inner := memory.New()
	s := faulty.New(inner, faulty.Fault{On: faulty.List})
	writer, reader := lake.Open(inner, nil), lake.Open(s, nil)
	for n := range int64(20) {
		grow(t, writer, 1)
		newest, err := reader.Newest(t.Context())
		require.NoError(t, err)
		require.Equal(t, n+1, newest.Number)
	}
	require.Equal(t, 1, s.Fired())
}

func TestAtKnowsItsNumbers(t *testing.T) {
	lk := lake.Open(memory.New(), nil)
	grow(t, lk, 3)
	for number := range int64(3) {
		s, err := lk.At(t.Context(), number+1)
		require.NoError(t, err)
		require.Equal(t, number+1, s.Number)
	}
	for _, number := range []int64{-1, 0, 4} {
		_, err := lk.At(t.Context(), number)
		require.ErrorContains(t, err, "they run from 1 to 3")
	}
}

func TestAtTimeIsTheLastOnePublishedByThen(t *testing.T) {
	lk := lake.Open(memory.New(), nil)
	grow(t, lk, 5)
	twin := entry(5) // at the same moment as the one before
	newest, err := lk.Newest(t.Context())
	require.NoError(t, err)
	require.NoError(t, lk.Publish(t.Context(), newest, twin))
	for _, c := range []struct {
		at   time.Time
		want int64
	}{
		{timeOf(1), 1}, {timeOf(2).Add(-1), 1}, {timeOf(2), 2}, {timeOf(4).Add(1), 4}, {timeOf(5), 6}, {timeOf(1000), 6},
	} {
		s, err := lk.AtTime(t.Context(), c.at)
		require.NoError(t, err)
		require.Equal(t, c.want, s.Number, c.at)
	}
	_, err = lk.AtTime(t.Context(), timeOf(1).Add(-1))
	require.ErrorContains(t, err, "no snapshot as early as")
}

func TestDamagedEntryIsNamed(t *testing.T) {
	for want, content := range map[string]string{
		"snapshot 2 is damaged: it says that it is 7":                     `{"format":1,"snapshot":7}`,
		"snapshot 2 has format 2, this version of dreamlog reads up to 1": `{"format":2,"snapshot":2,"partitions":"of another kind"}`,
		"snapshot 2 has format 0":                                         `{"snapshot":2}`,
		"snapshot 2 is damaged: jsontext":                                 `{"format":1,"snap`,
		"within \"/snapshot\"":                                            `{"format":1,"snapshot":"two"}`,
		"run `dreamlog verify`":                                           ``,
	} {
		t.Run(want, func(t *testing.T) {
			s := memory.New()
			grow(t, lake.Open(s, nil), 1)
			require.NoError(t, store.Put(t.Context(), s, entryName(2), []byte(content)))
			_, err := lake.Open(s, nil).Newest(t.Context())
			require.ErrorContains(t, err, want)
		})
	}
}

func TestForeignObjectsAmongTheEntriesAreLeftAlone(t *testing.T) {
	s := memory.New()
	grow(t, lake.Open(s, nil), 2)
	for _, name := range []string{"README", "3.json", "00000000000000000009.txt", "-0000000000000000009.json", "99999999999999999999.json"} {
		require.NoError(t, store.Put(t.Context(), s, "snapshots/"+name, []byte("foreign")))
	}
	lk := lake.Open(s, nil)
	newest, err := lk.Newest(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, newest.Number)
	grow(t, lk, 1)
}

func FuzzEntry(f *testing.F) {
	s := memory.New()
	grow(f, lake.Open(s, nil), 1)
	good, err := store.Get(f.Context(), s, entryName(1))
	require.NoError(f, err)
	for _, seed := range []string{string(good), "", "{}", `{"format":1,"snapshot":1}`, `{"format":9}`, `{"format":1,"snapshot":1,"partitions":[{"cut":-1}]}`, "null\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := memory.New()
		require.NoError(t, store.Put(t.Context(), s, entryName(1), data))
		lk := lake.Open(s, nil)
		snapshot, err := lk.Newest(t.Context())
		if err != nil {
			require.Nil(t, snapshot)
			return
		}
		require.EqualValues(t, 1, snapshot.Number)
		snapshot.Counts()
		snapshot.Visible(0, 0, 0)
		if !snapshot.Time.IsZero() && snapshot.Time.Year() < 9999 && snapshot.Time.Year() > 0 {
			require.NoError(t, lk.Publish(t.Context(), snapshot, entry(2)))
		}
	})
}
