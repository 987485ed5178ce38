package delta_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/store"
)

const logFolder = "t/_delta_log/"

func entry(v int) string      { return fmt.Sprintf("%s%020d.json", logFolder, v) }
func checkpoint(v int) string { return fmt.Sprintf("%s%020d.checkpoint.parquet", logFolder, v) }

// withCheckpoint is a table at version 6 with a checkpoint at version 4.
func withCheckpoint(t *testing.T) *fixture {
	f := newTable(t)
	f.publish(f.append("a b.parquet", 10))
	f.publish(f.append("b.parquet", 20))
	f.publish(f.append("c.parquet", 30))
	f.publish(f.compact("d.parquet", "a b.parquet", "b.parquet"))
	require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
	f.publish(f.append("e.parquet", 40))
	f.publish(f.compact("f.parquet", "c.parquet"))
	return f
}

func (f *fixture) delete(names ...string) {
	f.Helper()
	for _, name := range names {
		require.NoError(f, f.store.Delete(f.Context(), name))
	}
}

func TestLoadFromACheckpointWithoutTheEntriesBeforeIt(t *testing.T) {
	f := withCheckpoint(t)
	f.delete(entry(0), entry(1), entry(2), entry(3), entry(4))
	requireSame(t, f.state, f.load())
	_, err := f.log.StateAt(t.Context(), 3)
	require.ErrorIs(t, err, delta.ErrGone)
	s, err := f.log.StateAt(t.Context(), 5)
	require.NoError(t, err)
	require.EqualValues(t, 5, s.Version())
}

func TestTheHintMayBeWrong(t *testing.T) {
	const hint = logFolder + "_last_checkpoint"
	for name, content := range map[string]string{
		"absent": "", "no JSON": "{", "another kind": `[1]`, "no version": `{}`,
		"points to what is missing": `{"version":5}`, "points beyond the end": `{"version":99}`, "negative": `{"version":-3}`,
	} {
		t.Run(name, func(t *testing.T) {
			f := withCheckpoint(t)
			f.delete(entry(0), entry(1), entry(2), entry(3))
			if content == "" {
				f.delete(hint)
			} else {
				require.NoError(t, f.store.Replace(t.Context(), hint, []byte(content)))
			}
			requireSame(t, f.state, f.load())
		})
	}
}

func TestADamagedCheckpointIsPassedOver(t *testing.T) {
	f := withCheckpoint(t)
	require.NoError(t, f.store.Replace(t.Context(), checkpoint(4), []byte("PAR1 nonsense PAR1")))
	requireSame(t, f.state, f.load()) // from entry 0

	f.delete(entry(0))
	_, err := f.log.Load(t.Context())
	require.ErrorContains(t, err, "is damaged")
}

func TestOfTwoCheckpointsTheOlderServesWhenTheNewerIsDamaged(t *testing.T) {
	f := withCheckpoint(t)
	require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
	f.delete(entry(0), entry(1))
	require.NoError(t, f.store.Replace(t.Context(), checkpoint(6), []byte("nonsense")))
	requireSame(t, f.state, f.load())
}

func TestADamagedEntryIsAnErrorThatNamesIt(t *testing.T) {
	f := withCheckpoint(t)
	require.NoError(t, f.store.Replace(t.Context(), entry(5), []byte(`{"add":{"path":"x"`)))
	_, err := f.log.Load(t.Context())
	require.ErrorContains(t, err, entry(5))
	require.ErrorContains(t, err, "line 1")
}

func TestACheckpointIsDueEveryHundredVersions(t *testing.T) {
	f := newTable(t)
	var due []int64
	for i := range 250 {
		f.publish(f.append(fmt.Sprint(i), int64(i)))
		if f.state.CheckpointDue() {
			due = append(due, f.state.Version())
			clone := f.state.Clone() // as another goroutine would
			require.NoError(t, f.log.Checkpoint(t.Context(), clone))
			f.state.Checkpointed(clone)
		}
	}
	require.Equal(t, []int64{100, 200}, due)
	requireSame(t, f.state, f.load())
	require.False(t, f.load().CheckpointDue())
}

func TestExpiredRemovalsLeaveTheCheckpoint(t *testing.T) {
	f := newTable(t)
	f.publish(f.append("a", 10))
	f.publish(f.append("b", 20))
	f.publish(f.compact("c", "a"))
	f.clock.pass(35 * time.Minute)
	f.publish(f.compact("d", "b"))
	f.clock.pass(30 * time.Minute)
	require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
	f.delete(entry(0))
	for _, s := range []*delta.State{f.state, f.load()} {
		require.Len(t, s.Removed(), 1)
		require.EqualValues(t, "b", s.Removed()[0].Path)
	}
}

func TestCleanUpKeepsWhatIsRetained(t *testing.T) {
	f := newTable(t)
	for i := range 50 { // 28 commits in six hours, a checkpoint every ten commits
		f.clock.pass(6 * time.Hour / 28)
		f.publish(f.append(fmt.Sprint(i), int64(i)))
		if f.state.Version()%10 == 0 {
			require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
		}
	}
	// The log is kept for six hours, which are 28 versions: those from 22 on are retained, which needs
	// the checkpoint of version 20.
	deleted, err := f.log.CleanUp(t.Context(), f.state, f.clock.now)
	require.NoError(t, err)
	require.Equal(t, 21, deleted, "20 entries and the checkpoint of version 10")
	requireSame(t, f.state, f.load())
	for v := int64(20); v <= 50; v++ {
		s, err := f.log.StateAt(t.Context(), v)
		require.NoError(t, err, "version %d", v)
		require.Equal(t, int(v), s.FileCount())
	}
	_, err = f.log.StateAt(t.Context(), 19)
	require.ErrorIs(t, err, delta.ErrGone)

	deleted, err = f.log.CleanUp(t.Context(), f.state, f.clock.now)
	require.NoError(t, err)
	require.Zero(t, deleted)
}

func TestCleanUpKeepsEverythingWithoutAReadableCheckpoint(t *testing.T) {
	f := withCheckpoint(t)
	f.clock.pass(100 * 24 * time.Hour)
	require.NoError(t, f.store.Replace(t.Context(), checkpoint(4), []byte("nonsense")))
	f.clock.pass(100 * 24 * time.Hour)
	_, err := f.log.CleanUp(t.Context(), f.state, f.clock.now)
	require.ErrorContains(t, err, "is damaged")
	requireSame(t, f.state, f.load())
}

func TestALongIdleReaderNoticesACleanUp(t *testing.T) {
	f := newTable(t)
	reader := f.load()
	for i := range 20 {
		f.publish(f.append(fmt.Sprint(i), int64(i)))
	}
	require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
	f.clock.pass(8 * 24 * time.Hour)
	_, err := f.log.CleanUp(t.Context(), f.state, f.clock.now)
	require.NoError(t, err)
	require.NoError(t, f.log.Refresh(t.Context(), reader))
	requireSame(t, f.state, reader)
}

func TestATableThatNeedsMoreIsRefused(t *testing.T) {
	const file = `{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}` + "\n"
	meta := func(partitions, configuration string) string {
		return `{"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{}","partitionColumns":` + partitions + `,"configuration":` + configuration + `}}`
	}
	for name, c := range map[string]struct{ content, want string }{
		"reader features":   {`{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}` + "\n" + meta("[]", "{}"), "deletionVectors"},
		"partitions":        {file + meta(`["p"]`, "{}"), "partitioned"},
		"mapped columns":    {file + meta("[]", `{"delta.columnMapping.mode":"name"}`), "mapped"},
		"no protocol":       {meta("[]", "{}"), "no protocol"},
		"no metadata":       {file, "no columns"},
		"file elsewhere":    {file + meta("[]", "{}") + "\n" + `{"add":{"path":"s3://bucket/x"}}`, "outside of the table"},
		"file above":        {file + meta("[]", "{}") + "\n" + `{"add":{"path":"../x"}}`, "starts with a dot"},
		"file above, coded": {file + meta("[]", "{}") + "\n" + `{"add":{"path":"%2e%2e/x"}}`, "starts with a dot"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newTable(t)
			f.delete(entry(0))
			require.NoError(t, store.Put(t.Context(), f.store, entry(0), []byte(c.content)))
			_, err := f.log.Load(t.Context())
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestATableThatOthersUpgradedIsReadButNotWritten(t *testing.T) {
	f := newTable(t)
	upgrade := `{"commitInfo":{"timestamp":1,"unknown":{}}}` + "\n" + `{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["rowTracking"]}}` + "\n" + `{"domainMetadata":{"domain":"x"}}`
	require.NoError(t, store.Put(t.Context(), f.store, entry(1), []byte(upgrade)))
	s := f.load()
	require.EqualValues(t, 1, s.Version())
	err := f.log.Publish(t.Context(), s, f.append("a", 1))
	require.ErrorIs(t, err, delta.ErrUnsupported)
	require.ErrorContains(t, err, "rowTracking")
	require.ErrorIs(t, f.log.Publish(t.Context(), f.state, f.append("a", 1)), delta.ErrUnsupported, "found out while publishing")
}

func TestEvolve(t *testing.T) {
	f := newTable(t)
	same, err := f.state.Evolve(columns)
	require.NoError(t, err)
	require.Nil(t, same)

	field := func(name, kind string, nullable bool) delta.Field {
		return delta.Field{Name: name, Type: kind, Nullable: nullable, Metadata: map[string]any{}}
	}
	list := delta.Field{Name: "l", Type: &delta.Array{Type: "array", ElementType: "string"}, Nullable: true, Metadata: map[string]any{}}
	wider := &delta.Schema{Type: "struct", Fields: []delta.Field{list, columns.Fields[0]}}
	meta, err := f.state.Evolve(wider)
	require.NoError(t, err)
	f.publish([]delta.Action{{CommitInfo: new(f.info("ALTER"))}, {MetaData: meta}})
	require.Equal(t, wider.String(), f.load().MetaData().SchemaString)
	require.True(t, strings.Contains(wider.String(), `"containsNull":false`))

	for want, fields := range map[string][]delta.Field{
		"must therefore be nullable": {list, columns.Fields[0], field("m", "long", false)},
		"cannot become":              {list, field("n", "string", true)},
		"newer version of dreamlog":  {columns.Fields[0]},
	} {
		_, err := f.state.Evolve(&delta.Schema{Type: "struct", Fields: fields})
		require.ErrorContains(t, err, want)
	}
}
