// Package openaitest is a model server for tests: it answers what a script says,
// with all the ways in which real servers go wrong, and remembers what it was
// asked. The tests of openai and of its callers use it.
package openaitest

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// Reply answers one request.
type Reply func(w http.ResponseWriter, r *http.Request)

// Request is what the server was asked.
type Request struct {
	Path   string
	Header http.Header
	Body   []byte
}

// Script gives its replies in order, and the last of them from then on.
type Script struct {
	mu       sync.Mutex
	replies  []Reply   // guarded by mu
	requests []Request // guarded by mu
}

// New returns a script of one reply or more.
func New(replies ...Reply) *Script { return &Script{replies: replies} }

// ServeHTTP gives the next reply.
func (s *Script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	r.Body = io.NopCloser(bytes.NewReader(text)) // for replies that depend on it
	s.next(Request{r.URL.Path, r.Header.Clone(), text})(w, r)
}

func (s *Script) next(r Request) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := min(len(s.requests), len(s.replies)-1)
	s.requests = append(s.requests, r)
	return s.replies[at]
}

// Requests returns what was asked so far.
func (s *Script) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}
