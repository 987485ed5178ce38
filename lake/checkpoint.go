package lake

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/schema"
)

// Checkpoint writes the Delta checkpoints that are due, and returns how many.
// It holds up no commit. With none due it costs one attempt to open an object
// for each table.
func (l *Lake) Checkpoint(ctx context.Context) (written int, err error) {
	for _, name := range schema.Tables() {
		did, err := l.tables[name].checkpoint(ctx)
		if err != nil {
			return written, err
		}
		if did {
			written++
		}
	}
	return written, nil
}

func (t *table) checkpoint(ctx context.Context) (written bool, err error) {
	clone, err := t.due(ctx)
	if err != nil || clone == nil {
		return false, err
	}
	if err := t.log.Checkpoint(ctx, clone); err != nil {
		return false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.Checkpointed(clone)
	return true, nil
}

// due returns a copy of the state when it is time for a checkpoint of it.
func (t *table) due(ctx context.Context) (*delta.State, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.refresh(ctx)
	if errors.Is(err, delta.ErrNoTable) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint table %s: %w", t.name, err)
	}
	if !t.state.CheckpointDue() {
		return nil, nil
	}
	return t.state.Clone(), nil
}
