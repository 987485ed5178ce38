package importer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// Sink takes events to where they last.
type Sink interface {
	// Produce takes an event; it may return before the event is stored.
	Produce(ctx context.Context, row schema.Row) error
	// Flush returns when every event taken so far is stored.
	Flush(ctx context.Context) error
}

// Seen knows what is already stored.
type Seen interface {
	// Seen returns the ids of the stored events about the subjects.
	Seen(ctx context.Context, subjects []string) (map[string]struct{}, error)
}

// Options are what a user may decide about an import.
type Options struct {
	// Strict stops at the first record refused; default: report it and go on.
	Strict bool
	// RunID names the import in its events; required.
	RunID string
	// Purpose of the episodes; default collect.
	Purpose string
	// Now is the clock; its first answer is the time of what the source does not
	// date. Required.
	Now func() time.Time
	// Progress hears how far the import is, after each batch; nil: nobody does.
	Progress func(Progress)
	// Rejected hears of each record refused; nil: nobody does.
	Rejected func(Rejection)
}

// Run imports the files and folders at paths, in order, and flushes the sink.
// A record that cannot be read is refused and reported, and the rest goes on;
// a file that cannot be read on, or holds nothing of the format, is reported
// in the error at the end, and the other files go on. With Strict the first
// of either ends the import. The result holds in any case.
//
// Run is at-least-once up to the sink: call it again after a failure, and what
// Seen knows is left out.
func Run(ctx context.Context, format Format, paths []string, sink Sink, seen Seen, options Options) (Result, error) {
	r, err := newRun(format, paths, sink, seen, options)
	if err != nil {
		return Result{}, err
	}
	var failed []error
	for i := range r.files {
		r.current = i
		err := r.file(ctx)
		if err != nil {
			failed = append(failed, err)
		}
		if err != nil && (options.Strict || !errors.As(err, new(*sourceError))) {
			break
		}
	}
	if ctx.Err() == nil {
		if err := sink.Flush(ctx); err != nil {
			failed = append(failed, fmt.Errorf("store the imported events: %w", err))
		}
	}
	return r.result, errors.Join(failed...)
}

// sourceError is a failure of one source; the other sources can still be read.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// run is one import.
type run struct {
	format  Format
	sink    Sink
	seen    Seen
	options Options
	now     schema.Micros

	files   []location
	sizes   []int64             // of files, in bytes
	current int                 // index of the file being read
	tasks   map[string]struct{} // event ids of the tasks met
	result  Result
}

func newRun(format Format, paths []string, sink Sink, seen Seen, options Options) (*run, error) {
	if options.Purpose == "" {
		options.Purpose = "collect"
	}
	files, err := locate(format, paths)
	if err != nil {
		return nil, err
	}
	r := &run{format: format, sink: sink, seen: seen, options: options, now: schema.MicrosOf(options.Now()),
		files: files, tasks: map[string]struct{}{}}
	for _, f := range files {
		info, err := os.Stat(f.path)
		if err != nil {
			return nil, fmt.Errorf("find source: %w", err)
		}
		r.sizes = append(r.sizes, info.Size())
	}
	return r, nil
}

// file imports the current file, and says so in an event of its own.
func (r *run) file(ctx context.Context) error {
	src, err := open(r.files[r.current])
	if err != nil {
		return &sourceError{err}
	}
	defer src.Close()
	f := newFile(r, src)
	err = r.format.Read(ctx, src, func(number int, e *Episode, err error) error {
		return f.record(ctx, number, e, err)
	})
	if err != nil && f.halted == nil && ctx.Err() == nil {
		err = &sourceError{fmt.Errorf("import %s as %s: %w", src.Path, r.format.Name(), err)}
	}
	// What was read up to a failure is good, and goes in.
	if f.halted == nil && ctx.Err() == nil {
		err = errors.Join(err, f.flush(ctx))
	}
	if err != nil {
		return err
	}
	if f.found.Episodes == 0 {
		return &sourceError{fmt.Errorf("import %s: it holds no episode of format %s that can be read; is it of another format?", src.Path, r.format.Name())}
	}
	return f.imported(ctx)
}

// progress reports how far the import is.
func (r *run) progress(src *Source) {
	if r.options.Progress == nil {
		return
	}
	p := Progress{Name: src.Path, File: r.current + 1, Files: len(r.files), Bytes: src.Position(), Result: r.result}
	p.Result.Rejections = nil
	for i, size := range r.sizes {
		p.TotalBytes += size
		if i < r.current {
			p.Bytes += size
		}
	}
	r.options.Progress(p)
}

// reject reports a refused record, and returns it as an error where it is to
// end the import.
func (r *run) reject(rejection Rejection) error {
	r.result.Rejected++
	if len(r.result.Rejections) < maxRejections {
		r.result.Rejections = append(r.result.Rejections, rejection)
	}
	if r.options.Rejected != nil {
		r.options.Rejected(rejection)
	}
	if r.options.Strict {
		return rejection
	}
	return nil
}
