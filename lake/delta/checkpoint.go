package delta

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/lake/store"
)

// lastCheckpoint is the content of _last_checkpoint.
type lastCheckpoint struct {
	Version       int64 `json:"version"`
	Size          int64 `json:"size"` // actions
	SizeInBytes   int64 `json:"sizeInBytes"`
	NumOfAddFiles int64 `json:"numOfAddFiles"`
}

// Checkpoint writes the whole state as one Parquet file, so that readers need
// not follow the entries before it, and points the hint to it. Removed files
// whose retention has passed are left out, and forgotten by the state.
//
// Another goroutine than the one that commits gives a Clone.
func (l *Log) Checkpoint(ctx context.Context, s *State) error {
	if err := l.checkpointState(ctx, s); err != nil {
		return fmt.Errorf("checkpoint table %s at version %d: %w", l.table, s.version, err)
	}
	return nil
}

func (l *Log) checkpointState(ctx context.Context, s *State) error {
	s.dropExpired(l.now())
	data, err := encodeCheckpoint(s)
	if err != nil {
		return err
	}
	err = store.Put(ctx, l.store, l.checkpointName(s.version), data)
	if err != nil && !errors.Is(err, store.ErrExist) { // somebody else's says the same
		return err
	}
	s.checkpoint = s.version
	hint, err := json.Marshal(lastCheckpoint{
		Version:       s.version,
		Size:          int64(len(s.files)+len(s.removed)+len(s.txns)) + 2,
		SizeInBytes:   int64(len(data)),
		NumOfAddFiles: int64(len(s.files)),
	}, jsonOptions)
	if err != nil {
		return fmt.Errorf("encode the hint: %w", err)
	}
	return l.store.Replace(ctx, l.hintName(), hint)
}

// Checkpointed tells a state of the checkpoint that was written from its
// clone: it forgets the removed files that the checkpoint has forgotten.
func (s *State) Checkpointed(clone *State) {
	s.checkpoint = max(s.checkpoint, clone.checkpoint)
	maps.DeleteFunc(s.removed, func(_ Path, r *Remove) bool { return r.DeletionTimestamp < clone.forgot })
}

// readCheckpoint reads the checkpoint of a version.
func (l *Log) readCheckpoint(ctx context.Context, version int64) (_ *State, err error) {
	name := l.checkpointName(version)
	object, err := l.store.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	data := make([]byte, object.Size())
	if _, err := io.ReadFull(io.NewSectionReader(object, 0, object.Size()), data); err != nil {
		return nil, fmt.Errorf("read checkpoint %s: %w", name, err)
	}
	actions, err := decodeCheckpoint(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("checkpoint %s is damaged: %w", name, err)
	}
	s := newState()
	s.apply(actions)
	s.version, s.checkpoint = version, version
	return s, s.readable()
}
