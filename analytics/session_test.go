package analytics

import (
	"context"
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnEmptyLakeHasEveryView(t *testing.T) {
	s, err := Open(t.Context(), emptySource{}, Options{})
	require.NoError(t, err)
	defer s.Close()
	require.Zero(t, s.Snapshot())
	views, err := s.Views(t.Context())
	require.NoError(t, err)
	for _, v := range views {
		require.Equal(t, "0", read(t, s, "SELECT count(*) FROM "+v.Name), v.Name)
	}
}

type emptySource struct{ err error }

func (e emptySource) Pin(context.Context) (*Pin, error) { return &Pin{}, e.err }

func TestOpenSaysWhyItFailed(t *testing.T) {
	_, err := Open(t.Context(), emptySource{errors.New("no disk")}, Options{})
	require.ErrorContains(t, err, "plan the files to read: no disk")

	released := false
	f := newFixture(t)
	f.pin.Tables["episodes"] = []File{{Path: f.dir + "/gone.parquet"}}
	f.pin.Release = func() { released = true }
	_, err = Open(t.Context(), f, Options{})
	require.ErrorContains(t, err, "snapshot 7: read table episodes")
	require.ErrorContains(t, err, "gone.parquet")
	require.True(t, released)
}

func TestRowsBehindTheCutAreNotThere(t *testing.T) {
	f := newFixture(t)
	f.episode("old", "t", 1, 0, 1)
	f.write(false)
	f.episode("new", "t", 1, 0, 1, 1)
	f.write(true)
	f.pin.Cuts = []Cut{{0, 0, 100}, {0, 1, 5}} // between the second and the third step of "new"
	s := f.session(Options{})
	require.Equal(t, "new/0\nnew/1\nold/0\nold/1", read(t, s, "SELECT event_id FROM transitions ORDER BY 1"))
	require.Equal(t, "4", read(t, s, "SELECT count(*) FROM transitions_raw"))
	require.Equal(t, "old", read(t, s, "SELECT episode_id FROM episodes"))
	require.EqualValues(t, 7, s.Snapshot())
}

func TestFilesOfAnOlderSchemaHaveTheColumnsOfToday(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 1)
	f.write(false)
	for table := range f.pin.Tables {
		f.pin.Tables[table][0].Schemas = nil // unknown: matched by name
	}
	f.pin.Cuts = []Cut{{0, 1, f.next}}
	s := f.session(Options{})
	require.Equal(t, "e|1|<nil>", read(t, s, "SELECT episode_id, reward, call_ids FROM transitions"))
}

func TestParametersOfAQuery(t *testing.T) {
	f := newFixture(t)
	f.episode("it's", "t", 1, 0, 1)
	s := f.open()
	require.Equal(t, "2", read(t, s, "SELECT count(*) FROM transitions WHERE episode_id = ?", "it's"))
	require.Equal(t, "2", read(t, s, "SELECT count(*) FROM transitions WHERE episode_id = $episode", driver.NamedValue{Name: "episode", Value: "it's"}))
}

func TestTrustedQueriesMayDoMore(t *testing.T) {
	s := newFixture(t).open()
	result, err := s.Trusted(t.Context(), "SELECT count(*) FROM duckdb_views() WHERE schema_name = $1", "lake")
	require.NoError(t, err)
	defer result.Close()
	require.True(t, result.Next())
	require.EqualValues(t, 7, result.Row()[0])
}

func TestAQueryEndsInTime(t *testing.T) {
	f := newFixture(t)
	f.pin.Snapshot = 1
	s := f.session(Options{Timeout: 100 * time.Millisecond})
	start := time.Now()
	_, err := s.Query(t.Context(), "SELECT count(*) FROM range(1000000) a, range(1000000) b")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 20*time.Second)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Query(ctx, "SELECT 1")
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "1", read(t, s, "SELECT 1"))
}
