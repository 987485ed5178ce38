package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// failed returns the findings that do not hold.
func failed(findings []app.Finding) (failed []app.Finding) {
	for _, f := range findings {
		if !f.OK {
			failed = append(failed, f)
		}
	}
	return failed
}

// requireFinding checks that the doctor finds one thing, and what.
func (h *home) requireFinding(check, detail, remedy string) {
	h.Helper()
	findings, err := h.app().Doctor(h.Context())
	require.NoError(h, err)
	found := failed(findings)
	require.Len(h, found, 1, "%+v", found)
	require.Equal(h, check, found[0].Check)
	require.Contains(h, found[0].Detail, detail)
	require.Contains(h, found[0].Remedy, remedy)
}

// one returns the only file that a pattern matches.
func (h *home) one(pattern ...string) string {
	h.Helper()
	found, err := filepath.Glob(h.file(pattern...))
	require.NoError(h, err)
	require.Len(h, found, 1)
	require.NoError(h, os.Chmod(found[0], 0o600))
	return found[0]
}

func TestStatusAndDoctorOfAnEmptyLake(t *testing.T) {
	h := newHome(t)
	status, err := h.app().Status(t.Context())
	require.NoError(t, err)
	require.Zero(t, status.Snapshot)
	require.Nil(t, status.Time)
	require.Zero(t, *status.Lag)
	require.Len(t, status.Tables, len(schema.Tables()))
	require.Len(t, status.Partitions, embedded.DefaultPartitions)
	findings, err := h.app().Doctor(t.Context())
	require.NoError(t, err)
	require.Equal(t, []app.Finding{{Check: "snapshot", OK: true, Detail: "nothing was landed yet"}}, findings)
	require.NoFileExists(t, h.file("keys", "salt.key"), "looking makes no key")
}

func TestStatusAndDoctorOfAHealthyLake(t *testing.T) {
	h := newHome(t)
	h.bring("key", "coin")
	h.garbage("x")
	h.produce(app.ProduceOptions{NoLand: true}, event(t, "e", nil), event(t, "e", nil))
	status, err := h.app().Status(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, h.newest(), status.Snapshot)
	require.EqualValues(t, 2, *status.Lag)
	require.EqualValues(t, 1, status.Counts.DeadLetter)
	cuts, bytes := int64(0), int64(0)
	for _, p := range status.Partitions {
		require.LessOrEqual(t, p.Cut, *p.End)
		cuts += p.Cut
	}
	require.Equal(t, status.Counts.Total(), cuts)
	for _, table := range status.Tables {
		require.Equal(t, table.Rows > 0, table.Files > 0, table.Table)
		require.Equal(t, h.value("SELECT count(*) FROM lake."+table.Table), table.Rows)
		bytes += table.Bytes
	}
	require.Equal(t, bytes, status.Bytes)

	findings, err := h.app().Doctor(t.Context())
	require.NoError(t, err)
	require.Empty(t, failed(findings))
	require.Len(t, findings, 5+len(schema.Tables()))
	require.Contains(t, findings[len(findings)-1].Detail, "2 records wait to be landed: run `dreamlog land`")
}

func TestDoctorFindsDamage(t *testing.T) {
	for name, c := range map[string]struct {
		damage                func(t *testing.T, h *home)
		check, detail, remedy string
	}{
		"a deleted data file": {func(t *testing.T, h *home) {
			require.NoError(t, os.Remove(h.one("lake", "transitions", "part-*")))
		}, "table transitions", "no such object", "restore the file"},
		"a truncated data file": {func(t *testing.T, h *home) {
			require.NoError(t, os.Truncate(h.one("lake", "transitions", "part-*"), 100))
		}, "table transitions", "has 100 bytes, should have", "restore the file"},
		"a table without its log": {func(t *testing.T, h *home) {
			require.NoError(t, os.RemoveAll(h.file("lake", "tasks", "_delta_log")))
		}, "table tasks", "rows, the snapshot promises", "dreamlog verify"},
		"another key": {func(t *testing.T, h *home) {
			require.NoError(t, os.WriteFile(h.file("keys", "salt.key"), []byte(strings.Repeat("00", 32)+"\n"), 0o600))
		}, "salt key", "the lake was landed with", "from a backup"},
		"a damaged key": {func(t *testing.T, h *home) {
			require.NoError(t, os.Truncate(h.file("keys", "salt.key"), 10))
		}, "salt key", "should hold 64 hexadecimal digits", "from a backup"},
		"no key": {func(t *testing.T, h *home) {
			require.NoError(t, os.Remove(h.file("keys", "salt.key")))
		}, "salt key", "no such file", "from a backup"},
		"a damaged snapshot": {func(t *testing.T, h *home) {
			require.NoError(t, os.Truncate(h.one("lake", "snapshots", "*1.json"), 10))
		}, "snapshot", "snapshot 1 is damaged", "restore the lake"},
		"a lost log": {func(t *testing.T, h *home) {
			require.NoError(t, os.RemoveAll(h.file("log")))
		}, "event log", "but the lake holds rows up to", "--new-generation"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			h.bring("key")
			c.damage(t, h)
			h.requireFinding(c.check, c.detail, c.remedy)
			h.requireFinding(c.check, c.detail, c.remedy) // looking mends nothing
		})
	}
}

func TestDoctorFindsDamagedModels(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(file string) error
		detail string
	}{
		"truncated": {func(file string) error { return os.Truncate(file, 100) }, "was altered: its SHA-256 is "},
		"emptied":   {func(file string) error { return os.Truncate(file, 0) }, "was altered: its SHA-256 is "},
		"deleted":   {os.Remove, "is gone from the lake"},
	} {
		t.Run(name, func(t *testing.T) {
			h := lived(t)
			fit := h.fit()
			findings, err := h.app().Doctor(t.Context())
			require.NoError(t, err)
			require.Empty(t, failed(findings))
			require.Contains(t, findings, app.Finding{Check: "models", OK: true, Detail: "1 registered, each with its file"})

			_, err = h.play(app.PlayOptions{Attempts: 2, MaxSteps: 12}) // so that a fit to the newest gives another
			require.NoError(t, err)
			file := h.one("lake", "models", "*")
			require.NoError(t, c.damage(file))
			h.requireFinding("models", "lifted/corridor version "+fit.Version+": its file "+fit.URI+" "+c.detail,
				fmt.Sprintf("model fit --env corridor --env-version 1 --at %d --seed 1`", fit.Snapshot))

			_ = os.Remove(file)
			again, err := h.app().FitModel(t.Context(), app.FitOptions{
				At: fmt.Sprint(fit.Snapshot), Seed: 1, Visibility: replay.Visibility{Environment: "corridor", EnvironmentVersion: new("1")},
			})
			require.NoError(t, err)
			require.Equal(t, fit.SHA256, again.SHA256)
			findings, err = h.app().Doctor(t.Context())
			require.NoError(t, err)
			require.Empty(t, failed(findings))
		})
	}
}

// trim drops everything that the log holds but the last record of each
// partition, which never goes.
func (h *home) trim() {
	h.Helper()
	broker, err := embedded.Start(h.Context(), embedded.Options{Dir: h.file("log")})
	require.NoError(h, err)
	defer func() { require.NoError(h, broker.Close()) }()
	log, err := eventlog.Open(h.Context(), eventlog.Config{Brokers: []string{broker.Addr()}})
	require.NoError(h, err)
	defer func() { require.NoError(h, log.Close()) }()
	offsets, err := log.Offsets(h.Context())
	require.NoError(h, err)
	for _, o := range offsets {
		require.NoError(h, log.Trim(h.Context(), o.Partition, max(0, o.End-1)))
	}
}

func TestRecordsTrimmedBeforeTheyLanded(t *testing.T) {
	h := newHome(t)
	h.bring("key")
	h.produce(app.ProduceOptions{NoLand: true}, event(t, "e", nil), event(t, "e", nil))
	h.trim()
	h.requireFinding("event log", "the records between are lost", "--new-generation")
	_, err := h.app().Land(t.Context(), app.LandOptions{})
	require.ErrorContains(t, err, "landing halted")
	_, err = h.app().Land(t.Context(), app.LandOptions{NewGeneration: true})
	require.NoError(t, err)
	h.bring("coin")
	require.EqualValues(t, 2, h.value("SELECT count(*) FROM lake.episodes"))
	h.requireOnce()
}

func TestDoctorFindsTooManyFiles(t *testing.T) {
	h := newHome(t)
	lk := h.app().Lake()
	require.NoError(t, lk.Prepare(t.Context()))
	const n = 201
	sealer := schema.NewSealer([]byte("key"))
	for i := range int64(n) {
		row := good()
		row.SchemaVersion, row.Offset, row.IngestTime = schema.Version, i, 1
		require.NoError(t, sealer.Seal(row))
		file, err := lk.Write(t.Context(), schema.Episodes, []schema.Row{row})
		require.NoError(t, err)
		require.NoError(t, lk.Append(t.Context(), file, nil))
	}
	require.NoError(t, lk.Publish(t.Context(), nil, &lake.Snapshot{
		Time: time.Now(), Token: "t", Topic: eventlog.DefaultTopic, Partitions: []lake.Partition{{Cut: n, Counts: lake.Counts{Rows: n}}},
		Tables: map[string]lake.TableVersion{schema.Episodes: {Version: n, Rows: n}},
	}))
	findings, err := h.app().Doctor(t.Context())
	require.NoError(t, err)
	require.Contains(t, findings, app.Finding{Check: "table episodes", Detail: "it has 201 files", Remedy: "run `dreamlog compact`"})
	_, err = h.app().Compact(t.Context(), app.CompactOptions{})
	require.NoError(t, err)
	findings, err = h.app().Doctor(t.Context())
	require.NoError(t, err)
	require.Contains(t, findings, app.Finding{Check: "table episodes", OK: true, Detail: "201 rows in 4 files"})
}
