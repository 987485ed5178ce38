package agentgym

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// gym is a server written from the protocol of AgentGym's. Whatever the dialect,
// its environment is a staircase of 2 + index % 3 steps: "up", "down" and
// "look"; the top ends the episode.
type gym struct {
	*httptest.Server
	dialect string
	// before is asked first; true: it dealt with the request.
	before func(w http.ResponseWriter, r *http.Request, body map[string]any) bool

	mu     sync.Mutex
	next   int
	places map[int]*stairs
	counts map[string]int // of requests, by path
}

type stairs struct{ at, top int }

var greetings = map[string]string{
	"alfworld": "This is environment AlfWorld.", "webshop": "ok", "sciworld": "This is environment ScienceWorld.",
	"textcraft": "This is environment TextCraft.", "babyai": "This is environment BabyAI.",
}

func newGym(t *testing.T, dialect string) *gym {
	g := &gym{dialect: dialect, places: map[int]*stairs{}, counts: map[string]int{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

// forget is a restart: what was created is gone, and ids begin anew.
func (g *gym) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next, g.places = 0, map[int]*stairs{}
}

func (g *gym) count(path string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.counts[path]
}

func (g *gym) open() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.places)
}

func (g *gym) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	g.mu.Lock()
	g.counts[r.URL.Path]++
	g.mu.Unlock()
	if g.before != nil && g.before(w, r, body) {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	answer, status := g.answer(r, body)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

type object = map[string]any

func (g *gym) answer(r *http.Request, body object) (answer any, status int) {
	switch r.Method + " " + r.URL.Path {
	case "GET /":
		return greetings[g.dialect], 200
	case "POST /create":
		g.places[g.next] = &stairs{}
		g.next++
		if g.dialect == "webshop" {
			return g.next - 1, 200
		}
		return object{"id": g.next - 1}, 200
	}
	s, id := g.place(r, body)
	switch {
	case s == nil && g.dialect == "webshop":
		return "Internal Server Error", 500
	case s == nil:
		return object{"error": fmt.Sprintf("The id %d is not valid.", id)}, 200
	case r.URL.Path == "/close" && slices.Contains([]string{"sciworld", "textcraft", "babyai"}, g.dialect):
		delete(g.places, id)
		return true, 200
	}
	return g.about(s, id, r, body)
}

// about answers what is about one environment.
func (g *gym) about(s *stairs, id int, r *http.Request, body object) (any, int) {
	switch r.Method + " " + r.URL.Path {
	case "POST /reset":
		index, given := body[map[string]string{"alfworld": "game", "webshop": "session_id"}[g.dialect]].(float64)
		if !given {
			index, given = body["data_idx"].(float64)
		}
		if !given || (g.dialect == "alfworld" && body["world_type"] != "Text") {
			return object{"detail": "Field required"}, 422
		}
		*s = stairs{top: 2 + int(index)%3}
		return s.first(g.dialect, id), 200
	case "POST /step":
		if s.at == s.top {
			return object{"error": fmt.Sprintf("The task with environment %d has finished.", id)}, 200
		}
		return s.step(g.dialect, body["action"].(string)), 200
	case "GET /available_actions":
		return object{"has_search_bar": s.at == 0, "clickables": []string{"up", "down", "up"}}, 200
	case "GET /instruction_text":
		return fmt.Sprintf("Instruction: \nClimb %d steps", s.top), 200
	}
	return object{"detail": "Not Found"}, 404
}

func (g *gym) place(r *http.Request, body object) (*stairs, int) {
	id, given := body["id"].(float64)
	if g.dialect == "webshop" {
		id, given = body["env_idx"].(float64)
	}
	if !given {
		number, err := strconv.Atoi(r.URL.Query().Get("env_idx"))
		if err != nil {
			return nil, -1
		}
		id = float64(number)
	}
	return g.places[int(id)], int(id)
}

func (s *stairs) first(dialect string, id int) any {
	at := fmt.Sprintf("Step %d.", s.at)
	switch dialect {
	case "alfworld":
		return object{"id": id, "observation": fmt.Sprintf("%s\nYour task is to: climb %d steps.", at, s.top), "available_actions": []string{"up", "down", "look"}, "task_type": "a/b"}
	case "webshop":
		return []any{at, nil}
	case "sciworld":
		return object{"task_name": "climb", "var_num": 0, "task_description": fmt.Sprintf("Task Description:\nYour task is to climb %d steps.", s.top),
			"observation": at, "reward": 0, "score": 0, "deleted": false, "done": false}
	case "textcraft":
		return object{"id": id, "observation": fmt.Sprintf("Crafting commands:\nup\n\nGoal: craft %d steps.", s.top), "done": false, "reward": 0}
	}
	return object{"observation": fmt.Sprintf("Your goal: climb %d steps\n%s\nAvailable actions: [\"up\", \"down\", \"look\"]", s.top, at),
		"reward": 0, "score": 0, "deleted": false, "done": false}
}

func (s *stairs) step(dialect, action string) any {
	known := s.move(action)
	text, done, reward := fmt.Sprintf("Step %d.", s.at), s.at == s.top, 0.0
	if done {
		reward = 1
	}
	if !known {
		text = map[string]string{"alfworld": "Nothing happens.", "sciworld": "No known action matches that input.",
			"textcraft": "Could not execute " + action, "babyai": "The action is not recognized. Please check valid actions.", "webshop": text}[dialect]
	}
	switch dialect {
	case "alfworld":
		return object{"observation": text, "reward": reward, "available_actions": []string{"up", "down", "look"}, "done": done}
	case "webshop":
		return object{"state": text, "reward": reward, "done": done, "info": nil}
	case "sciworld":
		return object{"observation": text, "reward": 100 * reward, "score": 100 * reward, "done": done}
	case "textcraft":
		return object{"observation": text, "reward": reward, "done": done}
	}
	return object{"observation": text + "\nAvailable actions: [\"up\", \"down\", \"look\"]", "reward": reward * 0.9, "score": reward * 0.9, "done": done}
}

func (s *stairs) move(action string) (known bool) {
	switch action {
	case "up", "click[up]":
		s.at++
	case "down", "click[down]":
		s.at = max(0, s.at-1)
	case "look":
	default:
		return false
	}
	return true
}

func (g *gym) options() Options {
	return Options{
		URL: g.URL, Dialect: g.dialect, From: 10, To: 16,
		Limits: Limits{Patience: -1, Answer: 5 * time.Second},
		Jitter: func() float64 { return 0 },
	}
}

func (g *gym) connect(t *testing.T, change func(*Options)) *Environment {
	o := g.options()
	if change != nil {
		change(&o)
	}
	e, err := Connect(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// restart begins a server anew at the address of one that has ended.
func (g *gym) restart(t *testing.T) *gym {
	listener, err := net.Listen("tcp", g.Listener.Addr().String())
	require.NoError(t, err)
	again := &gym{dialect: g.dialect, places: map[int]*stairs{}, counts: map[string]int{}}
	again.Server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: again}}
	again.Start()
	t.Cleanup(again.Close)
	return again
}
