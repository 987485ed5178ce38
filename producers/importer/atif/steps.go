package atif

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// steps are the steps of a trajectory as messages.
type steps struct {
	messages []chat.Message
	turns    []turn    // one for each message that is a turn
	time     time.Time // of the first step that has one
}

// turn is what a step of the agent has beside its message.
type turn struct {
	reward *float64
	info   *schema.JSON
}

// annotate adds what the turns have beside their messages.
func (s *steps) annotate(e *importer.Episode) {
	for i := range min(len(e.Steps), len(s.turns)) { // fewer only where a step was refused
		e.Steps[i].Reward, e.Steps[i].Info = s.turns[i].reward, s.turns[i].info
	}
}

func readSteps(list []*chat.Object) *steps {
	s := &steps{}
	for i, step := range list {
		number := step.Int("step_id")
		step.Require(number != nil, "step_id")
		if number != nil && *number != int64(i+1) {
			step.Fail("step_id", fmt.Errorf("is %d, must be %d: a step is missing or out of order", *number, i+1))
		}
		s.read(step)
	}
	return s
}

// read adds one step and what followed it.
func (s *steps) read(step *chat.Object) {
	if s.time.IsZero() {
		s.time = chat.Time(step.ID("timestamp"))
	}
	results := step.Object("observation").Objects("results")
	content := step.Value("message")
	step.Require(content != nil, "message")
	answering := false
	switch source := step.ID("source"); source {
	case "agent":
		answering = s.answer(step, content)
	case chat.System, chat.User:
		s.add(step, message{Role: source, Content: content})
	default:
		step.Fail("source", fmt.Errorf("is %q, must be system, user or agent", source))
	}
	for _, result := range results {
		s.observe(result, answering)
	}
}

// answer adds a step of the agent, and says whether it called tools.
func (s *steps) answer(step *chat.Object, content jsontext.Value) bool {
	m := message{Role: chat.Assistant, Content: content, Reasoning: step.Text("reasoning_content"), ToolCalls: toolCalls(step)}
	added := s.add(step, m)
	copied, calls := step.Bool("is_copied_context"), step.Int("llm_call_count")
	added.Given = copied != nil && *copied
	added.Scripted = calls != nil && *calls == 0
	added.Answer = readAnswer(step)
	if !added.Given {
		extra := step.Object("extra")
		step.Leave("extra", "timestamp", "llm_call_count")
		s.turns = append(s.turns, turn{reward: extra.Number("reward"), info: step.Rest()})
	}
	return len(m.ToolCalls) > 0
}

// observe adds one result of an observation. Feedback that no tool gave comes
// as from a user.
func (s *steps) observe(result *chat.Object, ofTools bool) {
	m := message{Role: chat.User, ToolCallID: result.Text("source_call_id"), Content: result.Value("content")}
	if m.ToolCallID != nil || ofTools {
		m.Role = chat.Tool
	}
	m.Subagents = result.Value("subagent_trajectory_ref")
	m.Extra = result.Value("extra")
	s.add(result, m)
}

// add adds a message, read as any other.
func (s *steps) add(step *chat.Object, m message) *chat.Message {
	parsed, err := m.parse()
	if err != nil {
		step.Fail("message", err)
	}
	s.messages = append(s.messages, parsed)
	return &s.messages[len(s.messages)-1]
}
