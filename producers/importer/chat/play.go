package chat

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// Conversation is what an agent and its environment said to each other.
type Conversation struct {
	Messages []Message
	// Prompt is how many messages at the beginning were given to the agent: an
	// assistant message among them is an example, and no turn.
	Prompt int
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

// Play appends the steps and calls of a conversation to an episode, and returns
// the messages behind the last turn, which no call answered.
func Play(e *importer.Episode, c Conversation) (unanswered []Message) {
	p := player{episode: e, conversation: c}
	for i, m := range c.Messages {
		switch {
		case m.Role == Assistant && i >= c.Prompt:
			p.turn(m)
			continue
		case m.Role == Assistant:
			p.observed = nil
		case m.Role != System:
			p.observed = append(p.observed, m.Text)
		}
		p.added = append(p.added, m)
	}
	if len(e.Steps) > 0 {
		e.Steps[len(e.Steps)-1].NextState = join(p.observed...)
	}
	return p.added
}

// player is the state of Play.
type player struct {
	episode      *importer.Episode
	conversation Conversation
	added        []Message // since the previous call
	observed     []string  // since the previous turn
	state        string
}

// turn adds a step and its call.
func (p *player) turn(m Message) {
	e := p.episode
	if len(p.observed) > 0 {
		p.state = join(p.observed...)
	}
	if n := len(e.Steps); n > 0 {
		e.Steps[n-1].NextState = p.state
	}
	number, segment := int64(len(e.Steps)), int64(0)
	call := p.conversation.call(m, p.added)
	call.Step, call.Segment = &number, &segment
	step := StepOf(m, p.conversation.Split)
	step.State, step.Calls = p.state, []int{len(e.Calls)}
	e.Calls, e.Steps = append(e.Calls, call), append(e.Steps, step)
	p.added, p.observed = nil, nil
}

// StepOf reads what an answer does and thinks; split may be nil, as in
// Conversation.
func StepOf(m Message, split func(string) (string, string)) importer.Step {
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
// turn.
const Unanswered = "unanswered_messages"

// Keep puts the messages behind the last turn into what is left of a record,
// so that the conversation stays whole.
func Keep(rest *Object, unanswered []Message) {
	if len(unanswered) > 0 {
		rest.Put(Unanswered, jsontext.Value(Column(unanswered)))
	}
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

// Turns counts the assistant messages.
func Turns(messages []Message) int {
	n := 0
	for i := range messages {
		if messages[i].Role == Assistant {
			n++
		}
	}
	return n
}
