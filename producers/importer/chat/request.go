package chat

import (
	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// Request is one request to a model as its source recorded it: the whole
// prompt, and the answer.
type Request struct {
	Prompt []Message
	Answer Message
}

// Record appends the calls behind requests to an episode. A prompt that goes on
// where the previous request ended adds what is new; any other, as of an agent
// that drops old observations, begins a new segment with all of its messages.
// Steps are numbered as the requests are.
func Record(e *importer.Episode, requests []Request, c Conversation) {
	var before []Message
	segment := int64(0)
	for i, r := range requests {
		added := r.Prompt
		if extends(r.Prompt, before) {
			added = r.Prompt[len(before):]
		} else {
			segment++
		}
		step, number := int64(i), segment
		call := c.call(r.Answer, added)
		call.Step, call.Segment = &step, &number
		e.Calls = append(e.Calls, call)
		before = append(append([]Message{}, r.Prompt...), r.Answer)
	}
}

// extends says whether a prompt begins with messages.
func extends(prompt, messages []Message) bool {
	if len(prompt) < len(messages) {
		return false
	}
	for i := range messages {
		if !same(prompt[i], messages[i]) {
			return false
		}
	}
	return true
}

// same says whether two messages say the same; marks such as those for a cache
// may differ.
func same(a, b Message) bool {
	return a.Role == b.Role && a.Text == b.Text && Action(a.Calls) == Action(b.Calls)
}

// call is the request that a message answered; added is what its prompt had
// that the previous one had not.
func (c Conversation) call(answer Message, added []Message) schema.Call {
	model := answer.Model
	if model == nil {
		model = c.Model
	}
	return schema.Call{
		Role: "agent", Model: model, Messages: Column(added), Tools: c.Tools, Response: string(answer.Raw),
		ToolCallIDs: callIDs(answer.Calls), FinishReason: answer.FinishReason, Sampling: c.Sampling,
		PromptTokens: answer.PromptTokens, CompletionTokens: answer.CompletionTokens,
	}
}

// callIDs returns the ids of tool calls; nil when there are none.
func callIDs(calls []ToolCall) []string {
	var ids []string
	for _, c := range calls {
		if c.ID != "" {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
