package audit_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/merkle"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

// rolled is a lake of one partition with 2,100 snapshots of a row each, of
// which the first 999 are rolled up. Landing so many rounds would take a minute,
// so that the test plays the lander.
func rolled(t testing.TB) store.Store {
	const rounds = 2100
	s := memory.New()
	lk := lake.Open(s, nil)
	require.NoError(t, lk.Prepare(t.Context()))
	sealer, tree := schema.NewSealer(key), merkle.New()
	rows := make([]schema.Row, rounds)
	inOrder := make([]schema.Row, rounds)
	for i := range rows {
		row := transition("e", i)
		row.SchemaVersion, row.Offset = 1, int64(i)
		require.NoError(t, sealer.Seal(row))
		rows[i], inOrder[i] = row, row
	}
	file, err := lk.Write(t.Context(), schema.Transitions, rows)
	require.NoError(t, err)
	require.NoError(t, lk.Append(t.Context(), file, map[string]lake.Reach{"topic/0/0": {From: 0, To: rounds}}))
	var previous *lake.Snapshot
	for i, row := range inOrder {
		tree.Append([sha256.Size]byte(row.Evidence().EventHash))
		n := int64(i + 1)
		next := &lake.Snapshot{
			Time: time.Now(), Token: fmt.Sprint(n), Topic: "topic", KeyID: schema.KeyID(key),
			Partitions: []lake.Partition{{Cut: n, Root: tree.Root(), Frontier: tree.Frontier(), Counts: lake.Counts{Rows: n}}},
			Tables:     map[string]lake.TableVersion{schema.Transitions: {Version: 1, Rows: n}},
		}
		_, err := lk.Newest(t.Context())
		require.NoError(t, err)
		require.NoError(t, lk.Publish(t.Context(), previous, next))
		previous = next
	}
	n, err := lk.RollUp(t.Context())
	require.NoError(t, err)
	require.Equal(t, 999, n)
	return s
}

const rollup = "snapshots-rolled/00000000000000000000.jsonl"

func TestARollUpIsProvenAsItsEntriesWere(t *testing.T) {
	honest := rolled(t)
	report := verify(t, honest, audit.Options{Window: 300})
	require.Empty(t, report.Mismatches)
	require.EqualValues(t, 2100, report.Checked.Snapshots)
	require.EqualValues(t, 2100, report.Checked.Rows)

	line := func(data []byte, n int) []byte { return bytes.SplitAfter(data, []byte("\n"))[n-1] }
	for what, spoil := range map[string]func(t *testing.T, s store.Store){
		"an entry is edited": func(t *testing.T, s store.Store) {
			edit(t, s, rollup, swap(`"token":"500"`, `"token":"501"`))
			report := verify(t, s, audit.Options{})
			requireFound(t, report, audit.KindChain, "snapshot 500", rollup)
			require.EqualValues(t, 1, report.Found)
		},
		"an entry is left out": func(t *testing.T, s store.Store) {
			edit(t, s, rollup, func(data []byte) []byte { return bytes.Replace(data, line(data, 500), nil, 1) })
			report := verify(t, s, audit.Options{})
			requireFound(t, report, audit.KindChain, "snapshot 500", "says that it is 501")
			requireFound(t, report, audit.KindChain, "snapshot 999", "missing")
		},
		"an entry is there twice": func(t *testing.T, s store.Store) {
			edit(t, s, rollup, func(data []byte) []byte { return append(data, line(data, 999)...) })
			requireFound(t, verify(t, s, audit.Options{}), audit.KindChain, "snapshot 999", "goes on behind")
		},
		"it is gone": func(t *testing.T, s store.Store) {
			require.NoError(t, s.Delete(t.Context(), rollup))
			report := verify(t, s, audit.Options{})
			requireFound(t, report, audit.KindChain, "snapshot 1", "missing")
			requireFound(t, report, audit.KindChain, "snapshot 999", "missing")
			require.EqualValues(t, 999, report.Found)
		},
		"an entry of its own differs": func(t *testing.T, s store.Store) {
			data, err := store.Get(t.Context(), s, rollup)
			require.NoError(t, err)
			require.NoError(t, store.Put(t.Context(), s, entry(7), swap("topic", "tropic")(bytes.Clone(line(data, 7)))))
			requireFound(t, verify(t, s, audit.Options{}), audit.KindChain, "snapshot 7", "not the same")
		},
		"an entry of its own is the same": func(t *testing.T, s store.Store) {
			data, err := store.Get(t.Context(), s, rollup)
			require.NoError(t, err)
			require.NoError(t, store.Put(t.Context(), s, entry(7), line(data, 7)))
			require.Zero(t, verify(t, s, audit.Options{}).Found, "a roll-up was interrupted")
		},
		"all entries behind it are gone": func(t *testing.T, s store.Store) {
			for _, name := range names(t, s, "snapshots/") {
				require.NoError(t, s.Delete(t.Context(), name))
			}
			report := verify(t, s, audit.Options{})
			require.EqualValues(t, 999, report.Snapshot, "a shorter chain is a chain: its digest is another")
			require.EqualValues(t, 2100-999, report.Checked.Pending)
		},
		"a row and its hash, located between two snapshots": func(t *testing.T, s store.Store) {
			name := dataFiles(t, s, schema.Transitions)[0]
			rows := rowsOf(t, s, name)
			for _, row := range rows {
				if row.At().Offset == 1233 {
					row.(*schema.TransitionRow).State = "elsewhere"
					require.NoError(t, schema.NewSealer(key).Seal(row))
				}
			}
			replaceRows(t, s, name, rows)
			report := verify(t, s, audit.Options{})
			requireFound(t, report, audit.KindRoot, "snapshot 1234,", "offsets 1233 to 1233")
			require.EqualValues(t, 1, report.Found)
		},
	} {
		t.Run(what, func(t *testing.T) { spoil(t, clone(t, honest)) })
	}
}
