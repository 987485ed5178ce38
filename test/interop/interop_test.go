package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/analytics/render"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// question is what read.py is asked.
type question struct {
	Lake         string        `json:"lake"`
	Cases        []readCase    `json:"cases"`
	Transactions []transaction `json:"transactions"`
}

// readCase is a table at a version, and a file with what our SQL sees of it.
type readCase struct {
	Table   string `json:"table"`
	Version int64  `json:"version"`
	Ours    string `json:"ours"`

	name     string
	rows     int64
	snapshot int64
}

type transaction struct {
	Table       string `json:"table"`
	Application string `json:"application"`

	version *int64 // expected; nil: none
}

// answer is what read.py saw.
type answer struct {
	Cases []struct {
		Ours   seen     `json:"ours"`
		Delta  seen     `json:"delta"`
		Polars seen     `json:"polars"`
		Files  []string `json:"files"`
	} `json:"cases"`
	Transactions []*int64               `json:"transactions"`
	Schemas      map[string]deltaSchema `json:"schemas"`
	Newest       map[string]int64       `json:"newest"`
}

type seen struct {
	Rows    int64             `json:"rows"`
	Digests map[string]string `json:"digests"`
}

func TestOtherReadersSeeWhatOurSQLSees(t *testing.T) {
	python := interpreter(t)
	h, before, after := newHistory(t)
	checkpoint := h.checkpoint(schema.Transitions)
	require.Less(t, checkpoint, before.Tables[schema.Transitions].Version, "versions on both sides of the checkpoint")

	q := question{Lake: filepath.Join(h.data, "lake")}
	q.ask(h, schema.Transitions, 1, h.snapshot(schema.Transitions, 1), "the first round")
	q.ask(h, schema.Transitions, checkpoint-1, h.snapshot(schema.Transitions, checkpoint-1), "before the checkpoint")
	q.ask(h, schema.Transitions, checkpoint, h.snapshot(schema.Transitions, checkpoint), "at the checkpoint")
	for _, table := range schema.Tables() {
		version := before.Tables[table].Version
		q.ask(h, table, version, before, "before the compaction")
		q.ask(h, table, version+1, before, "the compaction itself")
		q.ask(h, table, after.Tables[table].Version, after, "the newest snapshot")
	}
	q.transactions(h, after)

	got := ask(t, python, q)
	for i, c := range q.Cases {
		saw := got.Cases[i]
		what := fmt.Sprintf("%s at version %d: %s", c.Table, c.Version, c.name)
		require.Equal(t, c.rows, saw.Ours.Rows, what)
		require.Equal(t, saw.Ours, saw.Delta, "delta-rs, %s", what)
		require.Equal(t, saw.Ours, saw.Polars, "polars, %s", what)
		require.Equal(t, h.fingerprint(c), fingerprintOf(t, c.Table, saw.Files), "DuckDB over the files that delta-rs lists, %s", what)
	}
	for i, txn := range q.Transactions {
		require.Equal(t, txn.version, got.Transactions[i], "txn %s of %s", txn.Application, txn.Table)
	}
	for _, table := range schema.Tables() {
		require.Equal(t, after.Tables[table].Version, got.Newest[table], table)
		require.Equal(t, schemaOf(table), got.Schemas[table], table)
	}
}

// ask adds a table at a version, of which our SQL sees what it has at a
// snapshot.
func (q *question) ask(h *history, table string, version int64, s *lake.Snapshot, name string) {
	file := filepath.Join(h.t.TempDir(), "ours.arrow")
	h.write(file, table, s)
	q.Cases = append(q.Cases, readCase{table, version, file, name, s.Tables[table].Rows, s.Number})
}

// transactions asks for the txn of every table and partition.
func (q *question) transactions(h *history, s *lake.Snapshot) {
	for _, table := range schema.Tables() {
		for _, p := range s.Partitions {
			txn := transaction{Table: table, Application: fmt.Sprintf("%s/%d/%d", topic, p.Partition, p.Generation)}
			next, err := h.app.Lake().Covered(h.t.Context(), table, txn.Application)
			require.NoError(h.t, err)
			require.LessOrEqual(h.t, next, p.Cut)
			if next > 0 {
				txn.version = &next
			}
			q.Transactions = append(q.Transactions, txn)
		}
	}
}

// write writes what our SQL sees of a table.
func (h *history) write(file, table string, s *lake.Snapshot) {
	session, err := h.app.Session(h.t.Context(), fmt.Sprint(s.Number), analytics.Options{})
	require.NoError(h.t, err)
	result, err := session.Trusted(h.t.Context(), fmt.Sprintf("SELECT %s FROM lake.%s", columns(table), table))
	require.NoError(h.t, err)
	var out bytes.Buffer
	require.NoError(h.t, render.Write(&out, render.Arrow, result, render.Options{}))
	require.NoError(h.t, result.Close())
	require.NoError(h.t, session.Close())
	require.NoError(h.t, os.WriteFile(file, out.Bytes(), 0o600))
}

// interpreter returns the Python of the virtual environment.
func interpreter(t *testing.T) string {
	venv := os.Getenv("DREAMLOG_VENV")
	python := filepath.Join(venv, "bin", "python")
	_, err := os.Stat(python)
	switch {
	case venv != "" && err == nil:
		return python
	case os.Getenv("CI") == "true":
		t.Fatalf("CI needs delta-rs and polars: DREAMLOG_VENV is %q, and %v; `make test` sets it", venv, err)
	}
	t.Skipf("delta-rs and polars are not here: DREAMLOG_VENV is %q; `make test` sets it where there is a python3", venv)
	return ""
}

// ask runs read.py.
func ask(t *testing.T, python string, q question) (a answer) {
	input, err := json.Marshal(q)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), python, "read.py")
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	require.NoError(t, err, "read.py: %s", stderr.String())
	require.NoError(t, json.Unmarshal(output, &a))
	require.Len(t, a.Cases, len(q.Cases))
	require.Len(t, a.Transactions, len(q.Transactions))
	return a
}
