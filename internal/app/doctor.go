package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/internal/app/datadir"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// Finding is the result of one check of the doctor.
type Finding struct {
	Check string `json:"check"`
	// OK says that the check holds. One that could not be made holds, and
	// Detail says why it was not.
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	// Remedy is what to do where it does not hold.
	Remedy string `json:"remedy,omitempty"`
}

// maxFiles is how many files of a table a reader should have to open at most.
const maxFiles = 200

// Doctor checks the invariants that can be checked without reading all rows;
// Verify does that. It changes nothing.
func (a *App) Doctor(ctx context.Context) ([]Finding, error) {
	snapshot, err := a.lake.Newest(ctx)
	if err != nil {
		return []Finding{{"snapshot", false, err.Error(), "restore the lake from a copy, or ask `dreamlog verify` how far the damage goes"}}, nil
	}
	if snapshot == nil {
		return []Finding{{"snapshot", true, "nothing was landed yet", ""}}, nil
	}
	findings := []Finding{
		{"snapshot", true, fmt.Sprintf("the newest is %d", snapshot.Number), ""},
		a.checkKey(snapshot), checkCounts(snapshot),
	}
	for _, table := range schema.Tables() {
		findings = append(findings, a.checkTable(ctx, snapshot, table))
	}
	findings = append(findings, a.checkModels(ctx)...)
	return append(findings, a.checkLog(ctx)), ctx.Err()
}

func (a *App) checkKey(s *lake.Snapshot) Finding {
	const check, remedy = "salt key", "restore keys/salt.key of this data directory from a backup"
	key, err := a.dir.SaltKey()
	switch {
	case err != nil:
		return Finding{check, false, err.Error(), remedy}
	case schema.KeyID(key) != s.KeyID:
		return Finding{check, false, fmt.Sprintf("its id is %s, the lake was landed with %s", schema.KeyID(key), s.KeyID), remedy}
	}
	return Finding{check, true, "it is the one that the lake was landed with", ""}
}

// checkCounts checks that every offset below the cut is accounted for once.
func checkCounts(s *lake.Snapshot) Finding {
	const check = "counts"
	for _, p := range s.Partitions {
		if p.Counts.Total() != p.Cut-p.Start {
			return Finding{check, false, fmt.Sprintf("generation %d partition %d: %d of %d offsets are accounted for", p.Generation, p.Partition, p.Counts.Total(), p.Cut-p.Start), "run `dreamlog verify`"}
		}
	}
	rows := int64(0)
	for _, t := range s.Tables {
		rows += t.Rows
	}
	c := s.Counts()
	if rows != c.Rows+c.DeadLetter {
		return Finding{check, false, fmt.Sprintf("the tables have %d rows, the partitions account for %d", rows, c.Rows+c.DeadLetter), "run `dreamlog verify`"}
	}
	return Finding{check, true, fmt.Sprintf("%d offsets: %d rows, %d dead letters, %d duplicates, %d skipped", c.Total(), c.Rows, c.DeadLetter, c.Duplicates, c.Skipped), ""}
}

// checkTable checks that the files of a table are there, whole, not too many,
// and hold the rows that the snapshot promises.
func (a *App) checkTable(ctx context.Context, s *lake.Snapshot, table string) Finding {
	check := "table " + table
	plan, err := a.lake.Plan(ctx, s, table)
	if err != nil {
		return Finding{check, false, err.Error(), "run `dreamlog verify`"}
	}
	rows, mixed := int64(0), false
	for _, f := range plan.Files {
		if err := a.checkFile(ctx, f); err != nil {
			return Finding{check, false, err.Error(), "restore the file from a copy of the lake"}
		}
		rows, mixed = rows+f.Rows, mixed || f.Mixed
	}
	want := s.Tables[table].Rows
	switch {
	case rows < want || rows > want && !mixed:
		return Finding{check, false, fmt.Sprintf("its files hold %d rows, the snapshot promises %d", rows, want), "run `dreamlog verify`"}
	case plan.Version >= 0 && plan.Version < s.Tables[table].Version:
		return Finding{check, false, fmt.Sprintf("its log ends at version %d, the snapshot knows version %d", plan.Version, s.Tables[table].Version), "restore the table's _delta_log from a copy of the lake"}
	case len(plan.Files) > maxFiles:
		return Finding{check, false, fmt.Sprintf("it has %d files", len(plan.Files)), "run `dreamlog compact`"}
	}
	return Finding{check, true, fmt.Sprintf("%d rows in %d files", want, len(plan.Files)), ""}
}

func (a *App) checkFile(ctx context.Context, f lake.File) (err error) {
	o, err := a.store.Open(ctx, f.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	if o.Size() != f.Size {
		return fmt.Errorf("data file %s has %d bytes, should have %d", f.Name, o.Size(), f.Size)
	}
	return nil
}

// checkModels checks that the files of the models that were registered are there
// and whole: a finding for each that is not, or one for all.
func (a *App) checkModels(ctx context.Context) (findings []Finding) {
	const check = "models"
	all, err := a.Models(ctx, "")
	if err != nil {
		return []Finding{{check, true, "not checked: " + err.Error(), ""}}
	}
	seen := map[string]bool{}
	for i := range all {
		m := &all[i]
		if seen[m.URI+m.SHA256] {
			continue
		}
		seen[m.URI+m.SHA256] = true
		if _, err := a.readArtefact(ctx, m); err != nil {
			findings = append(findings, Finding{check, false, fmt.Sprintf("%s version %s: %s", m.ID, m.Version, err), fmt.Sprintf(
				"restore the file from a copy of the lake; or remove it, and run `dreamlog model fit --env %s --env-version %s --at %d --seed %d` with the limits that column visibility of the view models names",
				Quoted(m.Environment), Quoted(m.EnvironmentVersion), m.Snapshot, m.Seed)})
		}
	}
	if len(all) == 0 {
		return []Finding{{check, true, "none is registered", ""}}
	}
	if len(findings) == 0 {
		return []Finding{{check, true, fmt.Sprintf("%d registered, each with its file", len(seen)), ""}}
	}
	return findings
}

// checkLog checks that the log goes on where the lake ends.
func (a *App) checkLog(ctx context.Context) Finding {
	const check = "event log"
	log, err := a.openLog(ctx)
	var locked *datadir.ErrLocked
	if errors.As(err, &locked) {
		return Finding{check, true, "not checked: another command is writing to the data directory", ""}
	}
	if err != nil {
		return Finding{check, false, err.Error(), "see above"}
	}
	lag, err := a.compareLog(ctx, log)
	err = errors.Join(err, log.Close())
	var misfit *MisfitError
	switch {
	case errors.As(err, &misfit):
		return Finding{check, false, misfit.Detail, misfitRemedy}
	case err != nil:
		return Finding{check, false, err.Error(), "see above"}
	case lag > 0:
		return Finding{check, true, fmt.Sprintf("%d records wait to be landed: run `dreamlog land`", lag), ""}
	}
	return Finding{check, true, "everything on it is landed", ""}
}

// Quoted is a word as a shell takes it for one.
func Quoted(word string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
