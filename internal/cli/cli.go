// Package cli owns the command line: its commands, a file each, their flags,
// what they print, and their exit codes, which scripts lean on.
//
// It carries nothing out itself: package app does, and knows neither flags nor
// the terminal. Answers go to stdout and only answers; progress, refusals and
// errors go to stderr. cmd/dreamlog and the tests call Run.
package cli

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"

	"github.com/dreamlog/dreamlog/internal/app"
)

// Run carries out a command line, without the name of the program, and returns
// the exit code. SIGINT or SIGTERM, and the end of ctx, end the command in good
// order; a second signal ends the process at once.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := &env{stdin: stdin, stdout: stdout, stderr: newScreen(stderr)}
	e.interrupts = catchInterrupts(ctx, e.giveUp)
	defer e.interrupts.release()
	root := newRoot(e)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(e.stderr)
	cmd, err := root.ExecuteContextC(e.interrupts.ctx)
	e.stderr.endProgress()
	return e.report(cmd, err)
}

// env is what a command works in.
type env struct {
	stdin      io.Reader
	stdout     io.Writer
	stderr     *screen
	interrupts *interrupts
	global     globals
	// started says that the command line was understood.
	started bool
	// goesOn says how to go on after an interrupt; nil: nothing was changed.
	goesOn atomic.Pointer[string]
}

// withApp does something with the data directory, which open opens or makes.
func (e *env) withApp(ctx context.Context, open openFunc, do func(*app.App) error) (err error) {
	config, err := e.global.appConfig()
	if err != nil {
		return usage(err)
	}
	config.Logger = e.logger()
	a, err := open(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := a.Close(); err == nil {
			err = closeErr
		}
	}()
	return do(a)
}

// openFunc is app.Open or app.Create.
type openFunc func(context.Context, app.Config) (*app.App, error)

// logger writes warnings to stderr; with --verbose all that is worth telling.
func (e *env) logger() *slog.Logger {
	level := slog.LevelWarn
	if e.global.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: level}))
}
