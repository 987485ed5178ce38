package app

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
)

// MisfitError says that the event log is not the one that the lake was landed
// from, or lost records that were not landed.
type MisfitError struct{ Detail string }

func (e *MisfitError) Error() string {
	return "the event log does not go on where the lake ends: " + e.Detail + "; " + misfitRemedy
}

const misfitRemedy = "check --brokers and --topic-prefix; if the topic was made anew on purpose, run `dreamlog land --new-generation`"

// compareLog counts the offsets that wait to be landed, or says with a
// *MisfitError why they cannot be. Landing may go on beside it: the log's ends
// are held to the cut before they were asked for, its starts to the cut after.
func (a *App) compareLog(ctx context.Context, log *logConn) (lag int64, err error) {
	before, err := a.lake.Newest(ctx)
	if err != nil {
		return 0, err
	}
	offsets, err := log.Offsets(ctx)
	if err != nil {
		return 0, err
	}
	after, err := a.lake.Newest(ctx)
	if err != nil {
		return 0, err
	}
	for _, o := range offsets {
		if detail := misfit(before, after, o); detail != "" {
			return 0, &MisfitError{detail}
		}
		lag += o.End - cutOf(before, o)
	}
	return lag, nil
}

// cutOf is up to where a partition is landed.
func cutOf(s *lake.Snapshot, o eventlog.PartitionOffsets) int64 {
	if s == nil {
		return o.Start
	}
	p := s.Partition(s.Generation, o.Partition)
	if p == nil {
		return o.Start
	}
	return p.Cut
}

// misfit checks start <= cut <= end of a partition; empty: it holds.
func misfit(before, after *lake.Snapshot, o eventlog.PartitionOffsets) string {
	switch cut := cutOf(before, o); {
	case before != nil && before.Partition(before.Generation, o.Partition) == nil:
		return fmt.Sprintf("partition %d was never landed: the topic has more partitions than the lake was landed from", o.Partition)
	case o.End < cut:
		return fmt.Sprintf("partition %d ends at offset %d, but the lake holds rows up to %d", o.Partition, o.End, cut)
	}
	if cut := cutOf(after, o); o.Start > cut {
		return fmt.Sprintf("partition %d begins at offset %d, but the lake ends at %d: the records between are lost", o.Partition, o.Start, cut)
	}
	return ""
}
