package embedding

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/dreamlog/dreamlog/internal/openai"
)

// Client is phi by a server that speaks OpenAI's /v1/embeddings. What it
// embeds is the action and then the state, in one text.
//
// A server's vectors may differ in their last digits from one request to the
// next, and nothing tells when it loads other weights under the same name: a
// buffer that must be drawn again alike needs a server that does not.
type Client struct {
	options ClientOptions
	server  *openai.Client
	dim     int
	id      string
}

// ClientOptions say which server embeds, and how it is asked. Zero values stand
// for the defaults.
type ClientOptions struct {
	// Server with its limits, retries and bounds. Where MaxResponseBytes is not
	// given, it follows from Batch.
	Server openai.Options
	// Model that embeds.
	Model string
	// Dim is the number of components; 0: as many as the model makes. It is asked
	// of the server, and not all can shorten vectors.
	Dim int
	// Batch is the most texts in a request. Default: 64.
	Batch int
	// MaxTextBytes cuts longer texts, since servers refuse what is longer than the
	// context of their model. The action comes first. Default: 8,192, which is
	// about 2,000 tokens.
	MaxTextBytes int
}

// maxDim is the most components that are taken of a server.
const maxDim = 1 << 16

// bytesPerComponent is more than a number takes in JSON.
const bytesPerComponent = 32

func (o ClientOptions) withDefaults() ClientOptions {
	o.Batch = cmp.Or(o.Batch, 64)
	o.MaxTextBytes = cmp.Or(o.MaxTextBytes, 8192)
	if o.Server.MaxResponseBytes == 0 {
		o.Server.MaxResponseBytes = 1<<20 + int64(o.Batch)*int64(cmp.Or(o.Dim, 1<<13))*bytesPerComponent
	}
	return o
}

// Validate says what is wrong with the options.
func (o ClientOptions) Validate() error {
	switch {
	case o.Model == "":
		return errors.New("embeddings server: name the model that embeds")
	case o.Dim < 0 || o.Dim > maxDim:
		return fmt.Errorf("embeddings server: %d components; take from 1 to 65,536, or 0 for as many as the model makes", o.Dim)
	case o.Batch < 0, o.MaxTextBytes < 0:
		return errors.New("embeddings server: no bound may be negative; leave it out for the default")
	}
	return nil
}

// NewClient connects to a server, and embeds a text to learn how long its
// vectors are.
func NewClient(ctx context.Context, o ClientOptions) (*Client, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	server, err := openai.New(o.Server)
	if err != nil {
		return nil, err
	}
	c := &Client{options: o, server: server}
	first, err := c.ask(ctx, []string{format(Text{Action: "look", State: "a room"}, o.MaxTextBytes)})
	if err == nil && (len(first[0]) > maxDim || o.Dim != 0 && len(first[0]) != o.Dim) {
		err = fmt.Errorf("the model makes vectors of %d components; ask for those, or for none", len(first[0]))
	}
	if err != nil {
		server.Close()
		return nil, fmt.Errorf("embeddings of model %s: %w", o.Model, err)
	}
	c.dim = len(first[0])
	digest := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %d", o.Server.BaseURL, o.Model, c.dim, o.MaxTextBytes))
	c.id = "server-" + hex.EncodeToString(digest[:8])
	return c, nil
}

// ID has a digest of the server's URL, the model, the number of components and
// the length that texts are cut to.
func (c *Client) ID() string { return c.id }

// Dim is the number of components.
func (c *Client) Dim() int { return c.dim }

// Close drops idle connections.
func (c *Client) Close() { c.server.Close() }

// Encode asks the server, a batch after the other, again where that may help. An
// error means that there are no vectors at all. A text without action and state
// is not sent.
func (c *Client) Encode(ctx context.Context, texts []Text) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	var written []string
	var places []int // of written, in texts
	for i, t := range texts {
		if text := format(t, c.options.MaxTextBytes); text != "" {
			written, places = append(written, text), append(places, i)
			continue
		}
		vectors[i] = make([]float32, c.dim)
	}
	for start := 0; start < len(written); start += c.options.Batch {
		batch := written[start:min(start+c.options.Batch, len(written))]
		got, err := c.ask(ctx, batch)
		if err != nil {
			return nil, fmt.Errorf("embed %d texts with model %s: %w", len(batch), c.options.Model, err)
		}
		for i, v := range got {
			vectors[places[start+i]] = v
		}
	}
	return vectors, nil
}

// ask returns vectors of length one.
func (c *Client) ask(ctx context.Context, texts []string) ([][]float32, error) {
	got, _, err := c.server.Embed(ctx, openai.EmbeddingsRequest{Model: c.options.Model, Input: texts, Dimensions: c.options.Dim})
	if err != nil {
		return nil, err
	}
	for i, v := range got.Vectors {
		if c.dim != 0 && len(v) != c.dim {
			return nil, fmt.Errorf("the vector of text %d has %d components, and the first that the model made had %d", i, len(v), c.dim)
		}
		if err := normalise(v); err != nil {
			return nil, fmt.Errorf("the vector of text %d: %w", i, err)
		}
	}
	return got.Vectors, nil
}

// normalise gives a vector length one; a zero vector stays.
func normalise(v []float32) error {
	if err := checkFinite(v); err != nil {
		return err
	}
	var squares float64
	for _, x := range v {
		squares += float64(float64(x) * float64(x))
	}
	if squares == 0 {
		return nil
	}
	scale := 1 / math.Sqrt(squares)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return nil
}

// format is the text that a server embeds; empty where there is nothing.
func format(t Text, maxBytes int) string {
	action, state := strings.TrimSpace(t.Action), strings.TrimSpace(t.State)
	if action == "" && state == "" {
		return ""
	}
	text := strings.ToValidUTF8("Action: "+action+"\nState: "+state, "�")
	if len(text) <= maxBytes {
		return text
	}
	end := maxBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
