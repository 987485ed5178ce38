package messages

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func FuzzConversation(f *testing.F) {
	f.Add([]byte(`{"task_id":7,"reward":0.5,"success":1,"created_at":1735787045,"tools":[],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","name":"f","input":{}}],"usage":{"prompt_tokens":1}}],"rewards":[1]}`))
	f.Add([]byte(`{"prompt":"q","completion":"<think>a</think>b","time":"2025-01-02T03:04:05Z"}`))
	chattest.Fuzz(f, func(record []byte) (*importer.Episode, error) { return parse(record) })
}

func FuzzParquet(f *testing.F) {
	type said struct {
		Role    string   `parquet:"role"`
		Content *string  `parquet:"content,optional"`
		Tags    []string `parquet:"tags,list"`
	}
	type row struct {
		Messages []said            `parquet:"messages,list"`
		Reward   *float64          `parquet:"reward,optional"`
		More     map[string]string `parquet:"more"`
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file)
	_, err := w.Write([]row{{Messages: []said{{Role: "assistant", Tags: []string{"a", "b"}}}, More: map[string]string{"a": "b"}}, {}})
	require.NoError(f, err)
	require.NoError(f, w.Close())
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, content []byte) {
		_ = readParquet(bytes.NewReader(content), int64(len(content)), func(_ int, e *importer.Episode, err error) error {
			if err == nil {
				chattest.Coherent(t, e)
			}
			return nil
		})
	})
}
