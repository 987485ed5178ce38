package openai_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
)

// endless answers every request with a body that does not end, and counts what
// is read of it.
type endless struct{ read int }

func (e *endless) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(e), Request: r}, nil
}

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, strings.Repeat("{", len(p))), nil
}

func TestNoMoreIsReadThanAllowed(t *testing.T) {
	body := &endless{}
	c := connect(t, openai.Options{BaseURL: "http://chat.example", MaxResponseBytes: 1000, Transport: body})
	_, attempts, err := c.Chat(t.Context(), greeting())
	require.ErrorContains(t, err, "the answer has more than 1000 bytes")
	require.Len(t, attempts[0].Body, 1000)
	require.LessOrEqual(t, body.read, 1001)
}
