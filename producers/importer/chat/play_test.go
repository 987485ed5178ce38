package chat_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func messages(t testing.TB, raw ...string) []chat.Message {
	t.Helper()
	var list []chat.Message
	for _, r := range raw {
		m, err := chat.ParseMessage(jsontext.Value(r))
		require.NoError(t, err)
		list = append(list, m)
	}
	return list
}

const (
	system = `{"role":"system","content":"s"}`
	asked  = `{"role":"user","content":"q"}`
	called = `{"role":"assistant","content":"t","tool_calls":[{"id":"1","name":"f","arguments":{}}]}`
	empty  = `{"role":"tool","content":""}`
	spoke  = `{"role":"assistant","content":"a"}`
	silent = `{"role":"assistant","content":null}`
)

func TestStatesOfAConversation(t *testing.T) {
	var e importer.Episode
	unanswered := chat.Play(&e, chat.Conversation{Messages: messages(t, system, asked, called, empty, asked, spoke, silent, asked, system, asked)})
	require.Len(t, e.Steps, 3)
	require.Equal(t, "q", e.Steps[0].State, "a system message is no observation")
	require.Equal(t, "t", *e.Steps[0].Thought)
	require.Equal(t, "q", e.Steps[1].State, "all that came since the last turn")
	require.Equal(t, "a", e.Steps[1].Action)
	require.Equal(t, "q", e.Steps[2].State, "nothing came: what was last said stands")
	require.Empty(t, e.Steps[2].Action)
	require.Equal(t, "q\n\nq", e.Steps[2].NextState)
	require.Len(t, unanswered, 3)
}

func TestAnEmptyObservationIsOne(t *testing.T) {
	var e importer.Episode
	chat.Play(&e, chat.Conversation{Messages: messages(t, asked, called, empty, spoke)})
	require.Empty(t, e.Steps[0].NextState)
	require.Empty(t, e.Steps[1].State)
}

func TestGivenAndScriptedAnswers(t *testing.T) {
	said := messages(t, asked, spoke, asked, called, empty, spoke)
	said[1].Given, said[3].Scripted = true, true
	var e importer.Episode
	chat.Play(&e, chat.Conversation{Messages: said})
	require.Len(t, e.Steps, 2)
	require.Empty(t, e.Steps[0].Calls)
	require.Len(t, e.Calls, 1)
	require.Equal(t, []int{0}, e.Steps[1].Calls)
	require.Equal(t, int64(1), *e.Calls[0].Step)
	require.Equal(t, []string{asked, spoke, asked, called, empty, spoke}, chattest.Conversation(t, &e))
}

func TestTokensThatNoLongerExtendBeginASegment(t *testing.T) {
	said := messages(t, asked, called, empty, spoke, asked, spoke)
	said[1].PromptTokenIDs, said[1].TokenIDs = []int64{1, 2}, []int64{3}
	said[3].PromptTokenIDs, said[3].TokenIDs = []int64{1, 2, 3, 4}, []int64{5}
	said[5].PromptTokenIDs, said[5].TokenIDs = []int64{1, 2, 9, 4, 5, 6}, []int64{7}
	var e importer.Episode
	chat.Play(&e, chat.Conversation{Messages: said})
	require.Equal(t, []int64{4}, e.Calls[1].PromptTokenIDs)
	require.Equal(t, int64(3), *e.Calls[1].PromptPrefixLength)
	require.Equal(t, int64(0), *e.Calls[1].Segment)
	require.Equal(t, int64(1), *e.Calls[2].Segment)
	require.Equal(t, int64(0), *e.Calls[2].PromptPrefixLength)
	require.Len(t, e.Calls[2].PromptTokenIDs, 6)
	require.Len(t, chattest.Messages(t, []byte(e.Calls[2].Messages)), 5, "all messages of the new segment")
}

// TestAnyConversationCanBeRebuilt: calls and what is left are the conversation,
// and every answer is a turn.
func TestAnyConversationCanBeRebuilt(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		raw := rapid.SliceOf(rapid.SampledFrom([]string{system, asked, called, empty, spoke, silent})).Draw(r, "messages")
		said := messages(t, raw...)
		var e importer.Episode
		rest, err := chat.ParseObject([]byte(`{}`))
		require.NoError(t, err)
		chat.Keep(rest, chat.Play(&e, chat.Conversation{Messages: said}))
		e.Info = rest.Rest()
		require.Equal(t, append([]string{}, raw...), chattest.Conversation(t, &e))
		turns := 0
		for _, m := range said {
			if m.Role == chat.Assistant {
				turns++
			}
		}
		require.Len(t, e.Steps, turns)
		require.Len(t, e.Calls, turns)
	})
}
