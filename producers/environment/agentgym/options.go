package agentgym

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// Options say which server, and which of its tasks.
type Options struct {
	// URL of the server, of the form http://HOST:PORT; required.
	URL string
	// Dialect is what the server serves: one of Dialects; required. It is the
	// name of the environment as well.
	Dialect string
	// From is the first number of a task, To the one behind the last; To is
	// required.
	From, To int64
	// Split that these tasks belong to; empty: train.
	Split string
	// Limits of what the server may take and send.
	Limits Limits
	// Jitter of waiting: see remote.Patience.
	Jitter func() float64
}

// Limits bound what a server may take.
type Limits struct {
	// Answer is how long the answer to one request may take; 0: 60 s.
	Answer time.Duration
	// Patience is how long Connect, Open and Reset wait for a server that is
	// starting or busy; 0: 30 s; negative: they do not wait.
	Patience time.Duration
	// AnswerBytes is the most an answer may measure; 0: 3 MiB, so that two states
	// of a transition fit into one event.
	AnswerBytes int64
}

// Dialects lists the kinds of servers.
func Dialects() []string { return slices.Sorted(maps.Keys(dialects())) }

// Validate says what is wrong with options.
func (o Options) Validate() error {
	_, err := remote.ParseURL(o.URL)
	errs := []error{err}
	if _, known := dialects()[o.Dialect]; !known {
		errs = append(errs, fmt.Errorf("dialect %q is not known: it is one of %s", o.Dialect, strings.Join(Dialects(), ", ")))
	}
	if o.From < 0 || o.To <= o.From {
		errs = append(errs, fmt.Errorf("tasks %d to %d: give the first number, from 0, and the one behind the last", o.From, o.To))
	}
	if o.Limits.Answer < 0 || o.Limits.AnswerBytes < 0 {
		errs = append(errs, errors.New("limits of time and size must not be negative"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("options of an agentgym server: %w", err)
	}
	return nil
}

// withDefaults fills in what is left out.
func (o Options) withDefaults() Options {
	if o.Split == "" {
		o.Split = "train"
	}
	if o.Limits.Answer == 0 {
		o.Limits.Answer = time.Minute
	}
	if o.Limits.Patience == 0 {
		o.Limits.Patience = 30 * time.Second
	}
	if o.Limits.AnswerBytes == 0 {
		o.Limits.AnswerBytes = 3 << 20
	}
	return o
}
