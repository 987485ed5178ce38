package lake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

func (c *collection) tables(ctx context.Context) error {
	for _, name := range schema.Tables() {
		if err := c.table(ctx, c.lake.tables[name]); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return nil
}

// table looks through the data files of a table. The listing comes before the
// state, so that a file that was published meanwhile counts as published.
func (c *collection) table(ctx context.Context, t *table) error {
	var files []store.Info
	for info, err := range c.lake.store.List(ctx, t.name+"/part-", "") {
		if err != nil {
			return err
		}
		files = append(files, info)
	}
	state, err := c.lake.snapshotState(ctx, t.name)
	if err != nil || state == nil {
		return err
	}
	if err := c.whole(state, t.name); err != nil {
		return err
	}
	removals := map[string]*delta.Remove{}
	for _, r := range state.Removed() {
		removals[string(r.Path)] = r
	}
	for _, file := range files {
		path := strings.TrimPrefix(file.Name, t.name+"/")
		if state.Live(path) {
			continue
		}
		if err := c.file(ctx, t, file, path, removals[path]); err != nil {
			return err
		}
	}
	return nil
}

// whole refuses a table whose log lost its newest entries: the files that they
// published would look like orphans.
func (c *collection) whole(state *delta.State, table string) error {
	if c.snapshot == nil {
		return nil
	}
	if needs := c.snapshot.Tables[table].Version; state.Version() < needs {
		return fmt.Errorf("its log ends at version %d, but snapshot %d was published at version %d: restore _delta_log from a copy of the lake, nothing is deleted until then", state.Version(), c.snapshot.Number, needs)
	}
	return nil
}

// file deletes a data file that is not live, if it may go.
func (c *collection) file(ctx context.Context, t *table, file store.Info, path string, removal *delta.Remove) error {
	if removal == nil && !c.isOrphan(file) || removal != nil && !c.isForgotten(removal) {
		return nil
	}
	live, err := t.live(ctx, path)
	if err != nil || live {
		return err
	}
	if err := c.delete(ctx, file.Name); err != nil {
		return err
	}
	if removal != nil {
		c.Removed++
		c.RemovedBytes += file.Size
		return nil
	}
	c.Orphans++
	c.OrphanBytes += file.Size
	return nil
}

// isForgotten says whether a removed file is out of reach for every reader.
func (c *collection) isForgotten(r *delta.Remove) bool {
	deadline := c.now.Add(-c.Retention)
	if c.oldest.Before(deadline) {
		deadline = c.oldest
	}
	return time.UnixMilli(r.DeletionTimestamp).Add(c.Margin).Before(deadline)
}

// isOrphan says whether a file that the table's log does not name was never
// published. The log forgets removed files after a while: they look the same,
// and while a lease is older than that, one of them may still be read.
func (c *collection) isOrphan(file store.Info) bool {
	return file.Modified.Add(c.Grace+c.Margin).Before(c.now) && !c.oldest.Before(c.now.Add(-memory))
}

// live says whether a file is part of the newest version of the table.
func (t *table) live(ctx context.Context, path string) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.refresh(ctx)
	if errors.Is(err, delta.ErrNoTable) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return t.state.Live(path), nil
}
