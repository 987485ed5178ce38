package embedding_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

// letters is a model: how often a text has each of some letters.
func letters(text string) []float64 {
	v := make([]float64, 5)
	for i, c := range []string{"A", "a", "e", "o", "z"} {
		v[i] = float64(strings.Count(text, c))
	}
	return v
}

// client connects to a server that follows a script.
func client(t *testing.T, o embedding.ClientOptions, replies ...openaitest.Reply) (*embedding.Client, *openaitest.Script, error) {
	t.Helper()
	script := openaitest.New(replies...)
	o.Model = "m"
	o.Server.BaseURL = openaitest.Serve(t, script)
	o.Server.Retry = openai.Retry{MaxAttempts: 3, FirstPause: time.Millisecond, LongestPause: time.Millisecond}
	c, err := embedding.NewClient(t.Context(), o)
	if err == nil {
		t.Cleanup(c.Close)
	}
	return c, script, err
}

func TestAServerEmbedsInBatches(t *testing.T) {
	c, script, err := client(t, embedding.ClientOptions{Batch: 2}, openaitest.Embeddings(letters))
	require.NoError(t, err)
	require.Equal(t, 5, c.Dim())
	texts := []embedding.Text{{Action: "go", State: "a door"}, {}, {State: "zzz"}, {Action: "zoo"}}
	vectors, err := c.Encode(t.Context(), texts)
	require.NoError(t, err)
	require.Len(t, script.Requests(), 3, "one to begin with, then two: what is empty is not sent")
	require.Contains(t, string(script.Requests()[1].Body), `"Action: go\nState: a door"`)
	for i, v := range vectors {
		require.InDelta(t, map[bool]float64{true: 0, false: 1}[i == 1], length(v), 1e-6)
	}
	alone, err := c.Encode(t.Context(), texts[3:])
	require.NoError(t, err)
	require.Equal(t, vectors[3], alone[0], "a vector does not depend on its batch")
}

func TestAServerThatFailsIsAskedAgainWithinBounds(t *testing.T) {
	good := openaitest.Embeddings(letters)
	c, script, err := client(t, embedding.ClientOptions{}, good, openaitest.JSON(503, `{}`), openaitest.Cut(), good, openaitest.JSON(500, `{"error":"out of memory"}`))
	require.NoError(t, err)
	_, err = c.Encode(t.Context(), []embedding.Text{{Action: "go"}})
	require.NoError(t, err)
	_, err = c.Encode(t.Context(), []embedding.Text{{Action: "go"}})
	require.ErrorContains(t, err, "embed 1 texts with model m: gave up after 3 attempts")
	require.ErrorContains(t, err, "out of memory")
	require.Len(t, script.Requests(), 1+3+3)
}

func TestVectorsThatCannotBeAreRefused(t *testing.T) {
	good := openaitest.Embeddings(letters)
	for name, c := range map[string]struct {
		reply openaitest.Reply
		says  string
	}{
		"of another length": {openaitest.JSON(200, `{"data":[{"embedding":[1,2]}]}`), "has 2 components, and the first that the model made had 5"},
		"no number":         {openaitest.JSON(200, `{"data":[{"embedding":["NaN",0,0,0,0]}]}`), "holds no embeddings"},
		"too large":         {openaitest.JSON(200, `{"data":[{"embedding":[1e39,0,0,0,0]}]}`), ""},
		"a web page":        {openaitest.HTML(200), "instead of JSON"},
		"two megabytes":     {openaitest.Large(2 << 20), "more than"},
		"for another model": {openaitest.JSON(404, `{"error":{"message":"no model m"}}`), "no model m"},
	} {
		t.Run(name, func(t *testing.T) {
			cl, _, err := client(t, embedding.ClientOptions{Batch: 1}, good, c.reply)
			require.NoError(t, err)
			vectors, err := cl.Encode(t.Context(), []embedding.Text{{Action: "go"}})
			require.ErrorContains(t, err, c.says)
			require.Nil(t, vectors)
		})
	}
}

func TestAServerThatIsNoneIsNamedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		options embedding.ClientOptions
		reply   openaitest.Reply
		says    string
	}{
		"chat only":          {embedding.ClientOptions{}, openaitest.JSON(404, `{}`), "check the URL"},
		"cannot shorten":     {embedding.ClientOptions{Dim: 3}, openaitest.Embeddings(letters), "makes vectors of 5 components"},
		"negative":           {embedding.ClientOptions{Batch: -1}, openaitest.Embeddings(letters), "no bound may be negative"},
		"too many":           {embedding.ClientOptions{Dim: 1 << 17}, openaitest.Embeddings(letters), "from 1 to 65,536"},
		"an answer for none": {embedding.ClientOptions{}, openaitest.JSON(200, `{"data":[]}`), "0 vectors for 1 texts"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := client(t, c.options, c.reply)
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err := embedding.NewClient(t.Context(), embedding.ClientOptions{})
	require.ErrorContains(t, err, "name the model")
}

// The action comes first, so that a state too long for a model loses its end.
func TestLongTextsAreCut(t *testing.T) {
	c, script, err := client(t, embedding.ClientOptions{MaxTextBytes: 28}, openaitest.Embeddings(letters))
	require.NoError(t, err)
	_, err = c.Encode(t.Context(), []embedding.Text{{Action: "eat", State: "in the Käsekeller"}, {State: "a\xffb"}})
	require.NoError(t, err)
	body := string(script.Requests()[1].Body)
	require.Contains(t, body, `"Action: eat\nState: in the K"`, "never within a character")
	require.Contains(t, body, `"Action: \nState: a�b"`)
}

func TestTheIDTellsWhatVectorsDependOn(t *testing.T) {
	a, script, err := client(t, embedding.ClientOptions{}, openaitest.Embeddings(letters))
	require.NoError(t, err)
	o := embedding.ClientOptions{Model: "m", Server: openai.Options{BaseURL: openaitest.Serve(t, script)}}
	other, err := embedding.NewClient(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(other.Close)
	require.NotEqual(t, a.ID(), other.ID(), "another server")
	again, err := embedding.NewClient(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(again.Close)
	require.Equal(t, other.ID(), again.ID())
	o.MaxTextBytes = 100
	cut, err := embedding.NewClient(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(cut.Close)
	require.NotEqual(t, other.ID(), cut.ID())
}

func length(v []float32) float64 {
	var squares float64
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	return math.Sqrt(squares)
}
