package app

import (
	"context"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
)

// CompactOptions say what to compact.
type CompactOptions struct {
	// Tables; none: all.
	Tables []string
	// Full merges as far as the maximum file size allows, not only where many
	// files of a size are.
	Full bool
}

// Compact merges small files into large ones. Readers and landers beside it
// notice nothing.
func (a *App) Compact(ctx context.Context, options CompactOptions) (compactor.Report, error) {
	report, err := a.compactor().Compact(ctx, compactor.Request{Tables: options.Tables, Full: options.Full})
	if err != nil {
		return report, err
	}
	_, err = a.lake.Checkpoint(ctx)
	return report, err
}

// Collect deletes what no reader, writer or table needs any longer.
func (a *App) Collect(ctx context.Context, options lake.CollectOptions) (lake.Collected, error) {
	return a.lake.Collect(ctx, options)
}

func (a *App) compactor() *compactor.Compactor {
	return compactor.New(a.lake, compactor.Options{Logger: a.config.Logger})
}

// background is work that goes on until it is stopped.
type background struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// startUpkeep looks after the lake beside a lander: what fails is logged and
// tried again, as nothing of it is needed for the lake to be right.
func (a *App) startUpkeep(ctx context.Context) *background {
	ctx, cancel := context.WithCancel(ctx)
	b := &background{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		_ = a.compactor().Run(ctx) // ends with the context's own error
	}()
	return b
}

func (b *background) stop() {
	b.cancel()
	<-b.done
}
