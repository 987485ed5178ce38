package lander

import (
	"context"
	"errors"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// progress is what landing goes on from: step 1 makes it, each round moves it.
type progress struct {
	// snapshot is the newest one; nil: nothing was landed yet.
	snapshot *lake.Snapshot
	// partitions of the current generation, by number, with all producers.
	partitions []lake.Partition
	generation int64
	// covered is, for each table and partition, the offset up to which the
	// table says that it holds its rows: beyond the cut only where a round was
	// cut short between publishing tables and publishing the snapshot.
	covered map[string][]int64
	// until is where to stop; nil: never.
	until []int64
	// anew says that the generation has begun and no snapshot has it yet.
	anew bool
}

// reached says whether every partition is landed up to where it should be.
func (p *progress) reached() bool {
	for i := range p.partitions {
		if p.partitions[i].Cut < p.until[i] {
			return false
		}
	}
	return true
}

// recover is step 1.
func (l *Lander) recover(ctx context.Context) (*progress, error) {
	if err := l.lake.Prepare(ctx); err != nil {
		return nil, wrap("prepare the tables of the lake", err)
	}
	snapshot, err := l.lake.Newest(ctx)
	if err != nil {
		return nil, wrap("recover from the newest snapshot", err)
	}
	if err := l.sameLake(snapshot); err != nil {
		return nil, err
	}
	offsets, err := l.offsets(ctx)
	if err != nil {
		return nil, err
	}
	p := &progress{snapshot: snapshot}
	if snapshot != nil {
		p.generation = snapshot.Generation
	}
	if err := l.takeUp(ctx, p, offsets); err != nil {
		return nil, err
	}
	err = l.learnCovered(ctx, p)
	if l.mayBegin(err) && !p.anew {
		l.beginGeneration(p)
		err = l.learnCovered(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	if !l.Follow {
		p.until = l.targets(offsets)
	}
	return p, nil
}

// sameLake checks that key and topic are those that the lake was landed with.
func (l *Lander) sameLake(s *lake.Snapshot) error {
	if s == nil {
		return nil
	}
	if id := schema.KeyID(l.Key); s.KeyID != id {
		return halt("restore the salt key that belongs to this lake (keys/salt.key of its data directory)",
			"the salt key has id %s, the lake was landed with %s", id, s.KeyID)
	}
	if s.Topic != l.log.Topic() {
		return halt("use the topic that belongs to the lake, or another data directory",
			"the lake holds topic %s, not %s", s.Topic, l.log.Topic())
	}
	return nil
}

// takeUp takes each partition's state from the snapshot, and makes sure that
// the log still is the one that the snapshot speaks of.
func (l *Lander) takeUp(ctx context.Context, p *progress, offsets []eventlog.PartitionOffsets) error {
	changed := false
	for _, o := range offsets {
		state := p.snapshot.Partition(p.generation, o.Partition)
		if state == nil && p.snapshot != nil {
			return halt("a topic's partition count must never change: restore it", "the topic has %d partitions, the lake was landed from fewer", len(offsets))
		}
		if state == nil {
			p.partitions = append(p.partitions, lake.Partition{Partition: o.Partition, Start: o.Start, Cut: o.Start})
			continue
		}
		err := l.sameLog(ctx, state, o)
		if err != nil && !l.mayBegin(err) {
			return err
		}
		next := *state
		if err != nil {
			changed = true
			next.Start, next.Cut, next.LastRecord = o.Start, o.Start, ""
		}
		p.partitions = append(p.partitions, next)
	}
	if landed := p.snapshot.Partition(p.generation, len(offsets)); landed != nil {
		return halt("a topic's partition count must never change: restore it", "the topic has %d partitions, the lake was landed from more", len(offsets))
	}
	if changed {
		l.beginGeneration(p)
	}
	return nil
}

// mayBegin says whether what was found halts landing, and a person has said
// that it goes on in a new generation.
func (l *Lander) mayBegin(err error) bool {
	var halted *HaltError
	return l.NewGeneration && errors.As(err, &halted)
}

// beginGeneration lets every partition go on as part of a new generation: at
// its cut where the log is still the same one, at its start where it is not.
func (l *Lander) beginGeneration(p *progress) {
	p.generation++
	p.anew = true
	for i := range p.partitions {
		old := &p.partitions[i]
		p.partitions[i] = lake.Partition{
			Generation: p.generation, Partition: old.Partition, Start: old.Cut, Cut: old.Cut,
			LastRecord: old.LastRecord, LogTime: old.LogTime, Producers: old.Producers,
		}
	}
	l.Logger.Warn("landing goes on in a new generation of the topic", "generation", p.generation)
}

// sameLog checks that the log still holds what comes behind the cut, and that
// the last record before it is the one that was landed.
func (l *Lander) sameLog(ctx context.Context, state *lake.Partition, o eventlog.PartitionOffsets) error {
	switch {
	case o.End < state.Cut:
		return explainLoss(&eventlog.ErrBeyondEnd{Topic: l.log.Topic(), Partition: o.Partition, Asked: state.Cut, End: o.End})
	case o.Start > state.Cut:
		return explainLoss(&eventlog.ErrTrimmed{Topic: l.log.Topic(), Partition: o.Partition, Asked: state.Cut, Start: o.Start})
	case state.LastRecord == "" || o.Start == state.Cut:
		return nil // there is no landed record on the log to compare
	}
	batch, err := patiently(ctx, l.Logger, func() (eventlog.Batch, error) {
		return l.log.Fetch(ctx, o.Partition, state.Cut-1, eventlog.FetchOptions{MaxBytes: 1, MaxWait: -1})
	})
	if err != nil {
		return explainLoss(err)
	}
	if len(batch.Records) > 0 && batch.Records[0].Offset == state.Cut-1 && recordDigest(&batch.Records[0]) == state.LastRecord {
		return nil
	}
	return halt(newGenerationRemedy, "partition %d: the record at offset %d is not the one that was landed from there: the topic was deleted and made again", o.Partition, state.Cut-1)
}

// targets returns where to stop, for each partition.
func (l *Lander) targets(offsets []eventlog.PartitionOffsets) []int64 {
	until := make([]int64, len(offsets))
	for i, o := range offsets {
		until[i] = o.End
		if l.Until != nil {
			until[i] = min(o.End, l.Until[i])
		}
	}
	return until
}
