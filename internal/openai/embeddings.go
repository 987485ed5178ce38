package openai

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// EmbeddingsRequest is the body of POST /embeddings. What is zero is not sent.
type EmbeddingsRequest struct {
	Model string `json:"model"`
	// Input are the texts, one vector each.
	Input []string `json:"input"`
	// Dimensions asks for shorter vectors, of servers that can; 0: as long as the
	// model makes them.
	Dimensions int `json:"dimensions,omitzero"`
}

// Embeddings is what a server answered to an embeddings request.
type Embeddings struct {
	// Model that answered, as the server names it; empty where it does not.
	Model string
	// Vectors, one for each text, in the order of the texts. Their lengths are
	// not checked.
	Vectors [][]float32
	// Usage counts prompt tokens; there are no others.
	Usage Usage
}

// Embed sends a request as Chat does.
func (c *Client) Embed(ctx context.Context, r EmbeddingsRequest) (*Embeddings, []Attempt, error) {
	body, err := json.Marshal(r, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return nil, nil, fmt.Errorf("encode an embeddings request: %w", err)
	}
	read := func(a *Attempt, text []byte) (err error) {
		a.Embeddings, err = decodeEmbeddings(text, len(r.Input))
		return err
	}
	attempts, err := c.send(ctx, request{"embeddings", body, read})
	if err != nil {
		return nil, attempts, err
	}
	return attempts[len(attempts)-1].Embeddings, attempts, nil
}

// decodeEmbeddings reads a body that should hold n vectors.
func decodeEmbeddings(text []byte, n int) (*Embeddings, error) {
	var b struct {
		Data  []embedded     `json:"data"`
		Model jsontext.Value `json:"model"`
		Usage jsontext.Value `json:"usage"`
		Error jsontext.Value `json:"error"`
	}
	if err := json.Unmarshal(text, &b, lenient); err != nil {
		return nil, fmt.Errorf("the body holds no embeddings: %w", err)
	}
	if err := reported(text, b.Error); err != nil {
		return nil, err
	}
	vectors, err := inOrder(b.Data, n)
	if err != nil {
		return nil, err
	}
	usage := or[Usage](b.Usage)
	if usage.CompletionTokens = nil; usage.PromptTokens != nil {
		usage.CompletionTokens = new(int64)
	}
	return &Embeddings{Model: or[string](b.Model), Vectors: vectors, Usage: usage}, nil
}

// embedded is a vector, and the place of its text.
type embedded struct {
	Index     *int      `json:"index"`
	Embedding []float32 `json:"embedding"`
}

// inOrder puts each vector into the place of its text; a server that names no
// places answers in order.
func inOrder(data []embedded, n int) ([][]float32, error) {
	if len(data) != n {
		return nil, fmt.Errorf("the answer has %d vectors for %d texts", len(data), n)
	}
	vectors := make([][]float32, n)
	for i, d := range data {
		at := i
		if d.Index != nil {
			at = *d.Index
		}
		switch {
		case at < 0 || at >= n:
			return nil, fmt.Errorf("the answer has a vector for text %d of %d", at, n)
		case vectors[at] != nil:
			return nil, fmt.Errorf("the answer has two vectors for text %d", at)
		case len(d.Embedding) == 0:
			return nil, errors.New("the answer has an empty vector")
		}
		vectors[at] = d.Embedding
	}
	return vectors, nil
}
