package openai_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client returns a client of a server that follows a script.
func client(t testing.TB, o openai.Options, replies ...openaitest.Reply) (*openai.Client, *openaitest.Script) {
	t.Helper()
	script := openaitest.New(replies...)
	o.BaseURL = openaitest.Serve(t, script)
	return connect(t, o), script
}

func connect(t testing.TB, o openai.Options) *openai.Client {
	t.Helper()
	c, err := openai.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// greeting is a request.
func greeting() openai.ChatRequest {
	return openai.ChatRequest{Model: "m", Messages: []jsontext.Value{jsontext.Value(`{"role":"user","content":"hello"}`)}}
}
