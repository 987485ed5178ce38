package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/gofrs/flock"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// ImportOptions say what to import and how.
type ImportOptions struct {
	Format importer.Format
	Paths  []string
	// Strict stops at the first record refused.
	Strict bool
	// Purpose of the episodes; empty: collect.
	Purpose string
	NoLand  bool
	// Progress and Rejected hear of the import as it goes; nil: nobody does.
	Progress func(importer.Progress)
	Rejected func(importer.Rejection)
	// Landing hears of each landed round; nil: nobody does.
	Landing func(Landed)
}

// Imported says what an import did.
type Imported struct {
	importer.Result
	RunID  string `json:"run_id"`
	Landed Landed `json:"landed"`
}

// Import brings offline datasets in. It first lands what is on the log, so
// that what is known is known exactly, and then adds only what is new: a
// second import of a file, or of a file that has grown, doubles nothing. The
// result holds in any case, but is empty when the log refused events: nobody
// knows then how many of them it has.
func (a *App) Import(ctx context.Context, options ImportOptions) (_ Imported, err error) {
	alone := flock.New(a.dir.Path("import.lock"))
	got, err := alone.TryLock()
	if err != nil {
		return Imported{}, fmt.Errorf("lock imports: %w", err)
	}
	if !got {
		return Imported{}, fmt.Errorf("another import runs on data directory %s: wait until it is done", a.config.Data)
	}
	defer func() { err = errors.Join(err, alone.Unlock()) }()
	w, err := a.Writer(ctx, WriterOptions{NoLand: options.NoLand, Progress: options.Landing})
	if err != nil {
		return Imported{}, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	return a.importInto(ctx, w, options)
}

func (a *App) importInto(ctx context.Context, w *Writer, options ImportOptions) (_ Imported, err error) {
	if err := w.CatchUp(ctx); err != nil {
		return Imported{}, err
	}
	known, err := a.openSeen(ctx)
	if err != nil {
		return Imported{}, err
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	imported := Imported{RunID: schema.NewID()}
	imported.Result, err = importer.Run(ctx, options.Format, options.Paths, w, known, importer.Options{
		Strict: options.Strict, RunID: imported.RunID, Purpose: options.Purpose, Now: a.config.Now,
		Progress: options.Progress, Rejected: options.Rejected,
	})
	var landErr error
	imported.Landed, landErr = w.Finish(ctx)
	if err = joined(err, landErr); undelivered(err) {
		return Imported{}, err
	}
	return imported, err
}
