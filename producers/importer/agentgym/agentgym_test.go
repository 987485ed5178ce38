package agentgym_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/agentgym"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const item = `{"item_id":"webshop_42","conversations":[
 {"from":"human","loss":null,"value":"You are web shopping."},
 {"from":"gpt","loss":false,"value":"Ok."},
 {"from":"human","loss":null,"value":"Find a lamp."},
 {"from":"gpt","loss":true,"value":"Thought:\nI search.\n\nAction:\nsearch[lamp]"},
 {"from":"human","loss":null,"value":"Lamp 1"},
 {"from":"gpt","loss":false,"value":"Thought: bad\nAction: click[Lamp 1]"},
 {"from":"human","loss":null,"value":"Bought"}]}`

func TestAnItemBecomesAnEpisode(t *testing.T) {
	episodes, refused := chattest.Read(t, agentgym.New(), importertest.File(t, "webshop_train.json", "["+item+","+item+"]"))
	require.Empty(t, refused)
	require.Len(t, episodes, 2)
	e := episodes[0]
	require.Equal(t, "webshop", e.Environment)
	require.Equal(t, "webshop_42", e.TaskID)
	require.Equal(t, "Find a lamp.", *e.Instruction)
	require.Len(t, e.Steps, 2, "the answer to the rules is no turn")
	require.Equal(t, "Find a lamp.", e.Steps[0].State)
	require.Equal(t, "search[lamp]", e.Steps[0].Action)
	require.Equal(t, "I search.", *e.Steps[0].Thought)
	require.Equal(t, "click[Lamp 1]", e.Steps[1].Action)
	require.Equal(t, "Bought", e.Steps[1].NextState)
	require.Nil(t, e.Return)
	require.Len(t, chattest.Conversation(t, e), 7)
	require.Equal(t, `{"from":"gpt","loss":true,"value":"Thought:\nI search.\n\nAction:\nsearch[lamp]"}`, e.Calls[0].Response)
}

func TestShareGPTWithTools(t *testing.T) {
	line := `{"id":"look_at_obj-trial_T2019_1","system":"be good","tools":"[{\"name\":\"f\"}]","reward":1,"conversations":[{"from":"human","value":"hi"},` +
		`{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{\"a\":1}}"},{"from":"observation","value":"3"},{"from":"gpt","value":"three"}]}`
	episodes, refused := chattest.Read(t, agentgym.New(), importertest.File(t, "alfworld_train.jsonl", line))
	require.Empty(t, refused)
	e := episodes[0]
	require.Equal(t, "alfworld", e.Environment)
	require.Equal(t, `{"name":"f","arguments":{"a":1}}`, e.Steps[0].Action)
	require.Equal(t, "3", e.Steps[0].NextState)
	require.Equal(t, 1.0, *e.Return)
	require.JSONEq(t, `[{"name":"f"}]`, string(*e.Calls[0].Tools))
}

func TestAnItemWithoutAConversationIsRefused(t *testing.T) {
	lines := `{"item_id":"webshop_1","conversations":null}
{"item_id":"webshop_1","conversations":[]}
{"conversations":[{"from":"gpt","value":"x"}]}
{"item_id":"webshop_1","conversations":[{"from":"gpt","value":"x","loss":"y"}]}`
	episodes, refused := chattest.Read(t, agentgym.New(), importertest.File(t, "webshop_test.jsonl", lines))
	require.Empty(t, episodes)
	require.Len(t, refused, 4)
	require.ErrorContains(t, refused[3], "item_id is missing")
}
