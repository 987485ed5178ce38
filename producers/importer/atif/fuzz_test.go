package atif

import (
	"testing"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzTrajectory(f *testing.F) {
	f.Add([]byte(`{"schema_version":"ATIF-v1.7","session_id":"s","agent":{"name":"a"},"steps":[{"step_id":1,"source":"user","message":"q"},{"step_id":2,"source":"agent","message":[{"type":"text","text":"a"}],"tool_calls":[{"tool_call_id":"c","function_name":"f","arguments":{}}],"observation":{"results":[{"source_call_id":"c","content":"r"}]},"metrics":{"prompt_token_ids":[1],"completion_token_ids":[2],"logprobs":[-1]}},{"step_id":3,"source":"agent","message":"","is_copied_context":true}],"extra":{"reward":1}}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record, "") })
}
