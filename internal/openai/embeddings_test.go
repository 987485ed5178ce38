package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

func TestVectorsComeInTheOrderOfTheirTexts(t *testing.T) {
	length := func(text string) []float64 { return []float64{float64(len(text)), 1} }
	o := openai.Options{Prices: openai.Prices{PromptUSD: 2}}
	c, script := client(t, o, openaitest.JSON(503, `{}`), openaitest.Embeddings(length))
	got, attempts, err := c.Embed(t.Context(), openai.EmbeddingsRequest{Model: "m", Input: []string{"a", "bcd", "\xff"}, Dimensions: 2})
	require.NoError(t, err)
	require.Equal(t, [][]float32{{1, 1}, {3, 1}, {3, 1}}, got.Vectors, "what is not UTF-8 is mended")
	require.Equal(t, openaitest.Model, got.Model)
	require.Len(t, attempts, 2, "the first failed")
	require.InDelta(t, 0.0002, *attempts[1].CostUSD, 1e-12)
	require.InDelta(t, 0.0002, c.SpentUSD(), 1e-12)
	sent := script.Requests()[1]
	require.Equal(t, "/v1/embeddings", sent.Path)
	require.Equal(t, `{"model":"m","input":["a","bcd","`+"�"+`"],"dimensions":2}`, string(sent.Body))
}

func TestWhatIsNoEmbeddingsIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"a chat answer":     {`{"choices":[]}`, "0 vectors for 2 texts"},
		"too few":           {`{"data":[{"embedding":[1]}]}`, "1 vectors for 2 texts"},
		"one twice":         {`{"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[1]}]}`, "two vectors for text 1"},
		"one beyond":        {`{"data":[{"index":2,"embedding":[1]},{"index":1,"embedding":[1]}]}`, "text 2 of 2"},
		"one before":        {`{"data":[{"index":-1,"embedding":[1]},{"index":1,"embedding":[1]}]}`, "text -1 of 2"},
		"empty":             {`{"data":[{"embedding":[]},{"embedding":[1]}]}`, "empty vector"},
		"null":              {`{"data":[{"embedding":null},{"embedding":[1]}]}`, "empty vector"},
		"base64":            {`{"data":[{"embedding":"AACAPw=="},{"embedding":"AACAPw=="}]}`, "holds no embeddings"},
		"beyond a float":    {`{"data":[{"embedding":[1e999]},{"embedding":[1]}]}`, "holds no embeddings"},
		"an error in 200":   {`{"error":{"code":400,"message":"no such model"}}`, "no such model"},
		"a list":            {`[]`, "holds no embeddings"},
		"cut, yet with 200": {`{"data":[`, "holds no embeddings"},
	} {
		t.Run(name, func(t *testing.T) {
			cl, _ := client(t, hasty, openaitest.JSON(200, c.body))
			_, attempts, err := cl.Embed(t.Context(), openai.EmbeddingsRequest{Model: "m", Input: []string{"a", "b"}})
			require.ErrorContains(t, err, c.says)
			require.Len(t, attempts, 1, "another attempt would not help")
			require.Nil(t, attempts[0].Embeddings)
		})
	}
}
