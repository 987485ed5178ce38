package chat

import (
	"bytes"

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
func Record(e *importer.Episode, requests []Request, c Conversation) {
	r := recorder{conversation: c}
	for _, request := range requests {
		e.Calls = append(e.Calls, r.record(request))
	}
}

// recorder turns requests into calls.
type recorder struct {
	conversation Conversation
	before       Request // the previous one
	length       int     // of its messages with its answer; 0: there is none
	tokens       []int64 // of its prompt and answer; nil: unknown
	segment      int64
}

// record returns the call of the next request.
func (r *recorder) record(next Request) schema.Call {
	call := r.conversation.call(next.Answer)
	added, shared := next.Prompt, 0
	if r.goesOn(next) {
		added, shared = next.Prompt[r.length:], len(r.tokens)
	} else {
		r.segment++
	}
	call.Messages = Column(added)
	segment := r.segment
	call.Segment = &segment
	if tokens := next.Answer.PromptTokenIDs; tokens != nil {
		prefix := int64(shared)
		call.PromptPrefixLength, call.PromptTokenIDs = &prefix, tokens[shared:]
	}
	r.follow(next)
	return call
}

// call is what an answer says about its call.
func (c Conversation) call(a Message) schema.Call {
	model := a.Model
	if model == nil {
		model = c.Model
	}
	return schema.Call{
		Role: "agent", Model: model, Tools: c.Tools, Sampling: c.Sampling,
		Response: string(a.Raw), ToolCallIDs: callIDs(a.Calls), FinishReason: a.FinishReason,
		PromptTokens: a.PromptTokens, CompletionTokens: a.CompletionTokens, Cost: a.Cost,
		ResponseTokenIDs: a.TokenIDs, RolloutLogprobs: a.Logprobs, Info: a.Info,
	}
}

// goesOn says whether a request extends the previous one, in messages and,
// where both are known, in tokens.
func (r *recorder) goesOn(next Request) bool {
	if len(next.Prompt) < r.length {
		return false
	}
	for i := range r.length {
		previous := r.before.Answer
		if i < r.length-1 {
			previous = r.before.Prompt[i]
		}
		if !same(next.Prompt[i], previous) {
			return false
		}
	}
	return beginsWith(next.Answer.PromptTokenIDs, r.tokens)
}

// beginsWith says whether tokens extend a prefix; unknown tokens do.
func beginsWith(tokens, prefix []int64) bool {
	if tokens == nil || prefix == nil {
		return true
	}
	if len(tokens) < len(prefix) {
		return false
	}
	for i := range prefix {
		if tokens[i] != prefix[i] {
			return false
		}
	}
	return true
}

// follow makes a request the previous one.
func (r *recorder) follow(next Request) {
	r.before, r.length = next, len(next.Prompt)+1
	r.tokens = nil
	if a := next.Answer; a.PromptTokenIDs != nil && a.TokenIDs != nil {
		r.tokens = append(append([]int64{}, a.PromptTokenIDs...), a.TokenIDs...)
	}
}

// same says whether two messages say the same; marks such as those for a cache
// may differ.
func same(a, b Message) bool {
	if bytes.Equal(a.Raw, b.Raw) {
		return true
	}
	if a.Role != b.Role || a.Text != b.Text || len(a.Calls) != len(b.Calls) {
		return false
	}
	return len(a.Calls) == 0 || Action(a.Calls) == Action(b.Calls)
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
