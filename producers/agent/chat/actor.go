package chat

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
)

// actor plays one episode.
type actor struct {
	agent        *Agent
	episode      producers.Episode
	conversation conversation
	recorder     calls.Recorder
	step         int
}

// Act asks the model once.
func (a *actor) Act(ctx context.Context, o producers.Observation) (producers.Decision, error) {
	a.observe(o)
	prompt := a.conversation.prompt()
	request := a.agent.request(prompt, openai.SeedOf(a.episode.Seed, a.step))
	completion, attempts, err := a.agent.client.Chat(ctx, request)
	if err != nil && openai.KindOf(err) != openai.Malformed {
		made := a.recorder.Record(request, attempts, nil)
		return producers.Decision{Calls: made}, fmt.Errorf("task %s, step %d: %w", a.episode.Task.ID, a.step, err)
	}
	d, r := a.agent.decide(completion, err, o.Admissible)
	if r == nil {
		d.Calls = a.recorder.Record(request, attempts, nil)
	} else {
		d.Calls = a.recorder.Record(request, attempts, r.raw)
		a.conversation.follow(*r)
	}
	a.step++
	return d, nil
}

// observe adds what is observed to the conversation.
func (a *actor) observe(o producers.Observation) {
	if prompt := a.agent.options.Prompt; a.step == 0 {
		a.conversation.say(prompt.opening(a.episode.Task, o))
	} else {
		a.conversation.say(prompt.observation(o))
	}
	a.conversation.fit()
}
