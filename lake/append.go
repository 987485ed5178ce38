package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// NewFile is a data file that is written, synced and read back, but not yet
// part of its table.
type NewFile struct {
	Table string
	// Name in the store; never used twice.
	Name   string
	info   parquetfile.Info
	digest string // SHA-256 in hex over its bytes
}

// Rows returns the number of rows.
func (f NewFile) Rows() int64 { return f.info.Rows }

// Size returns the size in bytes.
func (f NewFile) Size() int64 { return f.info.Size }

// add returns the action that makes the file part of its table.
func (f NewFile) add(at time.Time, dataChange bool) *delta.Add {
	add := f.info.Add(path.Base(f.Name), at, dataChange)
	add.Tags[tagDigest] = f.digest
	return add
}

// Reach is how far an application has come with a table: the append is only
// right on a table where it had come to From, and brings it to To.
type Reach struct{ From, To int64 }

// Write writes rows of one table as a data file. It sorts them in place.
func (l *Lake) Write(ctx context.Context, name string, rows []schema.Row) (NewFile, error) {
	file := NewFile{Table: name, Name: name + "/part-" + schema.NewID() + ".parquet"}
	w, err := l.store.Create(ctx, file.Name)
	if err != nil {
		return NewFile{}, err
	}
	sum := sha256.New()
	if file.info, err = l.tables[name].encode(io.MultiWriter(w, sum), rows); err != nil {
		return NewFile{}, errors.Join(err, w.Abort())
	}
	file.digest = hex.EncodeToString(sum.Sum(nil))
	if err := w.Commit(ctx); err != nil {
		return NewFile{}, err
	}
	return file, l.readBack(ctx, file)
}

// encode writes rows with one of the table's own writers.
func (t *table) encode(w io.Writer, rows []schema.Row) (parquetfile.Info, error) {
	writer := t.takeWriter()
	defer t.giveWriter(writer)
	return writer.Write(w, t.name, rows)
}

func (t *table) takeWriter() *parquetfile.Writer {
	t.writing.Lock()
	defer t.writing.Unlock()
	last := len(t.writers) - 1
	if last < 0 {
		return parquetfile.NewWriter(parquetfile.Options{})
	}
	writer := t.writers[last]
	t.writers = t.writers[:last]
	return writer
}

func (t *table) giveWriter(w *parquetfile.Writer) {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.writers = append(t.writers, w)
}

// readBack makes sure that what lies in the store is what was written.
func (l *Lake) readBack(ctx context.Context, file NewFile) (err error) {
	o, err := l.store.Open(ctx, file.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	rows, err := parquetfile.Verify(o, o.Size())
	if err != nil {
		return fmt.Errorf("read back %s: %w", file.Name, err)
	}
	if rows != file.info.Rows || o.Size() != file.info.Size {
		return fmt.Errorf("read back %s: it holds %d rows in %d bytes, written were %d in %d: the storage is not reliable", file.Name, rows, o.Size(), file.info.Rows, file.info.Size)
	}
	return nil
}

// Append publishes a file together with how far it brings each application.
// ErrConflict: somebody else has landed there first. store.ErrUnknown: nobody
// can say yet whether it is published; delete nothing.
func (l *Lake) Append(ctx context.Context, file NewFile, reach map[string]Reach) error {
	t := l.tables[file.Table]
	t.mu.Lock()
	defer t.mu.Unlock()
	info := l.commitInfo("WRITE")
	actions := []delta.Action{{CommitInfo: &info}}
	for app, r := range reach {
		if at, _ := t.state.Txn(app); at != r.From {
			return fmt.Errorf("append to %s: %s is at %d, not at %d: %w", file.Table, app, at, r.From, ErrConflict)
		}
		actions = append(actions, delta.Action{Txn: &delta.Txn{AppID: app, Version: r.To, LastUpdated: l.now().UnixMilli()}})
	}
	if err := l.stillThere(ctx, file); err != nil {
		return fmt.Errorf("append to %s: %w", file.Table, err)
	}
	actions = append(actions, delta.Action{Add: file.add(l.now(), true)})
	return t.log.Publish(ctx, t.state, actions)
}

// Drop deletes a file that was not published.
func (l *Lake) Drop(ctx context.Context, file NewFile) error {
	if err := l.store.Delete(ctx, file.Name); err != nil && !errors.Is(err, store.ErrNotExist) {
		return fmt.Errorf("drop unpublished file: %w", err)
	}
	return nil
}
