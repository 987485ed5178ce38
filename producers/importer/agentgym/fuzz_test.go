package agentgym

import (
	"testing"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzItem(f *testing.F) {
	f.Add([]byte(`{"item_id":"webshop_4","system":"s","conversations":[{"from":"human","loss":null,"value":"q"},{"from":"gpt","loss":false,"value":"Ok"},{"from":"gpt","loss":true,"value":"Thought: a\nAction: b"},{"from":"function_call","value":"{\"name\":\"f\"}"}]}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record, "webshop") })
}
