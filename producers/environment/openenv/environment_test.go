package openenv

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
)

func TestConformance(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		t.Run(fmt.Sprintf("fresh connections %v", fresh), func(t *testing.T) {
			environmenttest.Run(t, func(t *testing.T) producers.Environment {
				return newServer(t, 8).connect(t, func(o *Options) {
					o.FreshConnections = fresh
					o.Tasks = Tasks{From: 0, To: 6}
					o.Limits.Patience = 5 * time.Second
				})
			}, environmenttest.Options{})
		})
	}
}

func TestAnEpisodeToItsEnd(t *testing.T) {
	least := 1.0
	e := newServer(t, 1).connect(t, func(o *Options) { o.SuccessReward = &least })
	tasks, err := e.Tasks(t.Context())
	require.NoError(t, err)
	require.Equal(t, []producers.Task{{ID: "staircase", Environment: "staircase", EnvironmentVersion: "1.2.0", Split: "train"}}, tasks)

	s, err := e.Open(t.Context())
	require.NoError(t, err)
	start, err := s.Reset(t.Context(), tasks[0], 0)
	require.NoError(t, err)
	require.Equal(t, "Step 0.", start.Text)
	require.Equal(t, []string{"up", "down"}, start.Admissible, "each once")
	require.Equal(t, "2", start.Instruction, "the field that is named")

	first, err := s.Step(t.Context(), "up")
	require.NoError(t, err)
	require.Equal(t, "Step 1.", first.Text)
	require.Zero(t, *first.Reward)
	require.False(t, first.Over())
	require.Nil(t, first.Valid, "the protocol does not say")
	require.JSONEq(t, `{"height":1,"goal":2}`, string(*first.Info), "what the text leaves out")

	last, err := s.Step(t.Context(), "up")
	require.NoError(t, err)
	require.True(t, last.Terminated)
	require.True(t, *last.Success)
	require.Equal(t, 1.0, *last.Reward)

	_, err = s.Step(t.Context(), "up")
	require.ErrorContains(t, err, "no episode has begun")
	require.NoError(t, s.Close())
}

func TestTasksByNumber(t *testing.T) {
	var resets []map[string]any
	server := newServer(t, 1)
	server.on = func(_ *wire, m request) bool {
		if m.Type == "reset" {
			resets = append(resets, m.Data)
		}
		return false
	}
	e := server.connect(t, func(o *Options) {
		o.Name, o.Split, o.Instruction = "stairs", "dev", "Climb."
		o.Tasks = Tasks{From: 3, To: 5, Argument: "level", Reset: `{"mode":"quiet"}`}
	})
	tasks, err := e.Tasks(t.Context())
	require.NoError(t, err)
	require.Equal(t, []producers.Task{
		{ID: "stairs-3", Environment: "stairs", EnvironmentVersion: "1.2.0", Split: "dev", Instruction: "Climb."},
		{ID: "stairs-4", Environment: "stairs", EnvironmentVersion: "1.2.0", Split: "dev", Instruction: "Climb."},
	}, tasks)

	s, err := e.Open(t.Context())
	require.NoError(t, err)
	_, err = s.Reset(t.Context(), tasks[1], 1<<32+7)
	require.NoError(t, err)
	require.Equal(t, []map[string]any{{"mode": "quiet", "level": 4.0, "seed": 7.0}}, resets)
	require.NoError(t, s.Close())
}

func TestAnInvalidActionChangesNothing(t *testing.T) {
	e := newServer(t, 1).connect(t, func(o *Options) { o.Fields.Action = "loud" })
	s, err := e.Open(t.Context())
	require.NoError(t, err)
	defer s.Close()
	_, err = s.Reset(t.Context(), e.tasks[0], 0)
	require.NoError(t, err)

	for action, why := range map[string]string{
		"shout": "takes JSON that is not text",
		"true":  "command: Field required",
	} {
		o, err := s.Step(t.Context(), action)
		require.NoError(t, err)
		require.False(t, *o.Valid)
		require.Zero(t, *o.Reward)
		require.Contains(t, o.Text, why)
		require.Equal(t, []string{"up", "down"}, o.Admissible)
	}
	o, err := s.Step(t.Context(), `{"loud":true,"command":"up"}`)
	require.NoError(t, err)
	require.Equal(t, "Step 1.", o.Text, "the steps before did not move")
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{
		{URL: ""},
		{URL: "ws://localhost:1"},
		{URL: "http://localhost:1/?x=1"},
		{URL: "http://h", Tasks: Tasks{From: 2, To: 1}},
		{URL: "http://h", Tasks: Tasks{Reset: "[1]"}},
		{URL: "http://h", Limits: Limits{Answer: -1}},
	} {
		require.Error(t, o.Validate(), "%+v", o)
		_, err := Connect(t.Context(), o)
		require.Error(t, err)
	}
	require.NoError(t, Options{URL: "https://user:secret@host/base", Tasks: Tasks{Reset: "{}"}}.Validate())
}

func TestAFieldThatTheSchemaDoesNotHave(t *testing.T) {
	s := newServer(t, 1)
	for _, fields := range []Fields{{Action: "words"}, {Text: "words"}, {Admissible: "words"}, {Instruction: "words"}} {
		o := s.options()
		o.Fields = fields
		_, err := Connect(t.Context(), o)
		require.ErrorContains(t, err, `no field "words"`)
	}
}

func TestConnectSaysWhatIsWrongWithAServer(t *testing.T) {
	elsewhere := newServer(t, 1)
	tests := []struct {
		name   string
		handle http.HandlerFunc
		says   string
	}{
		{"HTML", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Welcome</html>") }, "HTML"},
		{"garbage", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "}{") }, "not what the protocol says"},
		{"500", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "out of cheese", http.StatusInternalServerError)
		}, "status 500: \"out of cheese"},
		{"another server", http.NotFound, "status 404"},
		{"empty schema", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }, "is it an OpenEnv server"},
		{"half an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"name":`)
		}, "unexpected EOF"},
		{"nothing", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer within"},
		{"another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		}, "another host"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.handle)
			defer server.Close()
			_, err := Connect(t.Context(), Options{URL: server.URL, Limits: Limits{Patience: -1, Answer: 200 * time.Millisecond}})
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, server.URL)
		})
	}
}

func TestConnectWaitsForAServerThatStarts(t *testing.T) {
	tries := 0
	s := newServer(t, 1)
	inner := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries < 4 {
			http.Error(w, "starting", http.StatusServiceUnavailable)
			return
		}
		inner.ServeHTTP(w, r)
	})
	s.connect(t, func(o *Options) { o.Limits.Patience = 10 * time.Second })
	require.Greater(t, tries, 4)
}

func TestACallEndsWithItsContext(t *testing.T) {
	s := newServer(t, 1)
	reached := make(chan struct{})
	s.on = func(_ *wire, m request) bool {
		if m.Type == "step" {
			close(reached)
		}
		return m.Type == "step" // and never answered
	}
	e := s.connect(t, nil)
	session, err := e.Open(t.Context())
	require.NoError(t, err)
	_, err = session.Reset(t.Context(), e.tasks[0], 1)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	_, err = session.Step(ctx, "up")
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, session.Close())
}
