package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	gocloud "gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/dreamlog/dreamlog/lake/store"
)

const (
	// firstBytes are read when an object is opened: one request gives its
	// size, and all of a small object, of one and the same version.
	firstBytes = 64 << 10
	// aheadBytes is the least that a later request asks for. The footer of a
	// Parquet file, read from its end in three steps, is one request.
	aheadBytes = 256 << 10
)

// object reads ranges and keeps three stretches: the first bytes, the last
// ones, and those last read.
type object struct {
	ctx    context.Context
	bucket *gocloud.Bucket
	key    string
	name   string
	size   int64
	first  stretch

	mu           sync.Mutex // guards tail and recent, not the requests
	tail, recent stretch
}

// stretch is a part of an object.
type stretch struct {
	off  int64
	data []byte
}

// Open implements store.Store.
func (s *Store) Open(ctx context.Context, name string) (store.Object, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	o := &object{ctx: ctx, bucket: s.bucket, key: s.prefix + name, name: name}
	if err := o.readFirst(); err != nil {
		return nil, fmt.Errorf("open %s: %w", name, translate(err))
	}
	return o, nil
}

func (o *object) readFirst() (err error) {
	r, err := o.bucket.NewRangeReader(o.ctx, o.key, 0, firstBytes, nil)
	if err != nil {
		return o.empty(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	o.size = r.Size()
	o.first.data = make([]byte, min(firstBytes, o.size))
	_, err = io.ReadFull(r, o.first.data)
	return err
}

// empty forgives the refusal of a range of an empty object.
func (o *object) empty(refused error) error {
	if gcerrors.Code(refused) == gcerrors.NotFound {
		return refused
	}
	if attributes, err := o.bucket.Attributes(o.ctx, o.key); err != nil || attributes.Size > 0 {
		return refused
	}
	return nil
}

func (o *object) Size() int64 { return o.size }

func (o *object) Close() error { return nil }

// ReadAt implements io.ReaderAt.
func (o *object) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("read %s: offset %d is negative", o.name, off)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if off >= o.size {
		return 0, io.EOF
	}
	inside := p[:min(int64(len(p)), o.size-off)]
	if err := o.read(inside, off); err != nil {
		return 0, fmt.Errorf("read %s at %d: %w", o.name, off, err)
	}
	if len(inside) < len(p) {
		return len(inside), io.EOF
	}
	return len(p), nil
}

func (o *object) read(p []byte, off int64) error {
	if o.remembered(p, off) {
		return nil
	}
	if len(p) >= aheadBytes {
		return o.fetch(p, off)
	}
	ahead := stretch{off: min(off, max(0, o.size-aheadBytes))}
	ahead.data = make([]byte, min(aheadBytes, o.size-ahead.off))
	if err := o.fetch(ahead.data, ahead.off); err != nil {
		return err
	}
	o.remember(ahead)
	ahead.copyTo(p, off)
	return nil
}

func (o *object) remembered(p []byte, off int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.first.copyTo(p, off) || o.tail.copyTo(p, off) || o.recent.copyTo(p, off)
}

func (o *object) remember(s stretch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.off+int64(len(s.data)) == o.size {
		o.tail = s
		return
	}
	o.recent = s
}

func (o *object) fetch(p []byte, off int64) (err error) {
	r, err := o.bucket.NewRangeReader(o.ctx, o.key, off, int64(len(p)), nil)
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.ReadFull(r, p)
	return err
}

// copyTo fills p when the stretch holds all of it. Its data is never written
// again, so that copies need no lock.
func (s stretch) copyTo(p []byte, off int64) bool {
	if off < s.off || off+int64(len(p)) > s.off+int64(len(s.data)) {
		return false
	}
	copy(p, s.data[off-s.off:])
	return true
}
