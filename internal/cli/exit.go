package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dreamlog/dreamlog/internal/app"
)

// Exit codes. They change only with a major version.
const (
	ExitDone        = 0   // done
	ExitFailed      = 1   // failed
	ExitUsage       = 2   // the command line is wrong
	ExitPartly      = 3   // done, but some records were refused, each reported
	ExitUnmet       = 4   // a check did not hold
	ExitInterrupted = 130 // interrupted by SIGINT or SIGTERM
)

// codedError is an error with an exit code of its own.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

func usage(err error) error { return &codedError{ExitUsage, err} }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

func partly(format string, args ...any) error {
	return &codedError{ExitPartly, fmt.Errorf(format, args...)}
}

func unmet(format string, args ...any) error {
	return &codedError{ExitUnmet, fmt.Errorf(format, args...)}
}

// report says on stderr how a command ended, and returns its exit code.
func (e *env) report(cmd *cobra.Command, err error) int {
	if err == nil {
		return ExitDone
	}
	code, text := e.exitCode(err), brief(err)
	var notLanded *app.NotLandedError
	waiting := errors.As(err, &notLanded)
	switch code {
	case ExitInterrupted:
		if waiting {
			text = notLanded.Error()
		}
		if waiting || !errors.Is(err, context.Canceled) {
			fmt.Fprintf(e.stderr, "%s: %s\n", cmd.CommandPath(), text)
		}
		fmt.Fprintf(e.stderr, "%s: interrupted; %s\n", cmd.CommandPath(), e.howToGoOn())
	case ExitUsage:
		fmt.Fprintf(e.stderr, "%s: %s\nSee `%s --help`.\n", cmd.CommandPath(), text, cmd.CommandPath())
	default:
		fmt.Fprintf(e.stderr, "%s: %s\n", cmd.CommandPath(), text)
	}
	if waiting {
		fmt.Fprintf(e.stderr, "`%s` brings them into the lake\n", landingOf(cmd))
	}
	return code
}

// briefLines is how many lines of an error are shown: a folder of a thousand
// files of another format has a thousand of them.
const briefLines = 25

func brief(err error) string {
	lines := strings.Split(err.Error(), "\n")
	if len(lines) <= briefLines {
		return strings.Join(lines, "\n")
	}
	return strings.Join(lines[:briefLines], "\n") + fmt.Sprintf("\n… and %d more like these", len(lines)-briefLines)
}

// exitCode finds the code of an error. What fails before a command has started
// is wrong usage; what fails after an interrupt fails because of it.
func (e *env) exitCode(err error) int {
	var coded *codedError
	switch {
	case e.interrupts.ctx.Err() != nil:
		return ExitInterrupted
	case errors.As(err, &coded):
		return coded.code
	case !e.started:
		return ExitUsage
	}
	return ExitFailed
}

// goOnKey is the annotation of a command that says how to go on after it was
// interrupted.
const goOnKey = "go-on"

// howToGoOn is what the command said last, or its annotation.
func (e *env) howToGoOn() string {
	if text := e.goesOn.Load(); text != nil {
		return *text
	}
	return "nothing was changed"
}

// giveUp ends the process at the second signal, also where nobody reads what
// it says.
func (e *env) giveUp() {
	said := make(chan struct{})
	go func() {
		defer close(said)
		e.stderr.endProgress()
		fmt.Fprintf(e.stderr, "dreamlog: ended at once; %s\n", e.howToGoOn())
	}()
	select {
	case <-said:
	case <-time.After(time.Second):
	}
	os.Exit(ExitInterrupted)
}

// landingOf is the command that lands what cmd produced.
func landingOf(cmd *cobra.Command) string {
	line := []string{"dreamlog land"}
	cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "json", "quiet", "verbose":
			return
		}
		if !f.Changed {
			return
		}
		value := f.Value.String()
		switch f.Value.Type() {
		case "bool":
			line = append(line, "--"+f.Name+"="+value)
			return
		case "stringSlice":
			value = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
		}
		line = append(line, "--"+f.Name, app.Quoted(value))
	})
	return strings.Join(line, " ")
}

func goOn(text string) map[string]string { return map[string]string{goOnKey: text} }
