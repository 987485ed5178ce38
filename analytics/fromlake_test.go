package analytics

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/local"
)

// land writes the rows that the fixture gathered into a lake, and publishes
// the snapshot that holds them.
func land(f *fixture, l *lake.Lake, previous *lake.Snapshot) *lake.Snapshot {
	from := int64(0)
	next := &lake.Snapshot{Time: time.Now(), Tables: map[string]lake.TableVersion{}}
	if previous != nil {
		from = previous.Partitions[0].Cut
	}
	for table, rows := range f.rows {
		file, err := l.Write(f.t.Context(), table, rows)
		require.NoError(f.t, err)
		require.NoError(f.t, l.Append(f.t.Context(), file, map[string]lake.Reach{"test": {From: from, To: f.next}}))
		next.Tables[table] = lake.TableVersion{Version: l.Version(table)}
	}
	clear(f.rows)
	next.Partitions = []lake.Partition{{Partition: 1, Cut: f.next}}
	require.NoError(f.t, l.Publish(f.t.Context(), previous, next))
	return next
}

func TestASessionOnALake(t *testing.T) {
	f := newFixture(t)
	disk, err := local.Open(t.TempDir())
	require.NoError(t, err)
	l := lake.Open(disk, nil)
	require.NoError(t, l.Prepare(t.Context()))

	open := func(s *lake.Snapshot) *Session {
		session, err := Open(t.Context(), FromLake(l, s, disk), Options{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, session.Close()) })
		return session
	}
	require.Equal(t, "0", read(t, open(nil), "SELECT count(*) FROM transitions"))

	f.episode("a", "t", 1, 0, 1)
	first := land(f, l, nil)
	f.episode("b", "t", 1, 0, 0, 1)
	second := land(f, l, first)
	require.Equal(t, "a", read(t, open(first), "SELECT string_agg(DISTINCT episode_id) FROM transitions"), "as of the first snapshot")
	now := open(second)
	require.Equal(t, "a|2\nb|3", read(t, now, "SELECT episode_id, count(*) FROM transitions GROUP BY ALL ORDER BY 1"))
	require.EqualValues(t, 2, now.Snapshot())
	require.False(t, now.Time().IsZero())
}

type noFiles struct{}

func (noFiles) Path(context.Context, string) (string, func(), error) {
	return "", nil, errors.New("disk full")
}

func TestAFileThatCannotBeBroughtHere(t *testing.T) {
	f := newFixture(t)
	disk, err := local.Open(t.TempDir())
	require.NoError(t, err)
	l := lake.Open(disk, nil)
	require.NoError(t, l.Prepare(t.Context()))
	f.episode("a", "t", 1, 0)
	_, err = Open(t.Context(), FromLake(l, land(f, l, nil), noFiles{}), Options{})
	require.ErrorContains(t, err, "to the local disk: disk full")
	require.ErrorContains(t, err, ".parquet")
}
