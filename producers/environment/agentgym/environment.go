package agentgym

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// Environment is that of one server.
type Environment struct {
	options Options
	dialect dialect
	client  *remote.Client
	tasks   []producers.Task

	mu sync.Mutex
	// sessions that are open, by the number of their environment; guarded by mu.
	sessions map[int64]*session
}

// Connect makes sure that a server is there and speaks the dialect. It waits,
// within the patience of the options, for one that is starting.
func Connect(ctx context.Context, options Options) (*Environment, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	options = options.withDefaults()
	base, err := remote.ParseURL(options.URL)
	if err != nil {
		return nil, err
	}
	e := &Environment{
		options: options, dialect: dialects()[options.Dialect],
		client:   remote.NewClient(base, options.Limits.Answer, options.Limits.AnswerBytes),
		tasks:    tasks(options),
		sessions: map[int64]*session{},
	}
	if err := e.greet(ctx); err != nil {
		e.client.Close()
		return nil, e.failed(err)
	}
	return e, nil
}

func tasks(o Options) (tasks []producers.Task) {
	for n := o.From; n < o.To; n++ {
		tasks = append(tasks, producers.Task{ID: fmt.Sprintf("%s-%d", o.Dialect, n), Environment: o.Dialect, Split: o.Split})
	}
	return tasks
}

// greet asks the server what it is.
func (e *Environment) greet(ctx context.Context) error {
	var says string
	err := e.patience().Try(ctx, remote.Transient, func(ctx context.Context) error {
		return e.client.Get(ctx, "/", nil, &says)
	})
	if err != nil {
		return err
	}
	if !strings.HasPrefix(says, e.dialect.greeting()) {
		return fmt.Errorf("it greets with %.80q, and a server of dialect %s with %q: is it another dialect, of %s?",
			says, e.options.Dialect, e.dialect.greeting(), strings.Join(Dialects(), ", "))
	}
	return nil
}

// Tasks lists the numbers that the options say.
func (e *Environment) Tasks(context.Context) ([]producers.Task, error) {
	return slices.Clone(e.tasks), nil
}

// mostNumbers are as many numbers as Open asks for, where each that the server
// hands out is taken already.
const mostNumbers = 1000

// Open has the server create an environment.
func (e *Environment) Open(ctx context.Context) (producers.Session, error) {
	s := &session{environment: e}
	for range mostNumbers {
		id, err := e.create(ctx)
		if err != nil {
			return nil, e.failed(fmt.Errorf("create an environment: %w", err))
		}
		if e.register(id, s) {
			return s, nil
		}
	}
	return nil, e.failed(errors.New("create an environment: the server hands out none that is not taken; restart it"))
}

// create may be sent again: what is lost is an environment that nobody uses.
func (e *Environment) create(ctx context.Context) (id int64, err error) {
	var answer jsontext.Value
	err = e.patience().Try(ctx, remote.Transient, func(ctx context.Context) error {
		return e.client.Post(ctx, "create", struct{}{}, &answer)
	})
	if err != nil {
		return 0, err
	}
	return e.dialect.created(answer)
}

// register gives a session the number of its environment. Where an open session
// has the number already, the server began to count anew, or to hand out again:
// that session lost its environment, and the number is left alone, since a
// request of it may be under way.
func (e *Environment) register(id int64, s *session) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if earlier, taken := e.sessions[id]; taken {
		earlier.lost.Store(true)
		return false
	}
	s.place = place{client: e.client, patience: e.patience(), idField: e.dialect.idField(), id: id}
	e.sessions[id] = s
	return true
}

// release forgets a session that is closed.
func (e *Environment) release(s *session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.sessions, s.place.id)
}

func (e *Environment) patience() remote.Patience {
	return remote.Patience{Total: e.options.Limits.Patience, Jitter: e.options.Jitter}
}

func (e *Environment) failed(err error) error {
	return fmt.Errorf("agentgym server %s (%s): %w", e.client.Server(), e.options.Dialect, err)
}

// Close drops what connections are left.
func (e *Environment) Close() error {
	e.client.Close()
	return nil
}
