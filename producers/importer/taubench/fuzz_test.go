package taubench

import (
	"testing"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzTrial(f *testing.F) {
	f.Add([]byte(`{"task_id":3,"trial":1,"reward":1.0,"info":{"task":{"instruction":"fly"}},"traj":[{"role":"system","content":"# Retail"},{"role":"assistant","content":"a","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"b"}]}`))
	f.Add([]byte(`{"task_id":1,"traj":"[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]"}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record, run{}) })
}
