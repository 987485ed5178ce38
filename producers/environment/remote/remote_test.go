package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask posts to a server that answers so, and may send 100 bytes within 200 ms.
func ask(t *testing.T, handle http.HandlerFunc) (answer map[string]int, url string, err error) {
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	base, err := ParseURL(server.URL)
	require.NoError(t, err)
	client := NewClient(base, 200*time.Millisecond, 100)
	t.Cleanup(client.Close)
	err = client.Post(t.Context(), "step", map[string]int{"id": 1}, &answer)
	return answer, server.URL + "/step", err
}

func TestPostSendsAndReadsJSON(t *testing.T) {
	answer, _, err := ask(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		require.Equal(t, `{"id":1}`, string(body))
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		fmt.Fprint(w, `{"reward":7}`)
	})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"reward": 7}, answer)
}

func TestErrorsSayWhatIsWrongAndWhetherItPasses(t *testing.T) {
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	tests := []struct {
		name   string
		handle http.HandlerFunc
		says   string
		passes bool
	}{
		{"too large", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", 101)) }, "more than 100 bytes: the answer is too large", false},
		{"503", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "busy", http.StatusServiceUnavailable) }, `status 503: "busy\n"`, true},
		{"500", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusInternalServerError) }, "status 500", false},
		{"a long complaint", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, strings.Repeat("é", 49)+"z", http.StatusUnprocessableEntity)
		}, "status 422", false},
		{"HTML", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "\n<!doctype html>") }, "HTML", false},
		{"another type", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"a":"b"}`) }, "not what the protocol says", false},
		{"empty", func(http.ResponseWriter, *http.Request) {}, "an empty answer", false},
		{"nothing", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() }, "no answer within 200ms", true},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			fmt.Fprint(w, "{")
		}, "unexpected EOF", true},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "another host", false},
		{"a redirect that drops the action", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, "status 302", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, url, err := ask(t, test.handle)
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, "POST "+url)
			require.Equal(t, test.passes, Transient(err), "%v", err)
		})
	}
}

func TestNobodyListens(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	base, err := ParseURL(server.URL)
	require.NoError(t, err)
	err = NewClient(base, time.Second, 100).Get(t.Context(), "health", url.Values{"id": {"1"}}, new(any))
	require.ErrorContains(t, err, "connection refused")
	require.ErrorContains(t, err, "/health?id=1")
	require.True(t, Transient(err))
}

func TestTheCallersContextIsTheReason(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	base, err := ParseURL("http://127.0.0.1:1")
	require.NoError(t, err)
	err = NewClient(base, time.Second, 100).Get(ctx, "x", nil, new(any))
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, Transient(err))
}

func TestASecretInTheAddressIsNotShown(t *testing.T) {
	base, err := ParseURL("http://user:secret@127.0.0.1:1")
	require.NoError(t, err)
	client := NewClient(base, time.Second, 100)
	require.NotContains(t, client.Server(), "secret")
	require.NotContains(t, client.Get(t.Context(), "x", nil, new(any)).Error(), "secret")
}

func TestAddresses(t *testing.T) {
	for _, bad := range []string{"", "localhost:80", "ftp://h", "http://", "http://h?q=1", "http://h#f", "http://h:x"} {
		_, err := ParseURL(bad)
		require.ErrorContains(t, err, "the address of the server", bad)
	}
}

var errBusy = errors.New("busy")

func busy(err error) bool { return errors.Is(err, errBusy) }

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Patience{Total: time.Minute, Jitter: func() float64 { return 1 }}
		var at []time.Duration
		began := time.Now()
		err := p.Try(t.Context(), busy, func(context.Context) error {
			if at = append(at, time.Since(began)); len(at) < 9 {
				return errBusy
			}
			return nil
		})
		require.NoError(t, err)
		ms := time.Millisecond
		require.Equal(t, []time.Duration{0, 50 * ms, 150 * ms, 350 * ms, 750 * ms, 1550 * ms, 3150 * ms, 5150 * ms, 7150 * ms}, at)
	})
}

func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := Patience{Total: 10 * time.Second}.Try(t.Context(), busy, func(context.Context) error { return errBusy })
		require.ErrorIs(t, err, errBusy)
		require.ErrorContains(t, err, "patience of 10s")
		require.Less(t, time.Since(began), 10*time.Second)
		require.Greater(t, time.Since(began), 7*time.Second)
	})
}

func TestWhatDoesNotMendIsTriedOnce(t *testing.T) {
	for _, test := range []struct {
		patience Patience
		err      error
	}{{Patience{Total: time.Hour}, io.EOF}, {Patience{}, errBusy}} {
		tries := 0
		err := test.patience.Try(t.Context(), busy, func(context.Context) error { tries++; return test.err })
		require.ErrorIs(t, err, test.err)
		require.Equal(t, 1, tries)
	}
}

func TestPatienceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := Patience{Total: time.Hour}.Try(ctx, busy, func(context.Context) error { return errBusy })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, errBusy)
	})
}
