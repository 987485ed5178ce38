package app

import (
	"context"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/schema"
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

// manyFiles is how many files of a table a command leaves behind before it
// merges some itself, where no follower does it in the background.
const manyFiles = maxFiles / 2

// tidy is the upkeep behind a command that has written: it keeps the tables'
// logs short, and their files few. What fails is left for later.
func (a *App) tidy(ctx context.Context) {
	err := a.tidyTables(ctx)
	if err != nil && ctx.Err() == nil {
		a.config.Logger.Warn("cannot look after the lake now; `dreamlog compact` does it later", "error", err)
	}
}

func (a *App) tidyTables(ctx context.Context) error {
	var crowded []string
	for _, table := range schema.Tables() {
		files, err := a.lake.Files(ctx, table)
		if err != nil {
			return err
		}
		if len(files) > manyFiles {
			crowded = append(crowded, table)
		}
	}
	if len(crowded) > 0 {
		if _, err := a.compactor().Compact(ctx, compactor.Request{Tables: crowded}); err != nil {
			return err
		}
	}
	_, err := a.lake.Checkpoint(ctx)
	return err
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
