package openai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

// hasty retries without much of a wait.
var hasty = openai.Options{Retry: openai.Retry{MaxAttempts: 3, FirstPause: time.Millisecond, LongestPause: 2 * time.Millisecond}}

func TestARequestIsSentAsItIsAndItsAnswerIsRead(t *testing.T) {
	c, script := client(t, openai.Options{}, openaitest.Say("hello yourself"))
	temperature, seed := 0.5, int64(7)
	r := greeting()
	r.Temperature, r.Seed, r.MaxTokens, r.Stop, r.Logprobs = &temperature, &seed, 20, []string{"\n"}, true
	r.Extra = map[string]jsontext.Value{"top_k": jsontext.Value("4")}

	got, attempts, err := c.Chat(t.Context(), r)

	require.NoError(t, err)
	require.Equal(t, "hello yourself", got.Message.Content)
	require.JSONEq(t, `{"role":"assistant","content":"hello yourself"}`, string(got.Message.Raw))
	require.Equal(t, "stop", got.FinishReason)
	require.Equal(t, openaitest.Model, got.Model)
	require.Equal(t, int64(100), *got.Usage.PromptTokens)
	require.Len(t, attempts, 1)
	require.Equal(t, http.StatusOK, attempts[0].Status)
	require.Positive(t, attempts[0].Latency)
	require.Contains(t, string(attempts[0].Body), "hello yourself")
	require.Nil(t, attempts[0].CostUSD, "there are no prices")

	sent := script.Requests()[0]
	require.Equal(t, "/v1/chat/completions", sent.Path)
	require.Empty(t, sent.Header.Get("Authorization"))
	require.Equal(t, `{"model":"m","messages":[{"role":"user","content":"hello"}],"temperature":0.5,"max_tokens":20,`+
		`"seed":7,"stop":["\n"],"logprobs":true,"top_k":4}`, string(sent.Body))
	sampling, err := r.Sampling()
	require.NoError(t, err)
	require.Equal(t, `{"temperature":0.5,"max_tokens":20,"seed":7,"stop":["\n"],"logprobs":true,"top_k":4}`, string(sampling))
}

func TestAMemberThatIsGivenTwiceIsRefusedBeforeItIsSent(t *testing.T) {
	c, script := client(t, openai.Options{}, openaitest.Say("hello"))
	r := greeting()
	r.MaxTokens, r.Extra = 20, map[string]jsontext.Value{"max_tokens": jsontext.Value("30")}
	_, _, err := c.Chat(t.Context(), r)
	require.ErrorContains(t, err, "max_tokens")
	require.Empty(t, script.Requests())
}

// TestWhatMayPassIsTriedAgain: each of these faults comes once.
func TestWhatMayPassIsTriedAgain(t *testing.T) {
	short := hasty
	short.Timeout = 150 * time.Millisecond
	faults := map[string]openaitest.Reply{
		"429":                 openaitest.JSON(429, `{"error":{"message":"slow down"}}`),
		"429 with a wait":     openaitest.Header("Retry-After", "0.01", openaitest.JSON(429, `{}`)),
		"408":                 openaitest.JSON(408, ``),
		"500":                 openaitest.JSON(500, `{"error":"out of memory"}`),
		"502 in HTML":         openaitest.HTML(502),
		"503":                 openaitest.JSON(503, `{"error":{"code":503,"message":"Loading model"}}`),
		"an error in a 200":   openaitest.JSON(200, `{"error":{"code":502,"message":"upstream"}}`),
		"cut":                 openaitest.Cut(),
		"cut between chunks":  openaitest.CutChunked(),
		"reset":               openaitest.Reset(),
		"never":               openaitest.Never(),
		"stalled":             openaitest.Stalled(),
		"endless":             openaitest.Endless(10 * time.Millisecond),
		"slower than allowed": openaitest.Slow(time.Second, openaitest.Say("too late")),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			c, script := client(t, short, fault, openaitest.Say("well"))
			got, attempts, err := c.Chat(t.Context(), greeting())
			require.NoError(t, err)
			require.Equal(t, "well", got.Message.Content)
			require.Len(t, script.Requests(), 2)
			require.Len(t, attempts, 2)
			require.Equal(t, openai.Unavailable, openai.KindOf(attempts[0].Err), "%v", attempts[0].Err)
			require.Nil(t, attempts[0].Completion)
			require.NoError(t, attempts[1].Err)
		})
	}
}

func TestWhatWouldBeRefusedAgainIsNotTriedAgain(t *testing.T) {
	faults := map[string]struct {
		reply openaitest.Reply
		kind  openai.Kind
		says  string
	}{
		"400":         {openaitest.JSON(400, `{"error":{"message":"maximum context length is 4096 tokens"}}`), openai.Refused, "maximum context length is 4096 tokens; check that the model takes"},
		"401":         {openaitest.JSON(401, `{"error":{"message":"no key"}}`), openai.Refused, "401 Unauthorized: no key; check the API key"},
		"403":         {openaitest.JSON(403, `{"detail":"forbidden"}`), openai.Refused, "forbidden; check the API key"},
		"404":         {openaitest.HTML(404), openai.Refused, "check the URL"},
		"422":         {openaitest.JSON(422, `{"detail":[{"loc":["body","seed"]}]}`), openai.Refused, `"seed"`},
		"redirect":    {openaitest.Redirect("https://elsewhere.example/v1?token=abc"), openai.Refused, `redirects to "https://elsewhere.example"; use that URL`},
		"a web page":  {openaitest.HTML(200), openai.Refused, "answered with text/html instead of JSON; check the URL"},
		"a stream":    {openaitest.Body(200, "text/event-stream", "data: {}\n\n"), openai.Refused, "text/event-stream instead of JSON"},
		"an error":    {openaitest.JSON(200, `{"error":{"code":400,"message":"no such model"}}`), openai.Refused, "no such model"},
		"no choices":  {openaitest.Completion(`"choices":[]`), openai.Malformed, "has no choices"},
		"null":        {openaitest.JSON(200, `null`), openai.Malformed, "has no choices"},
		"no message":  {openaitest.Choice(`"finish_reason":"stop"`), openai.Malformed, "has no message"},
		"broken JSON": {openaitest.JSON(200, `{"choices":[{"message":`), openai.Malformed, "is no completion"},
		"other JSON":  {openaitest.JSON(200, `[1,2]`), openai.Malformed, "is no completion"},
		"empty":       {openaitest.JSON(200, ``), openai.Malformed, "is no completion"},
		"10 MB":       {openaitest.Large(10 << 20), openai.Malformed, "more than 8388608 bytes"},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			c, script := client(t, hasty, fault.reply)
			got, attempts, err := c.Chat(t.Context(), greeting())
			require.Nil(t, got)
			require.Equal(t, fault.kind, openai.KindOf(err), "%v", err)
			require.ErrorContains(t, err, fault.says)
			require.ErrorContains(t, err, "model server http://127.0.0.1:")
			require.Len(t, script.Requests(), 1)
			require.Len(t, attempts, 1)
			require.LessOrEqual(t, len(attempts[0].Body), 8<<20)
			require.Equal(t, err, attempts[0].Err)
		})
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	elsewhere := openaitest.New(openaitest.Say("stolen"))
	c, _ := client(t, hasty, openaitest.Redirect(openaitest.Serve(t, elsewhere)+"/chat/completions"))
	_, _, err := c.Chat(t.Context(), greeting())
	require.Error(t, err)
	require.Empty(t, elsewhere.Requests())
}

func TestAServerThatStaysAwayIsGivenUp(t *testing.T) {
	c, script := client(t, hasty, openaitest.Reset())
	_, attempts, err := c.Chat(t.Context(), greeting())
	require.ErrorContains(t, err, "gave up after 3 attempts")
	require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), "%v", err)
	require.Len(t, attempts, 3)
	require.GreaterOrEqual(t, len(script.Requests()), 3, "the transport itself repeats what broke on an idle connection")
}

func TestNobodyListens(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	o := hasty
	o.BaseURL = server.URL
	_, attempts, err := connect(t, o).Chat(t.Context(), greeting())
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.Equal(t, openai.Unavailable, openai.KindOf(err))
	require.Len(t, attempts, 3)
	require.Zero(t, attempts[0].Status)
}

func TestAnEndedContextEndsTheCall(t *testing.T) {
	c, script := client(t, hasty, openaitest.Never())
	why := errors.New("the run was stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
	_, attempts, err := c.Chat(ctx, greeting())
	require.ErrorIs(t, err, why)
	require.Len(t, attempts, 1)
	require.ErrorIs(t, attempts[0].Err, why)
	require.LessOrEqual(t, len(script.Requests()), 1)
}

func TestABodyWithoutTheRightTypeIsReadAllTheSame(t *testing.T) {
	c, _ := client(t, hasty, openaitest.Body(200, "text/plain", `{"choices":[{"message":{"content":"fine"}}]}`))
	got, _, err := c.Chat(t.Context(), greeting())
	require.NoError(t, err)
	require.Equal(t, "fine", got.Message.Content)
}

func TestOptionsThatAreRefused(t *testing.T) {
	t.Setenv("DREAMLOG_TEST_BLANK", " ")
	t.Setenv("DREAMLOG_TEST_LINES", "key\nX-Other: 1")
	t.Setenv("DREAMLOG_TEST_KEY", "sk-0123456789")
	for says, o := range map[string]openai.Options{
		"must begin with http://":        {BaseURL: "localhost:8000"},
		"cannot be parsed":               {BaseURL: "http://[::1"},
		"holds a user or password":       {BaseURL: "http://me:hunter22@localhost/v1"},
		"no bound may be negative":       {BaseURL: "http://localhost", Timeout: -1},
		"needs the prices":               {BaseURL: "http://localhost", BudgetUSD: 1},
		"DREAMLOG_TEST_BLANK has no":     {BaseURL: "http://localhost", KeyEnv: "DREAMLOG_TEST_BLANK"},
		"DREAMLOG_TEST_LINES is no API":  {BaseURL: "http://localhost", KeyEnv: "DREAMLOG_TEST_LINES"},
		"travel to 10.1.2.3 unencrypted": {BaseURL: "http://10.1.2.3/v1", KeyEnv: "DREAMLOG_TEST_KEY"},
	} {
		_, err := openai.New(o)
		require.ErrorContains(t, err, says)
		require.False(t, strings.Contains(err.Error(), "hunter22") || strings.Contains(err.Error(), "X-Other"), "%v", err)
	}
}

func TestWhereAKeyMayTravel(t *testing.T) {
	t.Setenv("DREAMLOG_TEST_KEY", "sk-0123456789")
	for _, o := range []openai.Options{
		{BaseURL: "https://api.example.com/v1"}, {BaseURL: "http://localhost:1"}, {BaseURL: "http://127.0.0.9:1"}, {BaseURL: "http://[::1]:1"},
		{BaseURL: "http://10.1.2.3/v1", AllowInsecureKey: true},
	} {
		o.KeyEnv = "DREAMLOG_TEST_KEY"
		_, err := openai.New(o)
		require.NoError(t, err)
	}
}
