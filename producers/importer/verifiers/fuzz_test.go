package verifiers

import (
	"testing"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzRollout(f *testing.F) {
	f.Add([]byte(`{"example_id":7,"prompt":[{"role":"user","content":"go"}],"completion":[{"role":"assistant","content":"","tool_calls":["{\"function\":{\"name\":\"f\"}}"]}],"reward":0.25,"info":{"oai_tools":[]},"is_truncated":true}`))
	f.Add([]byte(`{"id":"a","prompt":"go","completion":"gone"}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record, metadata{environment: "maze"}) })
}
