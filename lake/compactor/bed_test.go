package compactor_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bed is a lake with rounds landed in it, one partition of transitions.
type bed struct {
	testing.TB
	store  store.Store
	lake   *lake.Lake
	sealer *schema.Sealer
	next   int64 // offset
}

const app = "topic/0/0"

func newBed(t testing.TB, s store.Store) *bed { return newBedAt(t, s, nil) }

// newBedAt is newBed with a clock.
func newBedAt(t testing.TB, s store.Store, now func() time.Time) *bed {
	b := &bed{TB: t, store: s, lake: lake.Open(s, now), sealer: schema.NewSealer([]byte("key"))}
	require.NoError(t, b.lake.Prepare(b.Context()))
	return b
}

// transition is a sealed row at an offset; five in a row are an episode.
func (b *bed) transition(offset int64) *schema.TransitionRow {
	row := &schema.TransitionRow{
		Envelope: schema.Envelope{EventID: fmt.Sprint("event-", offset), EventType: schema.TypeTransition, SchemaVersion: 1, Time: 1, Source: "test", Subject: "s"},
		Transition: schema.Transition{Purpose: "collect", Environment: fmt.Sprint("env", offset%3), Split: "train", TaskID: fmt.Sprint("task", offset%7),
			EpisodeID: fmt.Sprint("episode", offset/5), Step: offset % 5, Origin: "real", State: "here", Action: "go", NextState: "there"},
		Position: schema.Position{Offset: offset, IngestTime: 1},
	}
	require.NoError(b, b.sealer.Seal(row))
	return row
}

// land appends n rows as one file, and publishes a snapshot.
func (b *bed) land(n int) {
	rows := make([]schema.Row, n)
	for i := range rows {
		rows[i] = b.transition(b.next + int64(i))
	}
	b.append(rows, b.next+int64(n))
}

func (b *bed) append(rows []schema.Row, next int64) {
	ctx := b.Context()
	file, err := b.lake.Write(ctx, schema.Transitions, rows)
	require.NoError(b, err)
	from, err := b.lake.Covered(ctx, schema.Transitions, app)
	require.NoError(b, err)
	require.NoError(b, b.lake.Append(ctx, file, map[string]lake.Reach{app: {From: from, To: next}}))
	b.next = next
	b.publish()
}

// publish publishes a snapshot of what is landed.
func (b *bed) publish() {
	ctx, next := b.Context(), b.next
	previous, err := b.lake.Newest(ctx)
	require.NoError(b, err)
	require.NoError(b, b.lake.Publish(ctx, previous, &lake.Snapshot{
		Time: time.Now(), Token: schema.NewID(), Topic: "topic",
		Partitions: []lake.Partition{{Cut: next, Counts: lake.Counts{Rows: next}}},
		Tables:     map[string]lake.TableVersion{schema.Transitions: {Version: b.lake.Version(schema.Transitions), Rows: next}},
	}))
}

// rows reads all rows of the newest snapshot as any reader does, by offset.
func (b *bed) rows() map[int64]schema.Row {
	rows, err := visible(b.Context(), lake.Open(b.store, nil))
	require.NoError(b, err)
	return rows
}

// visible returns the rows of the newest snapshot, by offset.
func visible(ctx context.Context, lk *lake.Lake) (map[int64]schema.Row, error) {
	snapshot, err := lk.Newest(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := lk.Plan(ctx, snapshot, schema.Transitions)
	if err != nil {
		return nil, err
	}
	found := map[int64]schema.Row{}
	for _, f := range plan.Files {
		o, err := lk.Store().Open(ctx, f.Name)
		if err != nil {
			return nil, err
		}
		err = parquetfile.Read(ctx, o, o.Size(), schema.Transitions, func(rows []schema.Row) error {
			for _, row := range rows {
				offset := row.At().Offset
				if !snapshot.Visible(0, 0, offset) {
					continue
				}
				if found[offset] != nil {
					return fmt.Errorf("offset %d is there twice", offset)
				}
				found[offset] = row
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if err := o.Close(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (b *bed) files() []lake.DataFile {
	files, err := b.lake.Files(b.Context(), schema.Transitions)
	require.NoError(b, err)
	return files
}

// objects counts the data files in the store, live or not.
func (b *bed) objects() (n int) {
	for _, err := range b.store.List(b.Context(), schema.Transitions+"/part-", "") {
		require.NoError(b, err)
		n++
	}
	return n
}

func (b *bed) compact(full bool, o compactor.Options) *compactor.TableReport {
	report, err := compactor.New(b.lake, o).Compact(b.Context(), compactor.Request{Full: full})
	require.NoError(b, err)
	return report[schema.Transitions]
}
