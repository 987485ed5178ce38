package calls

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
)

// TestWhatExtendsAPrompt: a prompt goes on where it repeats the previous one and
// then its answer; a, b and c are messages.
func TestWhatExtendsAPrompt(t *testing.T) {
	prompt := func(messages string) (list []jsontext.Value) {
		for _, m := range messages {
			list = append(list, jsontext.Value(`"`+string(m)+`"`))
		}
		return list
	}
	for next, segment := range map[string]int64{"abc": 0, "abcabc": 0, "a": 1, "aac": 1, "bbc": 1, "ab": 0, "": 1} {
		r := Recorder{Role: "agent"}
		before := []openai.Attempt{{Completion: &openai.Completion{}}}
		r.Record(openai.ChatRequest{Messages: prompt("a")}, before, prompt("b")[0])
		calls := r.Record(openai.ChatRequest{Messages: prompt(next)}, before, nil)
		require.Equal(t, segment, *calls[0].Segment, "%q", next)
	}
}
