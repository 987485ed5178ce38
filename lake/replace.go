package lake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/store"
)

// Replace puts files in the place of others of the same table, in one commit:
// at every version a reader sees either the inputs or the outputs. The caller
// answers for it that both hold the same rows. inputs are names in the store.
//
// ErrConflict: an input is no longer part of the table, or an output was
// collected; drop the outputs and start again. store.ErrUnknown: nobody can
// say yet whether it is published; delete nothing.
func (l *Lake) Replace(ctx context.Context, name string, inputs []string, outputs []NewFile) error {
	t := l.tables[name]
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(ctx); err != nil {
		return err
	}
	actions, err := l.exchange(t, inputs, outputs)
	if err != nil {
		return fmt.Errorf("replace %d files of table %s: %w", len(inputs), name, err)
	}
	for _, file := range outputs {
		if err := l.stillThere(ctx, file); err != nil {
			return fmt.Errorf("replace %d files of table %s: %w", len(inputs), name, err)
		}
	}
	return t.log.Publish(ctx, t.state, actions)
}

// exchange returns the actions of a replacement. t.mu is held.
func (l *Lake) exchange(t *table, inputs []string, outputs []NewFile) ([]delta.Action, error) {
	files, err := t.state.Files()
	if err != nil {
		return nil, err
	}
	live := make(map[string]*delta.Add, len(files))
	for _, f := range files {
		live[string(f.Path)] = f.Add
	}
	info := l.commitInfo("OPTIMIZE")
	actions := []delta.Action{{CommitInfo: &info}}
	for _, input := range inputs {
		add := live[strings.TrimPrefix(input, t.name+"/")]
		if add == nil {
			return nil, fmt.Errorf("%s is no longer part of the table: %w", input, ErrConflict)
		}
		actions = append(actions, delta.Action{Remove: add.NewRemove(l.now(), false)})
	}
	for _, output := range outputs {
		actions = append(actions, delta.Action{Add: output.add(l.now(), false)})
	}
	return actions, nil
}

// stillThere catches a process that was stopped for so long between writing
// and publishing that its file was collected as an orphan.
func (l *Lake) stillThere(ctx context.Context, file NewFile) error {
	o, err := l.store.Open(ctx, file.Name)
	if errors.Is(err, store.ErrNotExist) {
		return fmt.Errorf("%s was collected before it was published: %w", file.Name, ErrConflict)
	}
	if err != nil {
		return err
	}
	return o.Close()
}
