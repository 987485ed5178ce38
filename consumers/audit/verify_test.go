package audit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

func TestAnEmptyLakeHolds(t *testing.T) {
	require.Zero(t, verify(t, memory.New(), audit.Options{}).Found)
}

// TestAnHonestLakeHoldsAndNoTamperingPasses builds one lake, and spoils a copy
// of it in each way.
func TestAnHonestLakeHoldsAndNoTamperingPasses(t *testing.T) {
	honest := landed(t)
	require.EqualValues(t, 5, newest(t, honest).Number)
	counts := newest(t, honest).Counts()
	require.Positive(t, counts.Rows)
	require.Positive(t, counts.DeadLetter)
	require.Positive(t, counts.Duplicates)

	for _, window := range []int64{0, 1, 7, 100} {
		t.Run(fmt.Sprint("honest, window ", window), func(t *testing.T) {
			proven := int64(0)
			report := verify(t, honest, audit.Options{Window: window, Progress: func(n, total int64) {
				require.Greater(t, n, proven)
				require.LessOrEqual(t, n, total)
				proven = n
			}})
			require.Empty(t, report.Mismatches)
			require.Equal(t, counts.Total(), proven)
			require.Equal(t, audit.Checked{
				Snapshots: 5, Files: 15, Offsets: counts.Total(), Rows: counts.Rows + counts.DeadLetter,
			}, report.Checked)
		})
	}
	compacted := clone(t, honest)
	_, err := compactor.New(lake.Open(compacted, nil), compactor.Options{}).Compact(t.Context(), compactor.Request{Full: true})
	require.NoError(t, err)
	t.Run("honest, compacted", func(t *testing.T) {
		for _, window := range []int64{0, 10} {
			report := verify(t, compacted, audit.Options{Window: window})
			require.Empty(t, report.Mismatches)
			require.EqualValues(t, 3, report.Checked.Files)
		}
	})
	for name, s := range map[string]store.Store{"landed": honest, "compacted": compacted} {
		for what, spoil := range tamperings {
			t.Run(name+", "+what, func(t *testing.T) { spoil(t, clone(t, s)) })
		}
	}
	for what, spoil := range tamperingsOfRounds {
		t.Run(what, func(t *testing.T) { spoil(t, clone(t, honest)) })
	}
}

// tamperings are the ways to spoil any lake of five snapshots, and what must
// be found.
var tamperings = map[string]func(t *testing.T, s store.Store){
	"a bit of a data file": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Transitions)[0]
		data, err := store.Get(t.Context(), s, name)
		require.NoError(t, err)
		for at := 0; at < len(data); at += 1 + len(data)/40 {
			flip := func(data []byte) []byte { data[at] ^= 1; return data }
			edit(t, s, name, flip)
			requireFound(t, verify(t, s, audit.Options{}), audit.KindFile, name)
			edit(t, s, name, flip) // back again
		}
		require.Zero(t, verify(t, s, audit.Options{}).Found)
	},
	"a file is cut short": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Episodes)[0]
		edit(t, s, name, func(data []byte) []byte { return data[:len(data)/2] })
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindFile, name, "bytes")
		requireFound(t, report, audit.KindOffset, "are missing")
	},
	"a file is gone": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.DeadLetters)[0]
		require.NoError(t, s.Delete(t.Context(), name))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindFile, name, "missing")
		requireOnly(t, report, audit.KindFile, audit.KindOffset)
	},
	"the content of a row": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Transitions)[0]
		rows := rowsOf(t, s, name)
		row := rows[3].(*schema.TransitionRow)
		row.NextState = "elsewhere"
		replaceRows(t, s, name, rows)
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindRow, row.EventID, fmt.Sprintf("partition %d, offset %d", row.Partition, row.Offset))
		require.EqualValues(t, 1, report.Found, "%v", report.Mismatches)
	},
	"the content of a row and its hash": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Transitions)[0]
		rows := rowsOf(t, s, name)
		row := rows[3].(*schema.TransitionRow)
		row.NextState = "elsewhere"
		require.NoError(t, schema.NewSealer(key).Seal(row))
		replaceRows(t, s, name, rows)
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindRoot, fmt.Sprintf("snapshot %d, generation 0, partition %d", landedIn(t, s, row), row.Partition))
		require.EqualValues(t, 1, report.Found, "%v", report.Mismatches)
	},
	"an erased row whose hash was changed": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Transitions)[0]
		rows := rowsOf(t, s, name)
		row := rows[3].(*schema.TransitionRow)
		row.State, row.Salt = "", nil
		replaceRows(t, s, name, rows)
		report := verify(t, s, audit.Options{})
		require.Zero(t, report.Found, "an erasure alone: %v", report.Mismatches)
		require.EqualValues(t, 1, report.Checked.Erased)

		name = dataFiles(t, s, schema.Transitions)[len(dataFiles(t, s, schema.Transitions))-1]
		row.EventHash[0] ^= 1
		replaceRows(t, s, name, rows)
		requireFound(t, verify(t, s, audit.Options{}), audit.KindRoot, fmt.Sprintf("snapshot %d", landedIn(t, s, row)))
	},
	"a row is deleted by a valid commit": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Episodes)[0]
		rows := rowsOf(t, s, name)
		at := rows[2].At()
		replaceRows(t, s, name, append(rows[:2:2], rows[3:]...))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindOffset, fmt.Sprintf("partition %d", at.Partition),
			fmt.Sprintf("offsets from %d to %d are missing (1)", at.Offset, at.Offset), fmt.Sprintf("snapshot %d", landedIn(t, s, rows[2])))
		requireOnly(t, report, audit.KindOffset)
	},
	"a row is there twice": func(t *testing.T, s store.Store) {
		name := dataFiles(t, s, schema.Transitions)[0]
		row := rowsOf(t, s, name)[5]
		lk := lake.Open(s, nil)
		_, err := lk.Files(t.Context(), schema.Transitions)
		require.NoError(t, err)
		file, err := lk.Write(t.Context(), schema.Transitions, []schema.Row{row})
		require.NoError(t, err)
		require.NoError(t, lk.Append(t.Context(), file, nil))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindOffset, row.Head().EventID, "more than once", name, file.Name)
		requireOnly(t, report, audit.KindOffset)
	},
	"a row that was never landed": func(t *testing.T, s store.Store) {
		row := transition("forged", 0)
		row.SchemaVersion, row.Generation, row.Partition, row.Offset = 1, 0, 1, -7
		require.NoError(t, schema.NewSealer(key).Seal(row))
		lk := lake.Open(s, nil)
		_, err := lk.Files(t.Context(), schema.Transitions)
		require.NoError(t, err)
		file, err := lk.Write(t.Context(), schema.Transitions, []schema.Row{row})
		require.NoError(t, err)
		require.NoError(t, lk.Append(t.Context(), file, nil))
		requireFound(t, verify(t, s, audit.Options{}), audit.KindOffset, "forged-0", "outside")
	},
	"a snapshot's time": func(t *testing.T, s store.Store) {
		edit(t, s, entry(3), swap(`"time":"20`, `"time":"19`))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindChain, "snapshot 3", "snapshot 4 was chained to")
		requireFound(t, report, audit.KindSnapshot, "snapshot 3", "its time")
	},
	"a byte of a snapshot that says nothing": func(t *testing.T, s store.Store) {
		edit(t, s, entry(2), func(data []byte) []byte { return append(data, '\n') })
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindChain, "snapshot 2")
		require.EqualValues(t, 1, report.Found)
	},
	"the newest snapshot's root": func(t *testing.T, s store.Store) {
		root := newest(t, s).Partitions[0].Root
		edit(t, s, entry(5), swap(root, root[1:]+"0"))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindRoot, "snapshot 5, generation 0, partition 0")
		requireFound(t, report, audit.KindSnapshot, "snapshot 5", "frontier")
	},
	"the newest snapshot's duplicates": func(t *testing.T, s store.Store) {
		edit(t, s, entry(5), swap(`"duplicates":[{"first":`, `"duplicates":[{"first":1`))
		requireFound(t, verify(t, s, audit.Options{}), audit.KindSnapshot, "snapshot 5", "not among")
	},
	"the newest snapshot's cut and counts": func(t *testing.T, s store.Store) {
		p := newest(t, s).Partitions[0]
		edit(t, s, entry(5), swap(fmt.Sprintf(`"cut":%d`, p.Cut), fmt.Sprintf(`"cut":%d`, p.Cut+3)))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindSnapshot, "snapshot 5", "counted are")
		requireFound(t, report, audit.KindOffset, "partition 0", fmt.Sprintf("offsets from %d to %d are missing (3)", p.Cut, p.Cut+2))
	},
	"a cut beyond measure": func(t *testing.T, s store.Store) {
		p := newest(t, s).Partitions[0]
		edit(t, s, entry(5), swap(fmt.Sprintf(`"cut":%d`, p.Cut), `"cut":9000000000000000000`))
		requireFound(t, verify(t, s, audit.Options{}), audit.KindSnapshot, "snapshot 5", "more than any round")
	},
	"the rows of a table in a snapshot": func(t *testing.T, s store.Store) {
		rows := newest(t, s).Tables[schema.Episodes].Rows
		edit(t, s, entry(5), swap(fmt.Sprintf(`"rows":%d`, rows), fmt.Sprintf(`"rows":%d`, rows+1)))
		report := verify(t, s, audit.Options{})
		require.NotZero(t, report.Found)
		requireFound(t, report, audit.KindSnapshot, "snapshot 5")
	},
	"a snapshot is gone": func(t *testing.T, s store.Store) {
		require.NoError(t, s.Delete(t.Context(), entry(2)))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindChain, "snapshot 2", "is missing")
		requireFound(t, report, audit.KindOffset, "are missing") // its duplicates
	},
	"a snapshot is no snapshot": func(t *testing.T, s store.Store) {
		edit(t, s, entry(5), func([]byte) []byte { return []byte("{") })
		requireFound(t, verify(t, s, audit.Options{}), audit.KindChain, "snapshot 5", "damaged")
	},
	"two snapshots are exchanged": func(t *testing.T, s store.Store) {
		exchange(t, s, entry(2), entry(3))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindChain, "snapshot 2", "says that it is 3")
		requireFound(t, report, audit.KindChain, "snapshot 3", "says that it is 2")
	},
	"how far a table says it was landed": func(t *testing.T, s store.Store) {
		snapshot := newest(t, s)
		app := snapshot.Topic + "/1/0"
		lk := lake.Open(s, nil)
		at, err := lk.Covered(t.Context(), schema.Transitions, app)
		require.NoError(t, err)
		require.Positive(t, at)
		var row schema.Row
		for _, name := range dataFiles(t, s, schema.Transitions) {
			row = rowsOf(t, s, name)[0]
		}
		beyond := *row.(*schema.TransitionRow)
		beyond.Partition, beyond.Offset = 1, snapshot.Partition(0, 1).Cut
		require.NoError(t, schema.NewSealer(key).Seal(&beyond))
		file, err := lk.Write(t.Context(), schema.Transitions, []schema.Row{&beyond})
		require.NoError(t, err)
		require.NoError(t, lk.Append(t.Context(), file, map[string]lake.Reach{app: {From: at, To: 1}}))
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindTable, schema.Transitions, "by its own word")
		require.EqualValues(t, 1, report.Found)
		require.EqualValues(t, 1, report.Checked.Pending, "the row behind the cut")
	},
	"an entry of a table's log": func(t *testing.T, s store.Store) {
		log := names(t, s, schema.Transitions+"/_delta_log/")
		edit(t, s, log[1], func([]byte) []byte { return []byte("{") })
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindTable, schema.Transitions, "damaged")
	},
	"the end of a table's log is gone": func(t *testing.T, s store.Store) {
		log := names(t, s, schema.Episodes+"/_delta_log/")
		for _, name := range log[2:] {
			require.NoError(t, s.Delete(t.Context(), name))
		}
		requireFound(t, verify(t, s, audit.Options{}), audit.KindTable, schema.Episodes, "its log ends at version 1")
	},
}

// tamperingsOfRounds need a file a round.
var tamperingsOfRounds = map[string]func(t *testing.T, s store.Store){
	"two files are exchanged": func(t *testing.T, s store.Store) {
		files := dataFiles(t, s, schema.Transitions)
		exchange(t, s, files[1], files[3])
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindFile, files[1])
		requireFound(t, report, audit.KindFile, files[3])
	},
	"a file takes the place of another one": func(t *testing.T, s store.Store) {
		files := dataFiles(t, s, schema.Transitions)
		other, err := store.Get(t.Context(), s, files[0])
		require.NoError(t, err)
		edit(t, s, files[4], func([]byte) []byte { return other })
		report := verify(t, s, audit.Options{})
		requireFound(t, report, audit.KindFile, files[4])
		requireFound(t, report, audit.KindOffset, "more than once")
		requireFound(t, report, audit.KindOffset, "are missing")
	},
	"the mismatches are many": func(t *testing.T, s store.Store) {
		for _, name := range dataFiles(t, s, schema.Transitions) {
			require.NoError(t, s.Delete(t.Context(), name))
		}
		report := verify(t, s, audit.Options{Limit: 3})
		require.Len(t, report.Mismatches, 3)
		require.Greater(t, report.Found, int64(5))
	},
}

func exchange(t *testing.T, s store.Store, a, b string) {
	first, err := store.Get(t.Context(), s, a)
	require.NoError(t, err)
	second, err := store.Get(t.Context(), s, b)
	require.NoError(t, err)
	require.NoError(t, s.Replace(t.Context(), a, second))
	require.NoError(t, s.Replace(t.Context(), b, first))
}

// landedIn returns the snapshot that made a row visible.
func landedIn(t *testing.T, s store.Store, row schema.Row) int64 {
	lk := lake.Open(s, nil)
	at := row.At()
	for n := int64(1); ; n++ {
		snapshot, err := lk.At(t.Context(), n)
		require.NoError(t, err)
		if snapshot.Visible(at.Generation, int(at.Partition), at.Offset) {
			return n
		}
	}
}
