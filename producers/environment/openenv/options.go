package openenv

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/remote"
	"github.com/dreamlog/dreamlog/schema"
)

// Options say which server, and how its environment is read.
type Options struct {
	// URL of the server, of the form http://HOST:PORT; required.
	URL string
	// Name of the environment; empty: what the server's metadata says.
	Name string
	// Split of its tasks; empty: train.
	Split string
	// Instruction is the task in words. Empty: what field Fields.Instruction of
	// the first observation says, else the description in the metadata.
	Instruction string
	// Tasks that are played.
	Tasks Tasks
	// Fields that hold text.
	Fields Fields
	// SuccessReward is the least reward of the last step with which an episode
	// that is done counts as solved; nil: episodes have no success, since the
	// protocol does not say.
	SuccessReward *float64
	// Limits of what the server may take and send.
	Limits Limits
	// FreshConnections gives each episode a connection of its own, for
	// environments that do not stand a second reset, or have no state.
	FreshConnections bool
	// Jitter of waiting: see remote.Patience.
	Jitter func() float64
}

// Tasks are the arguments of resets, as the protocol knows no tasks.
type Tasks struct {
	// From is the first number of a task, To the one behind the last: task n is
	// begun with argument Argument = n. Both 0: there is one task, and what differs
	// between its episodes is the seed.
	From, To int64
	// Argument of reset that takes the number; empty: seed.
	Argument string
	// Reset are arguments of every reset, a JSON object; empty: none.
	Reset schema.JSON
}

// Fields name members of actions and observations; each empty one is chosen by
// the server's schema.
type Fields struct {
	// Action is the field of the action that takes an agent's words.
	Action string
	// Text is the field of the observation that is the state.
	Text string
	// Admissible is the field of the observation that lists the actions allowed
	// now; empty: none does.
	Admissible string
	// Instruction is the field of the first observation that says what to do;
	// empty: none does.
	Instruction string
}

// Limits bound what a server may take.
type Limits struct {
	// Answer is how long the answer to one message may take; 0: 60 s.
	Answer time.Duration
	// Patience is how long Connect and Open wait for a server that is starting or
	// has no session free; 0: 30 s; negative: they do not wait.
	Patience time.Duration
	// MessageBytes is the most an answer may measure; 0: 3 MiB, so that two states
	// of a transition fit into one event.
	MessageBytes int64
}

// closing is how long a server may take to end a session.
const closing = 2 * time.Second

// Validate says what is wrong with options.
func (o Options) Validate() error {
	_, err := remote.ParseURL(o.URL)
	errs := []error{err}
	if o.Tasks.From < 0 || o.Tasks.To < o.Tasks.From {
		errs = append(errs, fmt.Errorf("tasks %d to %d: they are counted from 0 upwards", o.Tasks.From, o.Tasks.To))
	}
	var arguments map[string]jsontext.Value
	if o.Tasks.Reset != "" && (json.Unmarshal([]byte(o.Tasks.Reset), &arguments) != nil || arguments == nil) {
		errs = append(errs, fmt.Errorf("the arguments of resets are %q: they must be a JSON object", o.Tasks.Reset))
	}
	if o.Limits.Answer < 0 || o.Limits.MessageBytes < 0 {
		errs = append(errs, errors.New("limits of time and size must not be negative"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("options of an openenv server: %w", err)
	}
	return nil
}

// withDefaults fills in what is left out.
func (o Options) withDefaults() Options {
	orDefault(&o.Split, "train")
	orDefault(&o.Tasks.Argument, "seed")
	orDefault(&o.Limits.Answer, time.Minute)
	orDefault(&o.Limits.Patience, 30*time.Second)
	orDefault(&o.Limits.MessageBytes, 3<<20)
	return o
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
