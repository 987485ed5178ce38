package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interrupts turns SIGINT and SIGTERM into the end of a context.
type interrupts struct {
	// ctx ends at the first signal.
	ctx     context.Context
	cancel  context.CancelFunc
	signals chan os.Signal
	ended   sync.WaitGroup

	mu sync.Mutex
	// instead is called at SIGINT, which then ends nothing else; may be nil.
	instead func()
}

// catchInterrupts begins to catch; exit is called at the second signal.
func catchInterrupts(ctx context.Context, exit func()) *interrupts {
	i := &interrupts{signals: make(chan os.Signal, 2)}
	i.ctx, i.cancel = context.WithCancel(ctx)
	signal.Notify(i.signals, os.Interrupt, syscall.SIGTERM)
	i.ended.Go(func() {
		for s := range i.signals {
			switch {
			case s == os.Interrupt && i.divert():
			case i.ctx.Err() != nil:
				exit()
			default:
				i.cancel()
			}
		}
	})
	return i
}

// divert hands a SIGINT to who asked for it.
func (i *interrupts) divert() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.instead == nil {
		return false
	}
	i.instead()
	return true
}

// during calls f with a context that a SIGINT ends, and nothing but that.
func (i *interrupts) during(f func(context.Context) error) error {
	ctx, cancel := context.WithCancel(i.ctx)
	defer cancel()
	i.set(cancel)
	defer i.set(nil)
	return f(ctx)
}

func (i *interrupts) set(instead func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.instead = instead
}

// release ends catching.
func (i *interrupts) release() {
	signal.Stop(i.signals)
	close(i.signals)
	i.ended.Wait()
	i.cancel()
}
