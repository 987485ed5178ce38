package lander

import (
	"context"
	"errors"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// publish is steps 5 to 7 for a round, when its files are written. When it
// returns nil, p has moved behind the round.
func (l *Lander) publish(ctx context.Context, p *progress, w *writing) error {
	<-w.done
	if w.err != nil {
		return errors.Join(w.err, l.drop(ctx, w.files))
	}
	for range w.files {
		l.Reached(StepWritten)
	}
	next := p.behind(w.round)
	if err := l.publishTables(ctx, p, next, w.files); err != nil {
		return err
	}
	landed := w.rows()
	snapshot := l.snapshot(p, next, landed)
	if err := l.lake.Publish(ctx, p.snapshot, snapshot); err != nil {
		if errors.Is(err, lake.ErrTaken) {
			return errRestart
		}
		return wrap("publish the snapshot", err)
	}
	l.Reached(StepSnapshot)
	p.snapshot, p.partitions, p.anew = snapshot, next, false
	l.rounds++
	l.Published(snapshot, landed)
	l.after.do(ctx, snapshot)
	l.Reached(StepTrimmed)
	return nil
}

// rows counts the rows of a round by table.
func (r *round) rows() map[string]int64 {
	n := map[string]int64{}
	for _, c := range r.chunks {
		for _, row := range c.rows {
			n[row.Table()]++
		}
	}
	return n
}

// uncovered sorts the rows of a round by table, less those that their table
// already holds from a round that was cut short.
func (l *Lander) uncovered(p *progress, r *round) map[string][]schema.Row {
	rows := map[string][]schema.Row{}
	for _, c := range r.chunks {
		for _, row := range c.rows {
			if row.At().Offset >= p.covered[row.Table()][row.At().Partition] {
				rows[row.Table()] = append(rows[row.Table()], row)
			}
		}
	}
	return rows
}

// write is step 4: the files of all tables, each synced and read back.
func (l *Lander) write(ctx context.Context, rows map[string][]schema.Row) (map[string]lake.NewFile, error) {
	written := make([]lake.NewFile, len(schema.Tables()))
	var group errgroup.Group
	group.SetLimit(2)
	for i, table := range schema.Tables() {
		if len(rows[table]) == 0 {
			continue
		}
		group.Go(func() (err error) {
			written[i], err = l.lake.Write(ctx, table, rows[table])
			return wrap("write rows of table "+table, err)
		})
	}
	err := group.Wait()
	files := map[string]lake.NewFile{}
	for i, table := range schema.Tables() {
		if written[i].Name != "" {
			files[table] = written[i]
		}
	}
	return files, err
}

// drop deletes files that were not published; what cannot be deleted now is
// collected later as an orphan.
func (l *Lander) drop(ctx context.Context, files map[string]lake.NewFile) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, l.lake.Drop(ctx, f))
	}
	return errors.Join(errs...)
}

// publishTables is step 5: one Delta entry a table that has rows, always in
// the same order, with the rows and the offsets reached.
func (l *Lander) publishTables(ctx context.Context, p *progress, next []lake.Partition, files map[string]lake.NewFile) error {
	for _, table := range schema.Tables() {
		file, ok := files[table]
		if !ok {
			continue
		}
		covered := slices.Clone(p.covered[table])
		reach := map[string]lake.Reach{}
		for i := range next {
			if next[i].Cut > p.partitions[i].Cut {
				covered[i] = max(next[i].Cut, covered[i])
				reach[l.appID(p, i)] = lake.Reach{From: p.covered[table][i], To: covered[i]}
			}
		}
		err := l.lake.Append(ctx, file, reach)
		if errors.Is(err, lake.ErrConflict) {
			delete(files, table)
			return errors.Join(errRestart, l.drop(ctx, map[string]lake.NewFile{table: file}), l.drop(ctx, unpublished(files, table)))
		}
		if err != nil {
			return wrap("publish rows of table "+table, err)
		}
		p.covered[table] = covered
		l.Reached(StepPublished)
	}
	return nil
}

// unpublished returns the files of the tables behind table.
func unpublished(files map[string]lake.NewFile, table string) map[string]lake.NewFile {
	rest, behind := map[string]lake.NewFile{}, false
	for _, t := range schema.Tables() {
		if f, ok := files[t]; ok && behind {
			rest[t] = f
		}
		behind = behind || t == table
	}
	return rest
}

// behind returns the partitions as they stand behind a round.
func (p *progress) behind(r *round) []lake.Partition {
	next := make([]lake.Partition, len(p.partitions))
	for i := range p.partitions {
		next[i] = p.partitions[i]
		next[i].Duplicates, next[i].Skipped = nil, nil
		next[i].Producers = maps.Clone(p.partitions[i].Producers)
	}
	for _, c := range r.chunks {
		n := &next[c.after.Partition]
		producers, duplicates, skipped := n.Producers, n.Duplicates, n.Skipped
		*n = c.after
		if producers == nil {
			producers = map[string]lake.HighWater{}
		}
		maps.Copy(producers, c.after.Producers)
		n.Producers = producers
		n.Duplicates = append(duplicates, c.after.Duplicates...)
		n.Skipped = append(skipped, c.after.Skipped...)
	}
	for i := range next {
		forget(&next[i])
	}
	return next
}

// forget lets go of producers that have been silent for a day of log time.
func forget(p *lake.Partition) {
	for id, mark := range p.Producers {
		if p.LogTime.UnixMicro()-mark.Time >= memory.Microseconds() {
			delete(p.Producers, id)
		}
	}
}

// snapshot is step 6's entry: the partitions of older generations as they
// were, those of this one as they are now.
func (l *Lander) snapshot(p *progress, next []lake.Partition, landed map[string]int64) *lake.Snapshot {
	s := &lake.Snapshot{
		Time: l.Now().UTC(), Token: schema.NewID(), KeyID: schema.KeyID(l.Key),
		Topic: l.log.Topic(), Generation: p.generation,
		Tables: map[string]lake.TableVersion{},
	}
	for _, table := range schema.Tables() {
		version := lake.TableVersion{Version: l.lake.Version(table), Rows: landed[table]}
		if p.snapshot != nil {
			version.Rows += p.snapshot.Tables[table].Rows
		}
		s.Tables[table] = version
	}
	if p.snapshot != nil {
		for _, old := range p.snapshot.Partitions {
			if old.Generation < p.generation {
				old.Duplicates, old.Skipped, old.Producers = nil, nil, nil
				s.Partitions = append(s.Partitions, old)
			}
		}
	}
	s.Partitions = append(s.Partitions, next...)
	return s
}
