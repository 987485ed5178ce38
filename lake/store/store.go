// Package store keeps immutable objects under slash-separated names: the
// ground on which the lake's Parquet files, Delta logs and snapshots lie.
//
// It owns the contract that every implementation keeps (storetest checks it):
// an object is invisible until it is committed, a name is won by exactly one
// writer, and what was committed is durable. It never knows what an object
// holds, and never overwrites one, except for the hints of Replace.
//
// The packages of lake call it. Implementations: local (a directory), blob
// (an object store), memory; faulty and forgetting put failures under a test.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"time"
)

// Errors that callers decide by. Implementations wrap them with the action
// and the object, so compare with errors.Is.
var (
	// ErrNotExist says that there is no object of that name. It is also an
	// fs.ErrNotExist.
	ErrNotExist = fmt.Errorf("no such object: %w", fs.ErrNotExist)
	// ErrExist says that the name was already taken. It is also an
	// fs.ErrExist. Read the object to learn who won.
	ErrExist = fmt.Errorf("the name is already taken: %w", fs.ErrExist)
	// ErrUnknown says that the object may or may not have been published.
	// Read again before going on, and delete nothing until then.
	ErrUnknown = errors.New("the outcome is not known; read again before you retry")
	// ErrName says that a name or prefix breaks the rules of CheckName.
	ErrName = errors.New("not a valid object name")
	// ErrClosed says that a Writer was used after Commit or Abort.
	ErrClosed = errors.New("writer was already committed or aborted")
)

// Store keeps immutable objects under slash-separated names. It is safe for
// concurrent use. Every name is checked by CheckName. A name must not be a
// folder of another one ("a" beside "a/b").
type Store interface {
	// Create starts a new object. Nothing is visible before Commit. ctx
	// covers the writer's whole life.
	Create(ctx context.Context, name string) (Writer, error)
	// Open reads an object; ErrNotExist when there is none. ctx covers the
	// reads as well.
	Open(ctx context.Context, name string) (Object, error)
	// List yields the objects whose name starts with prefix and is greater
	// than after, in lexicographic order of bytes. The first error ends it.
	List(ctx context.Context, prefix, after string) iter.Seq2[Info, error]
	// Delete removes an object; ErrNotExist when there is none. After a loss
	// of power a deleted object may be there again.
	Delete(ctx context.Context, name string) error
	// Replace sets an object whether or not it exists; a reader sees the old
	// or the new content, whole. It is for hints only (_last_checkpoint).
	Replace(ctx context.Context, name string, data []byte) error
}

// Writer writes one object. It is for one goroutine.
type Writer interface {
	io.Writer
	// Commit publishes the object; it is durable when Commit returns nil.
	// ErrExist: the name was taken, nothing was changed. ErrUnknown: see
	// there. Any other error: the object was not published. After a failed
	// Write, Commit publishes nothing.
	Commit(ctx context.Context) error
	// Abort drops what was written. After Commit, whatever its outcome, it
	// does nothing, so that it can be deferred.
	Abort() error
}

// Object is an open object, safe for concurrent reads.
type Object interface {
	io.ReaderAt
	io.Closer
	// Size is in bytes.
	Size() int64
}

// Info describes a listed object.
type Info struct {
	Name     string
	Size     int64 // bytes
	Modified time.Time
}

// Pather gives an object as a file of the local disk, for readers that know
// only paths, such as DuckDB. The path may be read until release is called,
// which happens once; release is nil when err is not.
type Pather interface {
	Path(ctx context.Context, name string) (path string, release func(), err error)
}

// Put publishes data under name in one step, with the errors of Commit.
func Put(ctx context.Context, s Store, name string, data []byte) error {
	w, err := s.Create(ctx, name)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.Commit(ctx)
}

// Get reads an object whole. It is for objects that are known to be small.
func Get(ctx context.Context, s Store, name string) (_ []byte, err error) {
	o, err := s.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	data := make([]byte, o.Size())
	if n, err := o.ReadAt(data, 0); n < len(data) {
		return nil, fmt.Errorf("read %s: %d of %d bytes: %w", name, n, len(data), err)
	}
	return data, nil
}
