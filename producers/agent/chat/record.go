package chat

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/schema"
)

const (
	// maxFailureBytes is the most that is recorded of an answer that is none.
	maxFailureBytes = 64 << 10
	// maxTokens is the most token ids of a call that are recorded, far below
	// what an event can hold and beyond what a model can read.
	maxTokens = 1 << 19
)

// recorder turns the requests of an episode into calls.
type recorder struct {
	begun   bool
	prompt  []jsontext.Value // of the previous call
	reply   jsontext.Value   // that repeats its answer; nil: none does
	tokens  []int64          // of its prompt and answer; nil: unknown
	segment int64
}

// record makes a call of each attempt; only the last can have been answered, and
// is repeated to the model by the reply, if there is one.
func (r *recorder) record(request openai.ChatRequest, attempts []openai.Attempt, answered *reply) []schema.Call {
	calls := make([]schema.Call, len(attempts))
	for i := range attempts {
		call, tokens := callOf(request, &attempts[i], i)
		r.place(&call, request.Messages, tokens)
		r.follow(request.Messages, tokens)
		calls[i] = call
	}
	if answered != nil {
		r.reply = answered.raw
	}
	return calls
}

// place says which messages and tokens a call adds to those of its segment.
func (r *recorder) place(call *schema.Call, prompt []jsontext.Value, tokens openai.Tokens) {
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
func (r *recorder) goesOn(prompt []jsontext.Value, tokens []int64) bool {
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
func (r *recorder) follow(prompt []jsontext.Value, tokens openai.Tokens) {
	r.begun, r.prompt, r.reply, r.tokens = true, prompt, nil, nil
	if tokens.PromptIDs != nil && tokens.IDs != nil {
		r.tokens = slices.Concat(tokens.PromptIDs, tokens.IDs)
	}
}

// callOf is what an attempt says of its call; number counts attempts from 0.
func callOf(request openai.ChatRequest, a *openai.Attempt, number int) (schema.Call, openai.Tokens) {
	latency, model := a.Latency.Seconds(), request.Model
	call := schema.Call{Role: "agent", Model: &model, LatencySeconds: &latency, Cost: a.CostUSD}
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
	info["error"] = clean(a.Err.Error())
	if a.Status != 0 {
		info["status"] = a.Status
	}
}

// answer records a completion, and returns the tokens that are recorded.
func answer(call *schema.Call, c *openai.Completion, info map[string]any) openai.Tokens {
	m := c.Message
	call.Response = recordable(m.Raw, maxAnswerBytes)
	call.PromptTokens, call.CompletionTokens = c.Usage.PromptTokens, c.Usage.CompletionTokens
	if model := clean(c.Model); model != "" {
		call.Model = &model
	}
	if reason := clean(c.FinishReason); reason != "" {
		call.FinishReason = &reason
	}
	if len(m.Raw) <= maxAnswerBytes {
		for _, t := range m.ToolCalls {
			if id := clean(t.ID); id != "" {
				call.ToolCallIDs = append(call.ToolCallIDs, id)
			}
		}
	}
	if c.Fingerprint != "" {
		info["system_fingerprint"] = clean(c.Fingerprint)
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
	if raw := t.RawLogprobs; call.RolloutLogprobs == nil && raw.IsValid() && len(raw) <= maxAnswerBytes {
		info["logprobs"] = raw
	}
	return t
}

// recordable is the beginning of what came, fit to be recorded.
func recordable(text []byte, bytes int) string {
	return cut(strings.ToValidUTF8(string(text[:min(len(text), bytes+4)]), "\ufffd"), bytes)
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
