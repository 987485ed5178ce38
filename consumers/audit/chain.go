package audit

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// chain checks each snapshot against itself and the one before.
type chain struct {
	*recorder
	// before is the entry in front, damaged or not; good the last one that
	// could be read.
	before lake.Link
	good   *lake.Snapshot
}

// check walks the chain, and returns the last entry that can be read.
func (c *chain) check(ctx context.Context, lk *lake.Lake, last int64) (*lake.Snapshot, error) {
	for link, err := range lk.Links(ctx, last) {
		if err != nil {
			return nil, err
		}
		c.link(link)
		c.count(func(n *Checked) { n.Snapshots++ })
	}
	c.report.Snapshot, c.report.Digest = last, c.before.Digest
	return c.good, nil
}

func snapshotName(number int64) string { return fmt.Sprintf("snapshot %d", number) }

// link checks one entry.
func (c *chain) link(link lake.Link) {
	name := snapshotName(link.Number)
	s := link.Snapshot
	switch {
	case link.Damage != nil:
		c.mismatch(KindChain, name, "%v (%s)", link.Damage, link.Object)
	case c.before.Digest != "" && s.Previous != c.before.Digest:
		c.mismatch(KindChain, snapshotName(c.before.Number), "it is not the one that snapshot %d was chained to: its digest is %s, there it was %s (%s)",
			link.Number, c.before.Digest, s.Previous, c.before.Object)
	case link.Number == 1 && s.Previous != "":
		c.mismatch(KindChain, name, "it is the first one, but names one before it")
	}
	c.before = link
	if s == nil {
		return
	}
	c.content(name, s)
	if c.good != nil {
		c.order(name, s, c.good)
	}
	c.partitions(name, s)
	c.good = s
}

// content checks what a snapshot says against itself.
func (c *chain) content(name string, s *lake.Snapshot) {
	var rows int64
	for _, table := range s.Tables {
		rows += table.Rows
	}
	if sum := s.Counts(); rows != sum.Rows+sum.DeadLetter {
		c.mismatch(KindSnapshot, name, "its tables have %d rows, its partitions count %d", rows, sum.Rows+sum.DeadLetter)
	}
	for i := range s.Partitions {
		p := &s.Partitions[i]
		if p.Cut < p.Start || p.Counts.Total() != p.Cut-p.Start {
			c.mismatch(KindSnapshot, name, "%s: the offsets from %d to %d are %d, counted are %d", laneOf(p), p.Start, p.Cut, p.Cut-p.Start, p.Counts.Total())
		}
	}
}

// order checks a snapshot against an earlier one.
func (c *chain) order(name string, s, before *lake.Snapshot) {
	switch {
	case s.Time.Before(before.Time):
		c.mismatch(KindSnapshot, name, "its time %s lies before that of snapshot %d", s.Time, before.Number)
	case s.Generation < before.Generation:
		c.mismatch(KindSnapshot, name, "its generation %d lies before that of snapshot %d", s.Generation, before.Number)
	case s.KeyID != before.KeyID || s.Topic != before.Topic:
		c.mismatch(KindSnapshot, name, "topic and key of the salts are %s and %s, before they were %s and %s", s.Topic, s.KeyID, before.Topic, before.KeyID)
	}
	for _, table := range schema.Tables() {
		now, was := s.Tables[table], before.Tables[table]
		if now.Version < was.Version || now.Rows < was.Rows {
			c.mismatch(KindSnapshot, name, "table %s is at version %d with %d rows, before it was at %d with %d", table, now.Version, now.Rows, was.Version, was.Rows)
		}
	}
	for i := range before.Partitions {
		was := &before.Partitions[i]
		if s.Partition(was.Generation, was.Partition) == nil {
			c.mismatch(KindSnapshot, name, "%s is no longer in it", laneOf(was))
		}
	}
}

// partitions checks how far each partition came since the entry before.
func (c *chain) partitions(name string, s *lake.Snapshot) {
	next := s.Number == 1
	if c.good != nil {
		next = s.Number == c.good.Number+1
	}
	for i := range s.Partitions {
		now := &s.Partitions[i]
		was := c.good.Partition(now.Generation, now.Partition)
		if was == nil {
			was = &lake.Partition{Start: now.Start, Cut: now.Start, Root: now.Root}
		}
		c.progress(name, now, was, next)
	}
}

// progress checks how far a partition came; next says that the two snapshots
// follow each other.
func (c *chain) progress(name string, now, was *lake.Partition, next bool) {
	added := lake.Counts{
		Rows: now.Counts.Rows - was.Counts.Rows, DeadLetter: now.Counts.DeadLetter - was.Counts.DeadLetter,
		Duplicates: now.Counts.Duplicates - was.Counts.Duplicates, Skipped: now.Counts.Skipped - was.Counts.Skipped,
	}
	switch {
	case now.Start != was.Start || now.Cut < was.Cut:
		c.mismatch(KindSnapshot, name, "%s goes from %d to %d, before it went from %d to %d", laneOf(now), now.Start, now.Cut, was.Start, was.Cut)
		return
	case min(added.Rows, added.DeadLetter, added.Duplicates, added.Skipped) < 0:
		c.mismatch(KindSnapshot, name, "%s counts less than before", laneOf(now))
	case now.Cut == was.Cut && now.Root != was.Root:
		c.mismatch(KindSnapshot, name, "%s has another root than before, at the same cut", laneOf(now))
	}
	if next {
		c.ranges(name, laneOf(now), "duplicates", now.Duplicates, was.Cut, now.Cut, added.Duplicates)
		c.ranges(name, laneOf(now), "skipped offsets", now.Skipped, was.Cut, now.Cut, added.Skipped)
	}
}

// ranges checks the offsets without rows that a snapshot added.
func (c *chain) ranges(name string, l lane, what string, ranges []lake.Range, first, end, due int64) {
	var sum int64
	for _, r := range ranges {
		if r.First < first || r.End <= r.First || r.End > end {
			c.mismatch(KindSnapshot, name, "%s: the %s from %d to %d are not among the offsets from %d to %d that it added", l, what, r.First, r.End, first, end)
			return
		}
		sum += r.End - r.First
		first = r.End
	}
	if sum != due {
		c.mismatch(KindSnapshot, name, "%s: it lists %d %s and counts %d", l, sum, what, due)
	}
}
