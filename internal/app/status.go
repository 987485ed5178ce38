package app

import (
	"context"
	"errors"
	"time"

	"github.com/dreamlog/dreamlog/internal/app/datadir"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// Status says how the data directory stands.
type Status struct {
	// Snapshot is the newest one; 0: nothing was landed yet.
	Snapshot   int64             `json:"snapshot"`
	Time       *time.Time        `json:"time"`
	Topic      string            `json:"topic"`
	Generation int64             `json:"generation"`
	Tables     []TableStatus     `json:"tables"`
	Partitions []PartitionStatus `json:"partitions"`
	// Lag is how many offsets are on the log and not in the lake; nil: the
	// log could not be asked, for the reason in LagUnknown.
	Lag        *int64      `json:"lag"`
	LagUnknown string      `json:"lag_unknown,omitempty"`
	Counts     lake.Counts `json:"counts"`
	// Bytes of the files that the newest snapshot is read from.
	Bytes int64 `json:"bytes"`
}

// TableStatus is one table in a Status.
type TableStatus struct {
	Table   string `json:"table"`
	Version int64  `json:"version"`
	Rows    int64  `json:"rows"`
	Files   int    `json:"files"`
	Bytes   int64  `json:"bytes"`
}

// PartitionStatus is one partition in a Status.
type PartitionStatus struct {
	Partition int    `json:"partition"`
	Cut       int64  `json:"cut"`
	End       *int64 `json:"end"` // nil: the log could not be asked
	Root      string `json:"root"`
}

// Status reads how things stand, without changing anything.
func (a *App) Status(ctx context.Context) (Status, error) {
	snapshot, err := a.lake.Newest(ctx)
	if err != nil {
		return Status{}, err
	}
	s := Status{Topic: a.config.Topic}
	if snapshot != nil {
		s.Snapshot, s.Time, s.Generation, s.Counts = snapshot.Number, &snapshot.Time, snapshot.Generation, snapshot.Counts()
	}
	for _, name := range schema.Tables() {
		plan, err := a.lake.Plan(ctx, snapshot, name)
		if err != nil {
			return Status{}, err
		}
		t := TableStatus{Table: name, Version: plan.Version, Files: len(plan.Files)}
		if snapshot != nil {
			t.Rows = snapshot.Tables[name].Rows
		}
		for _, f := range plan.Files {
			t.Bytes += f.Size
		}
		s.Bytes += t.Bytes
		s.Tables = append(s.Tables, t)
	}
	a.askLog(ctx, &s, snapshot)
	return s, nil
}

// askLog fills in how far the log is ahead, where the log can be asked. A
// data directory that another command is writing to is left alone.
func (a *App) askLog(ctx context.Context, s *Status, snapshot *lake.Snapshot) {
	ends, err := a.logEnds(ctx)
	var locked *datadir.ErrLocked
	switch {
	case errors.As(err, &locked):
		s.LagUnknown = "another command is writing to the data directory"
	case err != nil:
		s.LagUnknown = err.Error()
	default:
		s.Lag = new(int64)
	}
	if snapshot != nil {
		for _, p := range snapshot.Partitions {
			if p.Generation == snapshot.Generation {
				s.Partitions = append(s.Partitions, PartitionStatus{Partition: p.Partition, Cut: p.Cut, Root: p.Root})
			}
		}
	}
	if s.Lag == nil {
		return
	}
	for len(s.Partitions) < len(ends) {
		s.Partitions = append(s.Partitions, PartitionStatus{Partition: len(s.Partitions)})
	}
	for i := range s.Partitions {
		p := &s.Partitions[i]
		end, ok := ends[p.Partition]
		if !ok {
			continue
		}
		if p.End = &end; end < p.Cut {
			s.Lag, s.LagUnknown = nil, "the event log ends before the lake does; run `dreamlog doctor`"
			return
		}
		*s.Lag += end - p.Cut
	}
}

func (a *App) logEnds(ctx context.Context) (_ map[int]int64, err error) {
	log, err := a.openLog(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	return log.ends(ctx)
}
