package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	gocloud "gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/dreamlog/dreamlog/lake/store"
)

const (
	contentType = "application/octet-stream"
	// tokenKey is the object metadata that names the writer. By it a writer
	// whose answer was lost knows its own object again.
	tokenKey = "dreamlog-writer"

	// Uploads hold at most partBytes × partsAtOnce in memory.
	partBytes   = 8 << 20
	partsAtOnce = 2
)

type writer struct {
	store  *Store
	name   string
	token  string
	inner  *gocloud.Writer
	cancel context.CancelFunc // makes the end of inner an abort
	failed error              // of the first Write that failed
	closed bool
}

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, name string) (store.Writer, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	w := &writer{store: s, name: name, token: rand.Text()}
	ctx, w.cancel = context.WithCancel(ctx)
	var err error
	w.inner, err = s.bucket.NewWriter(ctx, s.prefix+name, &gocloud.WriterOptions{
		IfNotExist:     true,
		ContentType:    contentType,
		Metadata:       map[string]string{tokenKey: w.token},
		BufferSize:     partBytes,
		MaxConcurrency: partsAtOnce,
	})
	if err != nil {
		w.cancel()
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	return w, nil
}

func (w *writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, fmt.Errorf("write %s: %w", w.name, store.ErrClosed)
	}
	n, err := w.inner.Write(p)
	if err != nil {
		w.failed = fmt.Errorf("write %s: %w", w.name, err)
		return n, w.failed
	}
	return n, nil
}

// Commit implements store.Writer. The condition is checked when the upload
// completes.
func (w *writer) Commit(ctx context.Context) error {
	if w.closed {
		return fmt.Errorf("commit %s: %w", w.name, store.ErrClosed)
	}
	if err := errors.Join(ctx.Err(), w.failed); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, errors.Join(err, w.Abort()))
	}
	w.closed = true
	defer w.cancel()
	stop := context.AfterFunc(ctx, w.cancel)
	defer stop()
	if err := w.outcome(ctx, w.inner.Close()); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, err)
	}
	return nil
}

// outcome turns the answer to an upload into the truth about it. An upload
// that was done, but whose answer was lost, ends either in an error of the
// network, or, when the client tried it again, in "the name is taken" — by
// itself. So whoever was not plainly refused looks whose object it is.
func (w *writer) outcome(ctx context.Context, err error) error {
	switch gcerrors.Code(err) {
	case gcerrors.OK:
		return nil
	case gcerrors.PermissionDenied, gcerrors.NotFound, gcerrors.InvalidArgument:
		return err
	}
	attributes, lookErr := w.store.bucket.Attributes(ctx, w.store.prefix+w.name)
	switch {
	case lookErr != nil:
		return fmt.Errorf("%w (%w; then: %w)", store.ErrUnknown, err, errors.Join(lookErr, ctx.Err()))
	case attributes.Metadata[tokenKey] == w.token:
		return nil
	}
	return fmt.Errorf("%w (%w)", store.ErrExist, err)
}

// Abort implements store.Writer. The error of the upload that it cancels is
// what it wants.
func (w *writer) Abort() error {
	if w.closed {
		return nil
	}
	w.closed = true
	w.cancel()
	_ = w.inner.Close()
	return nil
}
