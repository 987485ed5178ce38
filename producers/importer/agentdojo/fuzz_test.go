package agentdojo

import (
	"testing"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzRun(f *testing.F) {
	f.Add([]byte(`{"path":"a/b/c/d/e","run":{"suite_name":"c","user_task_id":"d","messages":[{"role":"assistant","content":null,"tool_calls":[{"function":"f","args":{}}]},{"role":"tool","content":"x","error":"e: f"}],"utility":true,"error":null}}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record, "") })
}
