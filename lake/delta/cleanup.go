package delta

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
)

// CleanUp deletes the entries and checkpoints that no retained version needs,
// and returns how many. Retained is every version from the newest checkpoint
// on that is older than the table's log retention.
func (l *Log) CleanUp(ctx context.Context, s *State, now time.Time) (deleted int, err error) {
	first, err := l.firstRetained(ctx, now.Add(-s.logRetention()))
	if err == nil && first > 0 {
		deleted, err = l.deleteBefore(ctx, first)
	}
	if err != nil {
		return deleted, fmt.Errorf("clean up the log of table %s: %w", l.table, err)
	}
	return deleted, nil
}

// firstRetained returns the newest checkpoint that is older than a time and
// can be read; 0 when there is none.
func (l *Log) firstRetained(ctx context.Context, cutoff time.Time) (int64, error) {
	var first int64
	for info, err := range l.store.List(ctx, l.folder(), "") {
		if err != nil {
			return 0, fmt.Errorf("list the log: %w", err)
		}
		if kind, version := l.parseName(info.Name); kind == kindCheckpoint && info.Modified.Before(cutoff) {
			first = version // listed in ascending order
		}
	}
	if first == 0 {
		return 0, nil
	}
	if _, err := l.readCheckpoint(ctx, first); err != nil {
		return 0, err
	}
	return first, nil
}

// deleteBefore deletes entries and checkpoints before a version, oldest first,
// so that what an interruption leaves is still one unbroken run.
func (l *Log) deleteBefore(ctx context.Context, first int64) (deleted int, err error) {
	for info, err := range l.store.List(ctx, l.folder(), "") {
		if err != nil {
			return deleted, fmt.Errorf("list the log: %w", err)
		}
		kind, version := l.parseName(info.Name)
		if kind == kindOther || version >= first {
			continue
		}
		if err := l.store.Delete(ctx, info.Name); err != nil && !errors.Is(err, store.ErrNotExist) {
			return deleted, fmt.Errorf("delete %s: %w", info.Name, err)
		}
		deleted++
	}
	return deleted, nil
}
