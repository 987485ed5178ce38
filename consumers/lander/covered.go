package lander

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// learnCovered reads how far each table is by its own word.
func (l *Lander) learnCovered(ctx context.Context, p *progress) error {
	p.covered = map[string][]int64{}
	for _, table := range schema.Tables() {
		covered := make([]int64, len(p.partitions))
		for i := range p.partitions {
			var err error
			if covered[i], err = l.lake.Covered(ctx, table, l.appID(p, i)); err != nil {
				return wrap("read how far table "+table+" is", err)
			}
		}
		p.covered[table] = covered
	}
	return l.checkCovered(ctx, p)
}

// checkCovered makes sure that the log holds what the tables do. It asks the
// log once the tables are read: another lander may be landing what has come
// since.
func (l *Lander) checkCovered(ctx context.Context, p *progress) error {
	offsets, err := l.offsets(ctx)
	if err != nil {
		return err
	}
	for _, table := range schema.Tables() {
		for i, next := range p.covered[table] {
			if next > offsets[i].End {
				return halt(newGenerationRemedy, "table %s holds rows of partition %d up to offset %d, but the log ends at %d", table, i, next, offsets[i].End)
			}
		}
	}
	return nil
}

// offsets asks the log what it holds.
func (l *Lander) offsets(ctx context.Context) ([]eventlog.PartitionOffsets, error) {
	offsets, err := patiently(ctx, l.Logger, func() ([]eventlog.PartitionOffsets, error) { return l.log.Offsets(ctx) })
	return offsets, explainLoss(err)
}

// appID names a partition in the tables' own record of how far they are.
func (l *Lander) appID(p *progress, partition int) string {
	return fmt.Sprintf("%s/%d/%d", l.log.Topic(), partition, p.generation)
}
