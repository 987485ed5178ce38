package audit

import (
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/merkle"
	"github.com/dreamlog/dreamlog/schema"
)

// lane is one partition of one generation of the log.
type lane struct {
	generation int64
	partition  int
}

func laneOf(p *lake.Partition) lane { return lane{p.Generation, p.Partition} }

func (l lane) String() string {
	return fmt.Sprintf("generation %d, partition %d", l.generation, l.partition)
}

// proof grows the Merkle tree of a lane again, and compares it with every
// snapshot on the way. Where it does not hold, it goes on from the frontier
// that the snapshot itself gives, so that each stretch between two snapshots
// is proven for itself.
type proof struct {
	lane
	*recorder
	start, next int64
	checked     int64 // cut of the last check that was made
	tree        *merkle.Tree
	queue       []check
	queued      int64 // cut of the last check
	counted     lake.Counts
	// The stretch since the last check: what its offsets are, and whether some
	// of them are missing, so that its root cannot be made.
	seen    tally
	missing bool
}

// check is what a snapshot says of a lane.
type check struct {
	round *round
	state *lake.Partition
	added lake.Counts
}

// tally counts offsets by what they are.
type tally struct {
	tables              map[string]int64
	duplicates, skipped int64
}

// counts returns the tally as a snapshot counts.
func (t tally) counts() (n lake.Counts) {
	for table, rows := range t.tables {
		if table == schema.DeadLetters {
			n.DeadLetter += rows
		} else {
			n.Rows += rows
		}
	}
	n.Duplicates, n.Skipped = t.duplicates, t.skipped
	return n
}

func newProof(r *recorder, p *lake.Partition) *proof {
	return &proof{lane: laneOf(p), recorder: r, start: p.Start, next: p.Start, checked: p.Start, queued: p.Start, tree: merkle.New(), seen: tally{tables: map[string]int64{}}}
}

// expect queues what a snapshot says, and returns how many offsets it adds.
// Snapshots that contradict those before were reported by chain.
func (p *proof) expect(r *round, state *lake.Partition) int64 {
	added := state.Cut - p.queued
	if state.Start != p.start || added <= 0 {
		return 0
	}
	if added > mostOffsets {
		p.mismatch(KindSnapshot, snapshotName(r.number), "%s: it says that it added %d offsets, more than any round can", p.lane, added)
		return 0
	}
	c := check{round: r, state: state, added: lake.Counts{
		Rows: state.Counts.Rows - p.counted.Rows, DeadLetter: state.Counts.DeadLetter - p.counted.DeadLetter,
		Duplicates: state.Counts.Duplicates - p.counted.Duplicates, Skipped: state.Counts.Skipped - p.counted.Skipped,
	}}
	p.queue, p.queued, p.counted = append(p.queue, c), state.Cut, state.Counts
	r.open++
	return added
}

// mostOffsets is how many offsets a snapshot may add that is worth proving.
const mostOffsets = 1 << 30

// advance takes the next offsets, which lie in w.
func (p *proof) advance(w *window, files []*file) {
	var gap lake.Range
	for i, owner := range w.owners {
		p.tree.Append(w.leaf(i))
		p.take(owner, files)
		if owner == nobody {
			gap = p.widen(gap)
		}
		p.next++
		for len(p.queue) > 0 && p.queue[0].state.Cut <= p.next {
			gap = p.reportGap(gap)
			p.settle(p.queue[0])
			p.queue = slices.Delete(p.queue, 0, 1)
		}
	}
	p.reportGap(gap)
}

func (p *proof) take(o owner, files []*file) {
	switch o {
	case nobody:
		p.missing = true
	case duplicate:
		p.seen.duplicates++
	case skipped:
		p.seen.skipped++
	default:
		p.seen.tables[files[o].table]++
	}
}

// widen adds the next offset to those that are missing.
func (p *proof) widen(gap lake.Range) lake.Range {
	if gap.End == p.next && gap != (lake.Range{}) {
		gap.End++
		return gap
	}
	p.reportGap(gap)
	return lake.Range{First: p.next, End: p.next + 1}
}

func (p *proof) reportGap(gap lake.Range) lake.Range {
	if gap.End > gap.First {
		p.mismatch(KindOffset, p.String(), "the offsets from %d to %d are missing (%d): landed before snapshot %d, they are in no table now",
			gap.First, gap.End-1, gap.End-gap.First, p.queue[0].round.number)
	}
	return lake.Range{}
}

// settle compares the tree with a snapshot.
func (p *proof) settle(c check) {
	name := fmt.Sprintf("%s, %s", snapshotName(c.round.number), p.lane)
	stored, err := merkle.Restore(uint64(p.next-p.start), c.state.Frontier)
	if err != nil {
		p.mismatch(KindSnapshot, name, "%v", err)
	} else if stored.Root() != c.state.Root {
		p.mismatch(KindSnapshot, name, "its Merkle frontier does not have its root")
	}
	first := p.checked
	if !p.missing && p.tree.Root() != c.state.Root {
		p.mismatch(KindRoot, name, "the rows of offsets %d to %d do not have the hashes that were landed: the root is %s, must be %s", first, p.next-1, p.tree.Root(), c.state.Root)
	}
	if seen := p.seen.counts(); !p.missing && seen != c.added {
		p.mismatch(KindCount, name, "of offsets %d to %d it counts %+v, there are %+v", first, p.next-1, c.added, seen)
	}
	if err == nil {
		p.tree = stored
	}
	c.round.settle(p.recorder, p.seen.tables, p.missing)
	p.seen, p.missing, p.checked = tally{tables: map[string]int64{}}, false, p.next
}

// round is one snapshot, until all its lanes are proven.
type round struct {
	number  int64
	open    int // lanes not proven yet
	due     map[string]int64
	found   map[string]int64
	missing bool
}

func (r *round) settle(rec *recorder, rows map[string]int64, missing bool) {
	for table, n := range rows {
		r.found[table] += n
	}
	r.missing = r.missing || missing
	if r.open--; r.open > 0 || r.missing {
		return
	}
	for _, table := range schema.Tables() {
		if r.found[table] != r.due[table] {
			rec.mismatch(KindCount, fmt.Sprintf("%s, table %s", snapshotName(r.number), table), "it added %d rows, there are %d", r.due[table], r.found[table])
		}
	}
}
