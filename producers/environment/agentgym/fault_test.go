package agentgym

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// begin opens a session and begins a task.
func begin(t *testing.T, e *Environment, index int) *session {
	opened, err := e.Open(t.Context())
	require.NoError(t, err)
	_, err = opened.Reset(t.Context(), producers.Task{ID: fmt.Sprintf("%s-%d", e.options.Dialect, index)}, 1)
	require.NoError(t, err)
	return opened.(*session)
}

// TestAFaultEndsOneEpisodeOnly answers the second step of one session with each
// fault, while another session goes on.
func TestAFaultEndsOneEpisodeOnly(t *testing.T) {
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	tests := []struct {
		name  string
		fault http.HandlerFunc
		says  string
	}{
		{"garbage", say("}{"), "not what the protocol says"},
		{"HTML", say("<html>Bad gateway</html>"), "HTML"},
		{"500", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		}, "status 500"},
		{"503", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "busy", http.StatusServiceUnavailable) }, "status 503"},
		{"an empty answer", say(""), "an empty answer"},
		{"half an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"observation":"x`)
		}, "unexpected EOF"},
		{"JSON that breaks off", say(`{"observation":"x","done":fal`), "not what the protocol says"},
		{"nothing", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer within"},
		{"the connection breaks", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
		{"an error", say(`{"error":"The id 0 is not valid."}`), "the server says: The id 0 is not valid."},
		{"another episode's answer", say(`{"id":77,"observation":"x","reward":1,"done":true}`), "about environment 77, not"},
		{"no observation", say(`{"reward":1,"done":true}`), "no observation"},
		{"no done", say(`{"observation":"x","reward":1}`), "whether the episode is done"},
		{"an infinite reward", say(`{"observation":"x","reward":1e999,"done":true}`), "1e999"},
		{"not a number", say(`{"observation":"x","reward":NaN,"done":true}`), "not what the protocol says"},
		{"not UTF-8", say("{\"observation\":\"\xff\",\"reward\":0,\"done\":false}"), "UTF-8"},
		{"10 MB", say(`{"observation":"` + strings.Repeat("x", 10<<20) + `"}`), "too large"},
		{"another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/step", http.StatusPermanentRedirect)
		}, "another host"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newGym(t, "babyai")
			g.before = func(w http.ResponseWriter, r *http.Request, body map[string]any) bool {
				if body["action"] != "fail" {
					return false
				}
				test.fault(w, r)
				return true
			}
			e := g.connect(t, func(o *Options) { o.Limits.Answer, o.Limits.Patience = 500*time.Millisecond, 10*time.Second })
			broken, sound := begin(t, e, 11), begin(t, e, 11)
			for _, s := range []*session{broken, sound} {
				_, err := s.Step(t.Context(), "up")
				require.NoError(t, err)
			}

			_, err := broken.Step(t.Context(), "fail")
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, "agentgym server "+g.URL+" (babyai): task babyai-11, step 1: ")
			require.Equal(t, 3, g.count("/step"), "a step is never sent again")
			_, err = broken.Step(t.Context(), "up")
			require.ErrorIs(t, err, errBroken)
			_, err = broken.Reset(t.Context(), broken.task, 1)
			require.ErrorIs(t, err, errBroken)
			require.NoError(t, broken.Close())

			o, err := sound.Step(t.Context(), "up")
			require.NoError(t, err)
			require.Equal(t, "Step 2.", o.Text)
			require.NoError(t, sound.Close())
		})
	}
}

func TestFaultsOfWebShop(t *testing.T) {
	for path, faults := range map[string]map[string]string{
		"/create": {`{"id":1}`: "not what the protocol says"},
		"/reset":  {`[]`: "an empty list", `[7,null]`: "not what the protocol says", `"text"`: "not what the protocol says"},
		"/step":   {`{"state":"x"}`: "whether the episode is done", `{"done":true}`: "no state"},
	} {
		for fault, says := range faults {
			t.Run(path+" "+fault, func(t *testing.T) {
				g := newGym(t, "webshop")
				g.before = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
					if r.URL.Path == path {
						fmt.Fprint(w, fault)
					}
					return r.URL.Path == path
				}
				require.ErrorContains(t, play(t, g.connect(t, nil)), says)
			})
		}
	}
}

// play goes as far as it can, for at most one step.
func play(t *testing.T, e *Environment) error {
	s, err := e.Open(t.Context())
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.Reset(t.Context(), e.tasks[0], 1); err != nil {
		return err
	}
	_, err = s.Step(t.Context(), "up")
	return err
}

func TestFaultsOfABeginning(t *testing.T) {
	for path, faults := range map[string]map[string]string{
		"/create": {`{"error":"no Java"}`: "the server says: no Java", `{}`: "without saying its id"},
		"/reset": {
			`{"id":0,"observation":"x","done":true}`: "over before its first step",
			`{"id":0,"observation":""}`:              "does not say what the task is",
			`{"id":5,"observation":"x"}`:             "about environment 5, not 0",
		},
	} {
		for fault, says := range faults {
			t.Run(path+" "+fault, func(t *testing.T) {
				g := newGym(t, "alfworld")
				g.before = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
					if r.URL.Path == path {
						fmt.Fprint(w, fault)
					}
					return r.URL.Path == path
				}
				require.ErrorContains(t, play(t, g.connect(t, nil)), says)
			})
		}
	}
}

// TestARestartDoesNotMixEpisodes: after a restart the server's numbers begin anew,
// so that the next session is offered the environment number of an old one.
func TestARestartDoesNotMixEpisodes(t *testing.T) {
	g := newGym(t, "sciworld")
	e := g.connect(t, nil)
	old, older := begin(t, e, 10), begin(t, e, 11)
	g.forget()
	fresh := begin(t, e, 12)
	require.EqualValues(t, 2, fresh.place.id, "0 and 1 are left to the sessions that had them")

	for _, s := range []*session{old, older} {
		_, err := s.Step(t.Context(), "up")
		require.ErrorIs(t, err, errLost)
		require.NoError(t, s.Close())
	}
	require.Zero(t, g.count("/step"))
	require.Zero(t, g.count("/close"), "the environments with their numbers are somebody else's")
	o, err := fresh.Step(t.Context(), "up")
	require.NoError(t, err)
	require.Equal(t, "Step 1.", o.Text)
	require.NoError(t, fresh.Close())
}

// TestAnAnswerUnderWayWhenTheNumberIsLost has the number handed out while a step
// with it is on the server.
func TestAnAnswerUnderWayWhenTheNumberIsLost(t *testing.T) {
	g := newGym(t, "textcraft")
	arrived, answer := make(chan struct{}), make(chan struct{})
	g.before = func(_ http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		if r.URL.Path == "/step" {
			close(arrived)
			<-answer
		}
		return false
	}
	e := g.connect(t, nil)
	old := begin(t, e, 10)
	go func() {
		defer close(answer)
		<-arrived
		g.forget()
		_ = e.ours(t.Context())
	}()
	_, err := old.Step(t.Context(), "up")
	require.ErrorIs(t, err, errLost)
	require.NoError(t, old.Close())
}

// ours opens a session and closes it.
func (e *Environment) ours(ctx context.Context) error {
	s, err := e.Open(ctx)
	if err != nil {
		return err
	}
	return s.Close()
}

func TestAServerThatHandsOutOneNumberForEver(t *testing.T) {
	g := newGym(t, "webshop")
	g.before = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		if r.URL.Path == "/create" && g.count("/create") > 1 {
			fmt.Fprint(w, 0)
			return true
		}
		return false
	}
	e := g.connect(t, nil)
	first := begin(t, e, 10)
	_, err := e.Open(t.Context())
	require.ErrorContains(t, err, "none that is not taken")
	require.NoError(t, first.Close())
}

func TestARestartInMidEpisode(t *testing.T) {
	g := newGym(t, "babyai")
	e := g.connect(t, func(o *Options) { o.Limits.Patience = 5 * time.Second })
	old := begin(t, e, 10)
	g.CloseClientConnections()
	g.Close()
	_, err := old.Step(t.Context(), "up")
	require.ErrorContains(t, err, "step 0: POST ")

	again := g.restart(t)
	fresh := begin(t, e, 10)
	require.NoError(t, old.Close())
	require.Zero(t, again.count("/close"), "number 0 is not the old session's any more")
	o, err := fresh.Step(t.Context(), "up")
	require.NoError(t, err)
	require.Equal(t, "Step 1.", o.Text)
	require.NoError(t, fresh.Close())
}

func TestACloseThatFailsIsSaid(t *testing.T) {
	g := newGym(t, "sciworld")
	g.before = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		if r.URL.Path == "/close" {
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		}
		return r.URL.Path == "/close"
	}
	s := begin(t, g.connect(t, nil), 10)
	require.ErrorContains(t, s.Close(), "close environment 0: POST "+g.URL+"/close: status 500")
	require.NoError(t, s.Close())
}

// FuzzAnswer: whatever a server answers to a step, there is a view of it that can
// be recorded, or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"observation":"Step 1.","reward":1,"done":true,"score":100,"available_actions":["a","a"]}`,
		`{"observation":"x\nAvailable actions: [\"a\", \"b\"]","reward":0,"done":false}`,
		`{"observation":"x\nAvailable actions: [","reward":-1e308,"done":false}`,
		`{"error":"no"}`, `{"id":3}`, `[1]`, `<html>`, ``, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, dialect := range dialects() {
			plain, is := dialect.(plain)
			if !is {
				continue
			}
			v, err := plain.decode(data, 0, false)
			if err == nil {
				o := v.outcome()
				require.NotNil(t, o.Reward, name)
				require.Equal(t, o.Over(), o.Success != nil)
				require.False(t, *o.Reward-*o.Reward != 0, "the reward is finite")
			}
		}
	})
}
