package chat

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// Teacher writes the reasoning R* that leads to what came of a recorded action,
// which a model learns from (Eq. 5 of DreamGym). It is safe for concurrent use.
type Teacher struct{ asker }

// NewTeacher returns a teacher that asks by a client, which stays the caller's to
// close.
func NewTeacher(client *openai.Client, o Options) (*Teacher, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("teacher: %w", err)
	}
	return &Teacher{asker{client, o.withDefaults()}}, nil
}

// Rubric is the digest of what the teacher is told to do.
func (t *Teacher) Rubric() string { return "sha256:" + teaching.digest }

// Explain asks for the reasoning behind what came of a question. With an error
// the calls count as well. The same seed and question make the same request.
func (t *Teacher) Explain(ctx context.Context, q Question, came producers.Outcome, seed int64) (reasoning string, made []schema.Call, err error) {
	system, room := teaching.prompt(q.Task.Environment, &t.options)
	answer := "What came of it:\n" + t.options.Prompt.came(came, came.Success)
	a := t.options.Prompt.asking(&q, room-openai.EstimateTokens(len(answer)), func(_ int, d producers.Demonstration) string {
		return t.options.Prompt.came(d.Step().Outcome(), successOf(d))
	})
	prompt := []openai.Message{system, {Role: "user", Content: a.text() + "\n\n" + answer}}
	got, err := t.ask(ctx, &calls.Recorder{Role: "teacher"}, teaching, prompt, openai.SeedOf(seed, len(q.History)), func(c *openai.Completion) error {
		said, err := readMembers(c)
		if err != nil {
			return err
		}
		if err := said.text("reasoning", &reasoning); err != nil {
			return err
		}
		return foreign("reasoning", reasoning, prompt[1].Content)
	})
	if err != nil {
		reasoning = ""
	}
	return reasoning, got.calls, err
}
