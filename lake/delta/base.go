package delta

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/lake/store"
)

// base returns the state to follow the entries from, on the way to a version:
// that of a checkpoint not behind it, or the empty one before version 0.
//
// The hint _last_checkpoint saves the listing. It is only a hint: it may be
// absent, lie behind, or point to what is missing or damaged.
func (l *Log) base(ctx context.Context, version int64) (*State, error) {
	hinted, found := l.hint(ctx)
	if found && hinted <= version {
		if s, err := l.readCheckpoint(ctx, hinted); err == nil {
			return s, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return l.listedBase(ctx, version)
}

// hint returns the version that _last_checkpoint names.
func (l *Log) hint(ctx context.Context) (version int64, found bool) {
	data, err := store.Get(ctx, l.store, l.hintName())
	if err != nil {
		return 0, false
	}
	last := lastCheckpoint{Version: -1}
	if err := json.Unmarshal(data, &last, jsonOptions); err != nil {
		return 0, false
	}
	return last.Version, last.Version >= 0
}

// listedBase finds the newest checkpoint that can be read by listing the log.
func (l *Log) listedBase(ctx context.Context, version int64) (*State, error) {
	entries, checkpoints, err := l.list(ctx)
	if err != nil {
		return nil, err
	}
	var failures []error
	for _, candidate := range slices.Backward(checkpoints) {
		if candidate > version {
			continue
		}
		s, err := l.readCheckpoint(ctx, candidate)
		if err == nil {
			return s, nil
		}
		failures = append(failures, err)
	}
	switch {
	case len(entries) > 0 && entries[0] == 0:
		return newState(), nil
	case len(failures) > 0:
		return nil, errors.Join(failures...)
	case len(checkpoints) > 0 || len(entries) > 0:
		return nil, ErrGone
	}
	return newState(), nil
}

// list returns the versions that have an entry, and those that have a
// checkpoint, ascending.
func (l *Log) list(ctx context.Context) (entries, checkpoints []int64, err error) {
	for info, err := range l.store.List(ctx, l.folder(), "") {
		if err != nil {
			return nil, nil, fmt.Errorf("list the log: %w", err)
		}
		switch kind, version := l.parseName(info.Name); kind {
		case kindEntry:
			entries = append(entries, version)
		case kindCheckpoint:
			checkpoints = append(checkpoints, version)
		}
	}
	return entries, checkpoints, nil
}
