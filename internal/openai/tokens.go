package openai

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Tokens are those of one call, as far as the server gives them.
type Tokens struct {
	// PromptIDs are those of the whole prompt; nil: unknown.
	PromptIDs []int64
	// IDs are those of the answer, as sampled; nil: unknown.
	IDs []int64
	// Logprobs are the natural log-probabilities of the answer's tokens; nil:
	// unknown. There are as many as IDs, where both are known.
	Logprobs []float64
	// RawLogprobs is the logprobs object as it came; nil: there is none.
	RawLogprobs jsontext.Value
}

// logprob is one token of logprobs.content.
type logprob struct {
	Token   string   `json:"token"`
	ID      *int64   `json:"id"` // llama.cpp's
	Logprob *float64 `json:"logprob"`
}

// tokens gathers the ids and log-probabilities of a choice. Servers spell them
// differently:
//
//   - vLLM: prompt_token_ids beside the choices, token_ids in the choice; with
//     return_tokens_as_token_ids the tokens of logprobs read "token_id:42"
//   - SGLang: prompt_token_ids and token_ids in the choice, response_token_ids
//     in some versions, or meta_info.output_token_logprobs = [[logprob, id, …]]
//   - llama.cpp: an id beside each log-probability
func tokens(b *body, c *choice) Tokens {
	t := Tokens{PromptIDs: ids(b.PromptTokenIDs, c.PromptTokenIDs), IDs: ids(c.TokenIDs, c.ResponseTokenIDs)}
	if c.Logprobs.Kind() == '{' {
		t.RawLogprobs = c.Logprobs
	}
	list := or[[]logprob](member(c.Logprobs, "content"))
	metaIDs, metaLogprobs := metaTokens(c.MetaInfo)
	if t.IDs == nil {
		t.IDs = metaIDs
	}
	if t.IDs == nil {
		t.IDs = idsIn(list)
	}
	if t.Logprobs = logprobsIn(list); t.Logprobs == nil {
		t.Logprobs = metaLogprobs
	}
	if t.IDs != nil && len(t.Logprobs) != len(t.IDs) {
		t.Logprobs = nil // they belong to other tokens
	}
	return t
}

// ids reads the first list that there is.
func ids(lists ...jsontext.Value) []int64 {
	for _, list := range lists {
		if found := or[[]int64](list); found != nil {
			return found
		}
	}
	return nil
}

// idsIn returns the ids that stand beside log-probabilities; nil unless all do.
func idsIn(list []logprob) []int64 {
	var found []int64
	for _, l := range list {
		id, ok := l.id()
		if !ok {
			return nil
		}
		found = append(found, id)
	}
	return found
}

func (l logprob) id() (int64, bool) {
	if l.ID != nil {
		return *l.ID, true
	}
	digits, spelled := strings.CutPrefix(l.Token, "token_id:")
	if !spelled {
		return 0, false
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	return id, err == nil
}

func logprobsIn(list []logprob) []float64 {
	var found []float64
	for _, l := range list {
		if l.Logprob == nil {
			return nil
		}
		found = append(found, *l.Logprob)
	}
	return found
}

// metaTokens reads SGLang's list of [logprob, id, text].
func metaTokens(meta jsontext.Value) (ids []int64, logprobs []float64) {
	for _, entry := range or[[]jsontext.Value](member(meta, "output_token_logprobs")) {
		parts := or[[]jsontext.Value](entry)
		if len(parts) < 2 || parts[0].Kind() != '0' || parts[1].Kind() != '0' {
			return nil, nil
		}
		logprobs = append(logprobs, or[float64](parts[0]))
		ids = append(ids, or[int64](parts[1]))
	}
	return ids, logprobs
}
