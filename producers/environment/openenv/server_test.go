package openenv

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// server speaks the protocol as openenv-core 0.3.0 does, and makes mistakes
// where it is told to. Its environment is a staircase: "up" and "down", and the
// top, whose height is drawn from the seed, ends the episode.
type server struct {
	*httptest.Server
	most int
	// on is asked before a request is answered; true: it was dealt with.
	on func(w *wire, m request) bool
	// greet is asked when a connection opens; true: that was all.
	greet func(w *wire) bool

	mu       sync.Mutex
	sessions int
	sockets  []*websocket.Conn
}

// wire is the server's end of a connection.
type wire struct {
	t      *testing.T
	ctx    context.Context
	socket *websocket.Conn
	stairs stairs
}

type request struct {
	Type string         `json:"type"`
	Data map[string]any `json:"data"`
}

type stairs struct{ at, top, steps int }

const schemaJSON = `{
	"action": {"properties": {"metadata": {"type": "object"}, "command": {"type": "string"}, "loud": {"type": "boolean"}}, "required": ["command"]},
	"observation": {"properties": {"done": {}, "reward": {}, "metadata": {}, "text": {"type": "string"}, "height": {"type": "integer"},
		"goal": {"type": "integer"}, "moves": {"type": "array", "items": {"type": "string"}}}},
	"state": {}}`

// newServer serves up to so many sessions at once.
func newServer(t *testing.T, most int) *server {
	s := &server{most: most}
	s.Server = httptest.NewServer(s.routes(t))
	t.Cleanup(s.Close)
	return s
}

func (s *server) routes(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metadata", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"name":"staircase","description":"Climb to the top.","readme_content":null,"version":"1.2.0","author":null}`)
	})
	mux.HandleFunc("GET /schema", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, schemaJSON) })
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		socket, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer socket.CloseNow()
		s.mu.Lock()
		s.sockets = append(s.sockets, socket)
		s.mu.Unlock()
		s.serve(&wire{t: t, ctx: r.Context(), socket: socket})
	})
	return mux
}

// take takes one of the places for a session.
func (s *server) take() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions >= s.most {
		return false
	}
	s.sessions++
	return true
}

// die ends the server as a kill does.
func (s *server) die() {
	s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, socket := range s.sockets {
		_ = socket.CloseNow()
	}
}

func (s *server) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions--
}

func (s *server) serve(w *wire) {
	if s.greet != nil && s.greet(w) {
		return
	}
	if !s.take() {
		w.send(`{"type":"error","data":{"message":"Server at capacity","code":"CAPACITY_REACHED","active_sessions":%d,"max_sessions":%d}}`, s.most, s.most)
		w.socket.Close(websocket.StatusNormalClosure, "")
		return
	}
	defer s.free()
	for {
		_, data, err := w.socket.Read(w.ctx)
		if err != nil {
			return
		}
		var m request
		if err := json.Unmarshal(data, &m); err != nil {
			w.send(`{"type":"error","data":{"message":"Invalid JSON","code":"INVALID_JSON"}}`)
			continue
		}
		if s.on != nil && s.on(w, m) {
			continue
		}
		if m.Type == "close" {
			return
		}
		w.answer(m)
	}
}

// answer answers as a server should.
func (w *wire) answer(m request) {
	command, worded := m.Data["command"].(string)
	switch {
	case m.Type == "state":
		w.send(`{"type":"state","data":{"episode_id":null,"step_count":%d}}`, w.stairs.steps)
	case m.Type == "reset":
		seed, _ := m.Data["seed"].(float64)
		w.stairs = stairs{top: 2 + int(seed)%4}
		w.observe("null")
	case m.Type == "step" && !worded:
		w.send(`{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"missing","loc":["command"],"msg":"Field required"}]}}`)
	case m.Type == "step":
		w.stairs.move(command)
		w.observe(fmt.Sprint(w.stairs.at == w.stairs.top))
	default:
		w.send(`{"type":"error","data":{"message":"Unknown message type","code":"UNKNOWN_TYPE"}}`)
	}
}

func (s *stairs) move(command string) {
	s.steps++
	switch command {
	case "up":
		s.at++
	case "down":
		s.at = max(0, s.at-1)
	}
}

// observe sends what there is to see, with a reward.
func (w *wire) observe(reward string) {
	s := w.stairs
	w.send(`{"type":"observation","data":{"observation":{"text":"Step %d.","height":%d,"goal":%d,"moves":["up","down","up"]},"reward":%s,"done":%v}}`,
		s.at, s.at, s.top, reward, s.top > 0 && s.at == s.top)
}

// send sends text; who reads it may be gone.
func (w *wire) send(format string, args ...any) {
	_ = w.socket.Write(w.ctx, websocket.MessageText, fmt.Appendf(nil, format, args...))
}

// options are for a server of these tests.
func (s *server) options() Options {
	return Options{
		URL:    s.URL,
		Fields: Fields{Admissible: "moves", Instruction: "goal"},
		Limits: Limits{Patience: -1, Answer: 5 * time.Second},
		Jitter: func() float64 { return 0.5 },
	}
}

// connect connects with the options, as changed.
func (s *server) connect(t *testing.T, change func(*Options)) *Environment {
	options := s.options()
	if change != nil {
		change(&options)
	}
	e, err := Connect(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// restart begins a server anew at the address of one that has ended.
func restart(t *testing.T, address string) *server {
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	s := &server{most: 9}
	s.Server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: s.routes(t)}}
	s.Start()
	t.Cleanup(s.Close)
	return s
}
