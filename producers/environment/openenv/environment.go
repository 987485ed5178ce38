package openenv

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// Environment is that of one server.
type Environment struct {
	options Options
	client  *remote.Client
	action  actionForm
	view    observationForm
	tasks   []producers.Task
	// arguments of every reset.
	arguments map[string]jsontext.Value
	// described is the instruction of last resort.
	described string
}

// metadata is what a server says of itself.
type metadata struct {
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Version     *string `json:"version"`
}

// schemas are what a server says of its environment's actions and observations.
type schemas struct {
	Action      *objectSchema `json:"action"`
	Observation *objectSchema `json:"observation"`
}

// Connect asks a server what its environment is like. It waits, within the
// patience of the options, for a server that is starting.
func Connect(ctx context.Context, options Options) (*Environment, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	options = options.withDefaults()
	base, err := remote.ParseURL(options.URL)
	if err != nil {
		return nil, err
	}
	e := &Environment{options: options, arguments: map[string]jsontext.Value{}}
	if reset := options.Tasks.Reset; reset != "" {
		if err := json.Unmarshal([]byte(reset), &e.arguments); err != nil {
			return nil, fmt.Errorf("arguments of resets: %w", err)
		}
	}
	e.client = remote.NewClient(base, options.Limits.Answer, options.Limits.MessageBytes)
	if err := e.learn(ctx); err != nil {
		e.client.Close()
		return nil, fmt.Errorf("openenv server %s: %w", e.client.Server(), err)
	}
	return e, nil
}

// learn asks for metadata and schemas.
func (e *Environment) learn(ctx context.Context) error {
	var about metadata
	var forms schemas
	err := e.patience().Try(ctx, remote.Transient, func(ctx context.Context) error {
		if err := e.client.Get(ctx, "metadata", nil, &about); err != nil {
			return err
		}
		return e.client.Get(ctx, "schema", nil, &forms)
	})
	if err != nil {
		return err
	}
	if forms.Action == nil || forms.Observation == nil {
		return fmt.Errorf("its /schema describes no actions or no observations: is it an OpenEnv server?")
	}
	if e.action, err = newActionForm(*forms.Action, e.options.Fields.Action); err != nil {
		return err
	}
	if e.view, err = newObservationForm(*forms.Observation, e.options.Fields); err != nil {
		return err
	}
	e.describe(about)
	return nil
}

// describe settles name, version and tasks.
func (e *Environment) describe(about metadata) {
	name := e.options.Name
	orDefault(&name, about.Name)
	orDefault(&name, "openenv")
	e.described = about.Description
	orDefault(&e.described, "Solve the task of environment "+name+".")
	task := producers.Task{ID: name, Environment: name, Split: e.options.Split, Instruction: e.options.Instruction}
	if about.Version != nil {
		task.EnvironmentVersion = *about.Version
	}
	if e.options.Tasks.To == 0 {
		e.tasks = []producers.Task{task}
		return
	}
	for n := e.options.Tasks.From; n < e.options.Tasks.To; n++ {
		numbered := task
		numbered.ID = fmt.Sprintf("%s-%d", name, n)
		e.tasks = append(e.tasks, numbered)
	}
}

// Tasks lists what the options say: one task, or a number of them.
func (e *Environment) Tasks(context.Context) ([]producers.Task, error) {
	return slices.Clone(e.tasks), nil
}

// Open takes a session of the server. It waits, within the patience of the
// options, for one to become free.
func (e *Environment) Open(ctx context.Context) (producers.Session, error) {
	c, err := e.dial(ctx)
	if err != nil {
		return nil, err
	}
	return &session{environment: e, connection: c}, nil
}

func (e *Environment) dial(ctx context.Context) (c *connection, err error) {
	err = e.patience().Try(ctx, mends, func(ctx context.Context) (err error) {
		c, err = dial(ctx, e.client, e.options.Limits)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("openenv server %s: open a session: %w", e.client.Server(), err)
	}
	return c, nil
}

func (e *Environment) patience() remote.Patience {
	return remote.Patience{Total: e.options.Limits.Patience, Jitter: e.options.Jitter}
}

// Close drops what connections are left.
func (e *Environment) Close() error {
	e.client.Close()
	return nil
}
