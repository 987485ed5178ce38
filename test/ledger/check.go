package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// Result is what a lake holds, compared with the books.
type Result struct {
	// Lost are the events that the lake does not have, Doubled those that it
	// has more than once, Strange those that nobody has sent.
	Lost, Doubled, Strange []string
	Snapshot               *lake.Snapshot
}

// Check holds a lake in which everything was landed to the books and to every
// invariant of docs/invariants.md that can be seen from outside. The result
// holds beside an error.
func (l *Ledger) Check(ctx context.Context, lk *lake.Lake, log *eventlog.Log) (result Result, err error) {
	if result.Snapshot, err = lk.Newest(ctx); err != nil {
		return result, err
	}
	if result.Snapshot == nil {
		return result, errors.New("nothing was landed")
	}
	for _, table := range schema.Tables() {
		found, err := visible(ctx, lk, result.Snapshot, table)
		if err != nil {
			return result, err
		}
		l.compare(table, found, &result)
	}
	return result, errors.Join(result.err(), l.counts(result.Snapshot), bounds(ctx, lk, log, result.Snapshot), proofs(ctx, lk))
}

// compare holds a table to the books. Which garbage became which dead letter
// is for counts.
func (l *Ledger) compare(table string, found map[string]int, result *Result) {
	for id, times := range found {
		if times > 1 {
			result.Doubled = append(result.Doubled, table+" "+id)
		}
		if table != schema.DeadLetters && !l.events[table][id] {
			result.Strange = append(result.Strange, table+" "+id)
		}
	}
	for id := range l.events[table] {
		if found[id] == 0 {
			result.Lost = append(result.Lost, table+" "+id)
		}
	}
}

func (r *Result) err() error {
	if len(r.Lost)+len(r.Doubled)+len(r.Strange) == 0 {
		return nil
	}
	return fmt.Errorf("lost %v, doubled %v, never sent %v", r.Lost, r.Doubled, r.Strange)
}

// counts holds what the snapshot counts to the books: whatever offset is no
// event and no garbage was sent twice.
func (l *Ledger) counts(s *lake.Snapshot) error {
	offsets := int64(0)
	for _, p := range s.Partitions {
		offsets += p.Cut - p.Start
	}
	events := int64(l.Events())
	want := lake.Counts{Rows: events, DeadLetter: l.garbage, Duplicates: offsets - events - l.garbage}
	if got := s.Counts(); got != want {
		return fmt.Errorf("snapshot %d counts %+v of %d offsets, sent were %+v", s.Number, got, offsets, want)
	}
	if want.Duplicates < l.doubled {
		return fmt.Errorf("snapshot %d counts %d duplicates, at least %d were sent", s.Number, want.Duplicates, l.doubled)
	}
	return nil
}

// bounds checks trim point <= cut = end of the log, and that no table claims
// to hold more than the log does.
func bounds(ctx context.Context, lk *lake.Lake, log *eventlog.Log, s *lake.Snapshot) error {
	offsets, err := log.Offsets(ctx)
	if err != nil {
		return err
	}
	for _, o := range offsets {
		p := s.Partition(s.Generation, o.Partition)
		if p == nil || o.Start > p.Cut || p.Cut != o.End {
			return fmt.Errorf("partition %d is landed up to %+v, the log goes from %d to %d", o.Partition, p, o.Start, o.End)
		}
		for _, table := range schema.Tables() {
			covered, err := lk.Covered(ctx, table, fmt.Sprintf("%s/%d/%d", s.Topic, o.Partition, s.Generation))
			if err != nil {
				return err
			}
			if covered > o.End {
				return fmt.Errorf("table %s claims partition %d up to %d, the log ends at %d", table, o.Partition, covered, o.End)
			}
		}
	}
	return nil
}

// proofs recomputes chain, hashes and roots.
func proofs(ctx context.Context, lk *lake.Lake) error {
	report, err := audit.Verify(ctx, lk, audit.Options{})
	if err != nil {
		return err
	}
	if report.Found > 0 {
		return fmt.Errorf("verify found %d mismatches: %v", report.Found, report.Mismatches)
	}
	return nil
}

// Whole reads the newest snapshot as any reader may at any moment, and makes
// sure that it is whole: each table has the rows that the snapshot counts,
// each once. It returns the snapshot's number; 0: nothing was landed yet.
func Whole(ctx context.Context, lk *lake.Lake) (int64, error) {
	s, err := lk.Newest(ctx)
	if err != nil || s == nil {
		return 0, err
	}
	for _, table := range schema.Tables() {
		found, err := visible(ctx, lk, s, table)
		if err != nil {
			return s.Number, fmt.Errorf("read snapshot %d: %w", s.Number, err)
		}
		rows := int64(0)
		for id, times := range found {
			rows += int64(times)
			if times > 1 {
				return s.Number, fmt.Errorf("snapshot %d, table %s: %s is there %d times", s.Number, table, id, times)
			}
		}
		if want := s.Tables[table].Rows; rows != want {
			return s.Number, fmt.Errorf("snapshot %d counts %d rows in table %s, %d are there", s.Number, want, table, rows)
		}
	}
	return s.Number, nil
}

// visible counts the rows of a table as of a snapshot, by event id.
func visible(ctx context.Context, lk *lake.Lake, s *lake.Snapshot, table string) (map[string]int, error) {
	plan, err := lk.Plan(ctx, s, table)
	if err != nil {
		return nil, err
	}
	found := map[string]int{}
	for _, f := range plan.Files {
		err := readFile(ctx, lk.Store(), f.Name, table, func(rows []schema.Row) error {
			for _, r := range rows {
				if at := r.At(); s.Visible(at.Generation, int(at.Partition), at.Offset) {
					found[r.Head().EventID]++
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readFile(ctx context.Context, s store.Store, name, table string, take func([]schema.Row) error) error {
	o, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	return errors.Join(parquetfile.Read(ctx, o, o.Size(), table, take), o.Close())
}
