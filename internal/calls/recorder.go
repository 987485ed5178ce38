package calls

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/schema"
)

const (
	// MaxAnswerBytes is the most that is recorded of an answer.
	MaxAnswerBytes = 256 << 10
	// maxFailureBytes is the most that is recorded of an answer that is none.
	maxFailureBytes = 64 << 10
	// maxTokens is the most token ids of a call that are recorded, far below
	// what an event can hold and beyond what a model can read.
	maxTokens = 1 << 19
)

// Recorder turns the requests of a conversation into calls. It is used by one
// goroutine at a time.
type Recorder struct {
	// Role of who asks: agent, experience, generator, judge or teacher.
	Role string

	begun   bool
	prompt  []jsontext.Value // of the previous call
	reply   jsontext.Value   // that repeats its answer; nil: none does
	tokens  []int64          // of its prompt and answer; nil: unknown
	segment int64
}

// Record makes a call of each attempt; only the last can have been answered, and
// is repeated to the model by the reply, a message; nil: nothing repeats it.
func (r *Recorder) Record(request openai.ChatRequest, attempts []openai.Attempt, reply jsontext.Value) []schema.Call {
	calls := make([]schema.Call, len(attempts))
	for i := range attempts {
		call, tokens := callOf(r.Role, request, &attempts[i], i)
		r.place(&call, request.Messages, tokens)
		r.follow(request.Messages, tokens)
		calls[i] = call
	}
	if len(attempts) > 0 {
		r.reply = reply
	}
	return calls
}

// place says which messages and tokens a call adds to those of its segment.
func (r *Recorder) place(call *schema.Call, prompt []jsontext.Value, tokens openai.Tokens) {
	added, shared := prompt, 0
	switch {
	case r.goesOn(prompt, tokens.PromptIDs):
		added, shared = prompt[len(r.prompt)+1:], len(r.tokens)
	case r.begun:
		r.segment++
	}
	segment := r.segment
	call.Segment, call.Messages = &segment, column(added)
	if tokens.PromptIDs != nil {
		prefix := int64(shared)
		call.PromptPrefixLength, call.PromptTokenIDs = &prefix, tokens.PromptIDs[shared:]
	}
}

// goesOn says whether a prompt extends the previous one and its answer, in
// messages and, where both are known, in tokens.
func (r *Recorder) goesOn(prompt []jsontext.Value, tokens []int64) bool {
	n := len(r.prompt)
	if r.reply == nil || len(prompt) <= n || !bytes.Equal(prompt[n], r.reply) {
		return false
	}
	if !slices.EqualFunc(prompt[:n], r.prompt, func(a, b jsontext.Value) bool { return bytes.Equal(a, b) }) {
		return false
	}
	return tokens == nil || r.tokens == nil ||
		len(tokens) >= len(r.tokens) && slices.Equal(tokens[:len(r.tokens)], r.tokens)
}

// follow makes a call the previous one.
func (r *Recorder) follow(prompt []jsontext.Value, tokens openai.Tokens) {
	r.begun, r.prompt, r.reply, r.tokens = true, prompt, nil, nil
	if tokens.PromptIDs != nil && tokens.IDs != nil {
		r.tokens = slices.Concat(tokens.PromptIDs, tokens.IDs)
	}
}

// callOf is what an attempt says of its call; number counts attempts from 0.
func callOf(role string, request openai.ChatRequest, a *openai.Attempt, number int) (schema.Call, openai.Tokens) {
	latency, model := a.Latency.Seconds(), request.Model
	call := schema.Call{Role: role, Model: &model, LatencySeconds: &latency, Cost: a.CostUSD}
	if request.Tools != nil {
		tools := column(request.Tools)
		call.Tools = &tools
	}
	if sampling, err := request.Sampling(); err == nil { // it was sent, so it can be encoded
		text := schema.JSON(sampling)
		call.Sampling = &text
	}
	info := map[string]any{}
	if number > 0 {
		info["attempt"] = number
	}
	var tokens openai.Tokens
	if a.Completion == nil {
		failure(&call, a, info)
	} else {
		tokens = answer(&call, a.Completion, info)
	}
	if len(info) > 0 {
		text := schema.JSONOf(info)
		call.Info = &text
	}
	return call, tokens
}

// failure records an attempt that brought no completion.
func failure(call *schema.Call, a *openai.Attempt, info map[string]any) {
	call.Response = recordable(a.Body, maxFailureBytes)
	info["error"] = Clean(a.Err.Error())
	if a.Status != 0 {
		info["status"] = a.Status
	}
}

// answer records a completion, and returns the tokens that are recorded.
func answer(call *schema.Call, c *openai.Completion, info map[string]any) openai.Tokens {
	m := c.Message
	call.Response = recordable(m.Raw, MaxAnswerBytes)
	call.PromptTokens, call.CompletionTokens = c.Usage.PromptTokens, c.Usage.CompletionTokens
	if model := Clean(c.Model); model != "" {
		call.Model = &model
	}
	if reason := Clean(c.FinishReason); reason != "" {
		call.FinishReason = &reason
	}
	if len(m.Raw) <= MaxAnswerBytes {
		for _, t := range m.ToolCalls {
			if id := Clean(t.ID); id != "" {
				call.ToolCallIDs = append(call.ToolCallIDs, id)
			}
		}
	}
	if c.Fingerprint != "" {
		info["system_fingerprint"] = Clean(c.Fingerprint)
	}
	return recordTokens(call, c.Tokens, info)
}

// recordTokens records token ids and log-probabilities, which without ids are
// kept as they came.
func recordTokens(call *schema.Call, t openai.Tokens, info map[string]any) openai.Tokens {
	if len(t.PromptIDs)+len(t.IDs) > maxTokens {
		info["token_ids_left_out"] = len(t.PromptIDs) + len(t.IDs)
		return openai.Tokens{}
	}
	call.ResponseTokenIDs = t.IDs
	if t.IDs != nil {
		call.RolloutLogprobs = t.Logprobs
	}
	if raw := t.RawLogprobs; call.RolloutLogprobs == nil && raw.IsValid() && len(raw) <= MaxAnswerBytes {
		info["logprobs"] = raw
	}
	return t
}

// column returns values as the text of a JSON column.
func column(values []jsontext.Value) schema.JSON {
	text := []byte{'['}
	for i, v := range values {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, v...)
	}
	return schema.JSON(append(text, ']'))
}
