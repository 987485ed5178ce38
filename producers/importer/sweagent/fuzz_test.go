package sweagent

import (
	"testing"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzTrajectory(f *testing.F) {
	f.Add([]byte(`{"trajectory":[{"action":"a","response":"b","query":[{"role":"user","content":"q"}]},{"action":"submit"}],"history":[{"role":"user","content":"q","is_demo":true},{"role":"assistant","content":"b","action":"a"}],"info":{"exit_status":"submitted"},"replay_config":"{\"agent\":{}}"}`))
	f.Add([]byte(`{"trajectory":[{"action":"a"}],"history":[]}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record, run{task: "a"}) })
}
