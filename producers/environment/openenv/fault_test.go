package openenv

import (
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// TestAFaultEndsOneEpisodeOnly has the server answer the second step with each
// fault, while a second session goes on.
func TestAFaultEndsOneEpisodeOnly(t *testing.T) {
	say := func(text string) func(*wire) { return func(w *wire) { w.send("%s", text) } }
	tests := []struct {
		name  string
		fault func(*wire)
		says  string
	}{
		{"garbage", say("}{"), "not what the protocol says"},
		{"nothing in it", say(""), "an empty answer"},
		{"HTML", say("<html><body>Bad gateway</body></html>"), "HTML"},
		{"half a message", say(`{"type":"observation","data":{"observ`), "unexpected EOF"},
		{"an array", say(`[1]`), "not what the protocol says"},
		{"no type", say(`{"data":{}}`), `no "type"`},
		{"another type", say(`{"type":"state","data":{}}`), "another question"},
		{"no data", say(`{"type":"observation"}`), "an empty answer"},
		{"no observation", say(`{"type":"observation","data":{"reward":1,"done":false}}`), "no observation"},
		{"an observation that is text", say(`{"type":"observation","data":{"observation":"hi","done":false}}`), "not what the protocol says"},
		{"text that is a list of nothing we know", say(`{"type":"observation","data":{"observation":{"text":"x","moves":7},"done":false}}`), "a list of actions"},
		{"an infinite reward", say(`{"type":"observation","data":{"observation":{"text":"x"},"reward":1e999,"done":false}}`), "1e999 is not a finite number"},
		{"not a number", say(`{"type":"observation","data":{"observation":{"text":"x"},"reward":NaN,"done":false}}`), "NaN"},
		{"a reward in words", say(`{"type":"observation","data":{"observation":{"text":"x"},"reward":"high","done":false}}`), "is not a number"},
		{"an error of the environment", say(`{"type":"error","data":{"message":"out of cheese","code":"EXECUTION_ERROR"}}`), "EXECUTION_ERROR: out of cheese"},
		{"an error of the session", say(`{"type":"error","data":{"message":"lost","code":"SESSION_ERROR"}}`), "SESSION_ERROR: lost"},
		{"an error without form", say(`{"type":"error","data":"oops"}`), "form of its own"},
		{"not UTF-8", say("{\"type\":\"observation\",\"data\":{\"observation\":{\"text\":\"\xff\"}}}"), "UTF-8"},
		{"a binary message", func(w *wire) { _ = w.socket.Write(w.ctx, websocket.MessageBinary, []byte("{}")) }, "binary message"},
		{"10 MB", func(w *wire) {
			w.send(`{"type":"observation","data":{"observation":{"text":"%s"}}}`, strings.Repeat("x", 10<<20))
		}, "too large"},
		{"the connection breaks", func(w *wire) { _ = w.socket.CloseNow() }, "the connection ended"},
		{"the connection is closed", func(w *wire) { _ = w.socket.Close(websocket.StatusServiceRestart, "restarting") }, "restarting"},
		{"nothing", func(*wire) {}, "no answer to \"step\" within"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t, 2)
			s.on = func(w *wire, m request) bool {
				at := m.Type == "step" && w.stairs.steps == 1 && m.Data["command"] == "fail"
				if at {
					test.fault(w)
				}
				return at
			}
			e := s.connect(t, func(o *Options) { o.Limits.Answer = 500 * time.Millisecond })
			broken, sound := begin(t, e, 3), begin(t, e, 3)
			for _, session := range []*session{broken, sound} {
				_, err := session.Step(t.Context(), "up")
				require.NoError(t, err)
			}

			_, err := broken.Step(t.Context(), "fail")
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, "openenv server "+s.URL+", task staircase, step 1: ")
			_, err = broken.Step(t.Context(), "up")
			require.ErrorIs(t, err, errBroken)
			_, err = broken.Reset(t.Context(), e.tasks[0], 1)
			require.ErrorIs(t, err, errBroken)
			require.NoError(t, broken.Close())

			o, err := sound.Step(t.Context(), "up")
			require.NoError(t, err)
			require.Equal(t, "Step 2.", o.Text)
			require.NoError(t, sound.Close())
		})
	}
}

// begin opens a session and begins an episode.
func begin(t *testing.T, e *Environment, seed int64) *session {
	opened, err := e.Open(t.Context())
	require.NoError(t, err)
	_, err = opened.Reset(t.Context(), e.tasks[0], seed)
	require.NoError(t, err)
	return opened.(*session)
}

// TestALateAnswerIsNotTheNextEpisodes has the server answer the last step of an
// episode once more when the next episode begins.
func TestALateAnswerIsNotTheNextEpisodes(t *testing.T) {
	s := newServer(t, 1)
	s.on = func(w *wire, m request) bool {
		if m.Type == "reset" && w.stairs.steps > 0 {
			w.observe("0.25")
		}
		return false
	}
	session := begin(t, s.connect(t, nil), 1)
	_, err := session.Step(t.Context(), "up")
	require.NoError(t, err)
	_, err = session.Reset(t.Context(), session.task, 2)
	require.ErrorContains(t, err, "make sure that the answer is that of this episode")
	require.NoError(t, session.Close())
}

func TestAnAnswerThatNobodyAskedFor(t *testing.T) {
	s := newServer(t, 1)
	s.on = func(w *wire, m request) bool {
		if m.Type == "step" {
			w.observe("0.25")
		}
		return false
	}
	session := begin(t, s.connect(t, nil), 1)
	_, err := session.Step(t.Context(), "up")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(session.connection.arrivals) == 1 }, 5*time.Second, time.Millisecond)
	_, err = session.Step(t.Context(), "up")
	require.ErrorIs(t, err, errUnasked)
	require.NoError(t, session.Close())
}

func TestARestartInMidEpisode(t *testing.T) {
	s := newServer(t, 1)
	e := s.connect(t, func(o *Options) { o.Limits.Patience = 5 * time.Second })
	session := begin(t, e, 3)
	s.die()
	_, err := session.Step(t.Context(), "up")
	require.ErrorContains(t, err, "step 0: the connection ended")
	require.NoError(t, session.Close())

	restart(t, s.Listener.Addr().String())
	session = begin(t, e, 3)
	o, err := session.Step(t.Context(), "up")
	require.NoError(t, err)
	require.Equal(t, "Step 1.", o.Text)
	require.NoError(t, session.Close())
}

func TestOpenWaitsForAFreeSession(t *testing.T) {
	e := newServer(t, 1).connect(t, func(o *Options) { o.Limits.Patience = 20 * time.Second })
	first := begin(t, e, 1)
	go func() {
		time.Sleep(100 * time.Millisecond)
		_ = first.Close()
	}()
	second := begin(t, e, 2)
	require.NoError(t, second.Close())
}

func TestNoFreeSession(t *testing.T) {
	e := newServer(t, 1).connect(t, func(o *Options) { o.Limits.Patience = 200 * time.Millisecond })
	first := begin(t, e, 1)
	_, err := e.Open(t.Context())
	require.ErrorContains(t, err, "every session of the server is taken (1 of 1): use fewer workers, or raise max_concurrent_envs")
	require.ErrorContains(t, err, "patience of 200ms")
	require.NoError(t, first.Close())
	require.NoError(t, begin(t, e, 2).Close(), "the place is free at once")
}

func TestAFactoryThatFailsIsNotWaitedFor(t *testing.T) {
	s := newServer(t, 1)
	greeted := 0
	s.greet = func(w *wire) bool {
		greeted++
		w.send(`{"type":"error","data":{"message":"Failed to create environment","code":"FACTORY_ERROR","factory_name":"Stairs"}}`)
		return true
	}
	e := s.connect(t, func(o *Options) { o.Limits.Patience = 10 * time.Second })
	_, err := e.Open(t.Context())
	require.ErrorContains(t, err, "FACTORY_ERROR: Failed to create environment")
	require.Equal(t, 1, greeted)
}

func TestAnEpisodeThatIsOverAtItsStart(t *testing.T) {
	s := newServer(t, 1)
	s.on = func(w *wire, m request) bool {
		if m.Type == "reset" {
			w.send(`{"type":"observation","data":{"observation":{"text":"x"},"reward":null,"done":true}}`)
		}
		return m.Type == "reset"
	}
	e := s.connect(t, nil)
	session, err := e.Open(t.Context())
	require.NoError(t, err)
	_, err = session.Reset(t.Context(), e.tasks[0], 1)
	require.ErrorContains(t, err, "over before its first step")
	require.NoError(t, session.Close())
}
