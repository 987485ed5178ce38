package embedding_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/internal/openai"
)

// TestRealServer asks a real server for embeddings: its vectors go into an index
// and are found again.
func TestRealServer(t *testing.T) {
	url := os.Getenv("DREAMLOG_EMBEDDINGS_URL")
	if url == "" {
		t.Skip("DREAMLOG_EMBEDDINGS_URL names no server that embeds, such as http://127.0.0.1:8000/v1")
	}
	c, err := embedding.NewClient(t.Context(), embedding.ClientOptions{Server: openai.Options{BaseURL: url}, Model: "default", Batch: 3})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	vectors := encode(t, c, steps...)
	ix := embedding.NewIndex(c)
	require.NoError(t, ix.Add(vectors, make([]embedding.Attributes, len(steps))))
	for i, v := range encode(t, c, steps...) {
		require.Len(t, v, c.Dim())
		require.InDelta(t, 1, length(v), 1e-5)
		hits, err := ix.Search(v, 1, embedding.Filter{})
		require.NoError(t, err)
		require.Equal(t, i, hits[0].Row, "asked again, a text is nearest to itself")
		require.InDelta(t, 1, hits[0].Similarity, 1e-3)
	}
}
