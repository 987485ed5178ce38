package chat

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// Conversation is what an agent and its environment said to each other.
type Conversation struct {
	Messages []Message
	// Tools are the tool definitions sent with each request.
	Tools *schema.JSON
	// Model answered where a message does not say.
	Model *string
	// Sampling is how each answer was sampled.
	Sampling *schema.JSON
	// Split splits the text of an answer without tool calls into thought and
	// action; nil: SplitThought.
	Split func(text string) (thought, action string)
}

// Play appends the steps and calls of a conversation to an episode that has
// none yet, and returns the messages behind the last call, which no call
// answered.
func Play(e *importer.Episode, c Conversation) (unanswered []Message) {
	p := player{episode: e, conversation: c, recorder: recorder{conversation: c}}
	for i := range c.Messages {
		p.take(c.Messages[i])
	}
	if n := len(e.Steps); n > 0 {
		e.Steps[n-1].NextState = join(p.observed...)
	}
	return p.said[p.recorder.length:]
}

// player is the state of Play.
type player struct {
	episode      *importer.Episode
	conversation Conversation
	recorder     recorder
	said         []Message // all so far
	observed     []string  // since the previous turn
	state        string
}

func (p *player) take(m Message) {
	switch {
	case m.Role == Assistant && !m.Given:
		p.turn(m)
	case m.Role == Assistant:
		p.observed = nil
	case m.Role != System:
		p.observed = append(p.observed, m.Text)
	}
	p.said = append(p.said, m)
}

// turn adds a step and, where a model answered, its call.
func (p *player) turn(m Message) {
	e := p.episode
	if len(p.observed) > 0 {
		p.state = join(p.observed...)
		p.observed = nil
	}
	if n := len(e.Steps); n > 0 {
		e.Steps[n-1].NextState = p.state
	}
	step := stepOf(m, p.conversation.Split)
	step.State = p.state
	if !m.Scripted {
		step.Calls = []int{len(e.Calls)}
		call := p.recorder.record(Request{Prompt: p.said, Answer: m})
		number := int64(len(e.Steps))
		call.Step = &number
		e.Calls = append(e.Calls, call)
	}
	e.Steps = append(e.Steps, step)
}

// stepOf reads what an answer does and thinks.
func stepOf(m Message, split func(string) (string, string)) importer.Step {
	if split == nil {
		split = SplitThought
	}
	var s importer.Step
	thought := ""
	if len(m.Calls) > 0 {
		beside, said := SplitThought(m.Text)
		s.Action, thought = Action(m.Calls), join(m.Thought, beside, said)
	} else {
		thought, s.Action = split(m.Text)
		thought = join(m.Thought, thought)
	}
	if thought != "" {
		s.Thought = &thought
	}
	return s
}

// Unanswered is the name under which info keeps the messages behind the last
// call.
const Unanswered = "unanswered_messages"

// Keep puts the messages behind the last call into what is left of a record,
// so that the conversation stays whole.
func Keep(rest *Object, unanswered []Message) {
	if len(unanswered) > 0 {
		rest.Put(Unanswered, jsontext.Value(Column(unanswered)))
	}
}

// GiveAll marks messages as given to the agent: no answer among them is a turn.
func GiveAll(messages []Message) []Message {
	for i := range messages {
		messages[i].Given = true
	}
	return messages
}

// Instruction returns what the first user message says; nil when there is none.
func Instruction(messages []Message) *string {
	for i := range messages {
		if messages[i].Role == User && messages[i].Text != "" {
			return &messages[i].Text
		}
	}
	return nil
}
