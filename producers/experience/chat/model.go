package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// Model implements producers.ExperienceModel. Its dreams share the client, and
// with it the limits and the budget.
type Model struct{ asker }

var _ producers.ExperienceModel = (*Model)(nil)

// New returns a model that asks by a client, which stays the caller's to close.
// It asks nothing of the server yet.
func New(client *openai.Client, o Options) (*Model, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("chat experience model: %w", err)
	}
	return &Model{asker{client, o.withDefaults()}}, nil
}

// Model names the model that is asked; the version follows from the prompts and
// from how they are asked with.
func (m *Model) Model() producers.Model {
	o := m.options
	how := schema.JSONOf(struct {
		Predicting, Beginning string
		Prompt                Prompt
		Dense                 bool
		Sampling              Sampling
	}{predicting.digest, beginning.digest, o.Prompt, o.Dense, o.Sampling})
	sum := sha256.Sum256([]byte(how))
	return producers.Model{ID: "chat/" + o.Model, Version: hex.EncodeToString(sum[:6])}
}

// Begin begins as given, or with a state that the model imagines, after those of
// the demonstrations.
func (m *Model) Begin(ctx context.Context, b producers.Beginning) (producers.Dream, error) {
	d := &dream{model: m, task: b.Task, seed: b.Seed, recorder: calls.Recorder{Role: "experience"}}
	if b.Start != nil {
		d.start = *b.Start
		d.lists = d.start.Admissible != nil
	} else if err := d.imagine(ctx, b.Demonstrations); err != nil {
		return d, fmt.Errorf("imagine how task %s begins: %w", b.Task.ID, err)
	}
	d.now = d.start
	return d, nil
}

// dream is one episode.
type dream struct {
	model      *Model
	task       producers.Task
	seed       int64
	start, now producers.Observation
	history    []Past
	recorder   calls.Recorder
	// lists says that the environment lists admissible actions.
	lists bool
	// begun are the calls that imagined the start.
	begun []schema.Call
}

// Start is the first observation.
func (d *dream) Start() producers.Observation { return d.start }

// Calls are those that imagined it.
func (d *dream) Calls() []schema.Call { return d.begun }

// imagine makes up the first state. Seeds count steps from 0, which is the first
// prediction's.
func (d *dream) imagine(ctx context.Context, alike []producers.Demonstration) error {
	m := d.model
	system, room := beginning.prompt(d.task.Environment, &m.options)
	text, shown := m.options.Prompt.beginning(d.task, alike, room)
	prompt := []openai.Message{system, {Role: "user", Content: text}}
	for _, b := range alike[:shown] {
		d.lists = d.lists || b.Step().State.Admissible != nil
	}
	got, err := m.ask(ctx, &d.recorder, beginning, prompt, openai.SeedOf(d.seed, -1), func(c *openai.Completion) error {
		said, err := readMembers(c)
		if err != nil {
			return err
		}
		if err := said.text("state", &d.start.Text); err != nil {
			return err
		}
		if err := foreign("state", d.start.Text, text); err != nil {
			return err
		}
		return said.actions("admissible_actions", "a list of texts or null", &d.start.Admissible)
	})
	d.begun = got.calls
	if !d.lists {
		d.start.Admissible = nil
	}
	return err
}

// Predict asks what comes of an action. With an error the prediction has the
// calls.
func (d *dream) Predict(ctx context.Context, action string, demonstrations []producers.Demonstration) (p producers.Prediction, err error) {
	q := Question{Task: d.task, History: d.history, State: d.now, Action: action, Demonstrations: demonstrations}
	prompt, shown := predictingPrompt(&q, &d.model.options)
	var said *Answer
	got, err := d.model.ask(ctx, &d.recorder, predicting, prompt, openai.SeedOf(d.seed, len(d.history)), func(c *openai.Completion) (err error) {
		if said, err = readAnswer(c); err != nil {
			return err
		}
		shown := contentOf(prompt[1:])
		return errors.Join(foreign("next_state", said.NextState, shown), foreign("reasoning", said.Reasoning, shown))
	})
	p.Calls = got.calls
	if err != nil {
		return p, err
	}
	v := verdict{answer: said, admissible: d.now.Admissible, shown: demonstrations[:shown], dense: d.model.options.Dense}
	p.Outcome, p.Reasoning = v.outcome()
	if !d.listed(demonstrations[:shown]) {
		p.Admissible = nil
	}
	p.Info = notes{v.withheld, repairedText(got.repaired), len(demonstrations) - shown}.json()
	return p, nil
}

// listed says whether the environment lists admissible actions, as far as is
// known by now.
func (d *dream) listed(shown []producers.Demonstration) bool {
	if d.lists {
		return true
	}
	for _, s := range shown {
		if s.Step().Next.Admissible != nil {
			return true
		}
	}
	return false
}

// Advance goes on to what came.
func (d *dream) Advance(action string, came producers.Outcome) {
	d.history = append(d.history, Past{d.now.Text, action})
	d.now = came.Observation
}

// predictingPrompt is the prompt of a question, and how many of its
// demonstrations it shows.
func predictingPrompt(q *Question, o *Options) (prompt []openai.Message, shown int) {
	system, room := predicting.prompt(q.Task.Environment, o)
	a := o.Prompt.asking(q, room, o.Prompt.answer)
	return append([]openai.Message{system}, a.turns()...), len(a.demonstrations)
}

// contentOf is all that messages say.
func contentOf(messages []openai.Message) (text string) {
	for _, m := range messages {
		text += m.Content + "\n"
	}
	return text
}
