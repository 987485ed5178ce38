package importer

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/schema"
)

// A batch of episodes is asked of Seen at once. It ends at either bound.
const (
	batchEpisodes = 256
	batchBytes    = 4 << 20 // of records
)

// fileImport is the import of one file.
type fileImport struct {
	*run
	src   *Source
	maker maker
	// occurrences counts the episodes of each identity so far.
	occurrences map[identity]int
	tasks       map[string]struct{} // event ids of the file's tasks
	found       Counts
	rejected    int64
	duplicates  int64

	batch      []played
	batchBytes int
	// halted is the error after which nothing more may be produced.
	halted error
}

// played is an episode with its events.
type played struct {
	id   string
	task *schema.TaskRow
	rows []schema.Row
}

func newFile(r *run, src *Source) *fileImport {
	m := maker{format: r.format.Name(), source: r.format.Name() + "/" + src.Base, purpose: r.options.Purpose, now: r.now}
	if r.options.RunID != "" {
		m.runID = &r.options.RunID
	}
	return &fileImport{run: r, src: src, maker: m, occurrences: map[identity]int{}, tasks: map[string]struct{}{}}
}

// record takes what a format read of one record.
func (f *fileImport) record(ctx context.Context, number int, e *Episode, err error) error {
	if err == nil {
		err = f.take(number, e)
	}
	if err != nil {
		f.rejected++
		f.halted = f.reject(Rejection{File: f.src.Path, Record: number, Err: err})
	}
	if f.halted == nil && (len(f.batch) >= batchEpisodes || f.batchBytes >= batchBytes) {
		f.halted = f.flush(ctx)
	}
	if f.halted == nil {
		f.halted = ctx.Err()
	}
	return f.halted
}

// take adds an episode to the batch.
func (f *fileImport) take(number int, e *Episode) error {
	who := identify(e)
	id := f.maker.episodeID(who, f.occurrences[who])
	p := played{id: id, task: f.maker.task(e), rows: f.maker.events(e, id)}
	if err := check(e, append(p.rows[:len(p.rows):len(p.rows)], p.task)); err != nil {
		return err
	}
	f.occurrences[who]++
	f.found.Episodes++
	f.found.Transitions += int64(len(e.Steps))
	f.found.Calls += int64(len(e.Calls))
	f.batch = append(f.batch, p)
	f.batchBytes += len(e.Record)
	return nil
}

// flush produces what of the batch is not stored yet.
func (f *fileImport) flush(ctx context.Context) error {
	if len(f.batch) == 0 {
		return nil
	}
	subjects := make([]string, 0, 2*len(f.batch))
	for i := range f.batch {
		subjects = append(subjects, f.batch[i].id, f.batch[i].task.TaskID)
	}
	known, err := f.seen.Seen(ctx, subjects)
	if err != nil {
		return fmt.Errorf("ask which of %s is already stored: %w", f.src.Path, err)
	}
	for i := range f.batch {
		if err := f.produce(ctx, &f.batch[i], known); err != nil {
			return fmt.Errorf("produce the events of %s: %w", f.src.Path, err)
		}
	}
	clear(f.batch)
	f.batch, f.batchBytes = f.batch[:0], 0
	f.progress(f.src)
	return nil
}

// produce sends the events of an episode that are not known, the task first.
func (f *fileImport) produce(ctx context.Context, p *played, known map[string]struct{}) error {
	if f.meet(p.task) {
		if err := f.send(ctx, p.task, known); err != nil {
			return err
		}
	}
	for _, row := range p.rows {
		if err := f.send(ctx, row, known); err != nil {
			return err
		}
	}
	f.count(p.rows)
	return nil
}

// meet notes a task, and says whether the import meets it for the first time.
func (f *fileImport) meet(task *schema.TaskRow) bool {
	if _, known := f.tasks[task.EventID]; !known {
		f.tasks[task.EventID] = struct{}{}
		f.found.Tasks++
	}
	if _, known := f.run.tasks[task.EventID]; known {
		return false
	}
	f.run.tasks[task.EventID] = struct{}{}
	f.result.Found.Tasks++
	return true
}

// count adds the events of an episode to what was found.
func (f *fileImport) count(rows []schema.Row) {
	for _, row := range rows {
		f.result.Found.add(row)
	}
}

func (f *fileImport) send(ctx context.Context, row schema.Row, known map[string]struct{}) error {
	if _, stored := known[row.Head().EventID]; stored {
		f.duplicates++
		f.result.Duplicates++
		return nil
	}
	if err := f.sink.Produce(ctx, row); err != nil {
		return err
	}
	f.result.add(row)
	return nil
}

func (c *Counts) add(row schema.Row) {
	switch row.(type) {
	case *schema.TransitionRow:
		c.Transitions++
	case *schema.CallRow:
		c.Calls++
	case *schema.EpisodeRow:
		c.Episodes++
	case *schema.TaskRow:
		c.Tasks++
	}
}
