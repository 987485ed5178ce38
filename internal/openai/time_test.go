package openai_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

// inBubble runs a test with a clock of its own against a server in memory.
func inBubble(t *testing.T, o openai.Options, handler http.Handler, test func(t *testing.T, c *openai.Client)) {
	synctest.Test(t, func(t *testing.T) {
		transport, stop := openaitest.Pipe(handler)
		defer stop()
		o.BaseURL, o.Transport = "http://chat.example", transport
		c, err := openai.New(o)
		require.NoError(t, err)
		test(t, c)
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	date := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat))
		openaitest.JSON(503, `{}`)(w, r)
	}
	for name, asks := range map[string]struct {
		reply openaitest.Reply
		wait  time.Duration
	}{
		"seconds":      {openaitest.Header("Retry-After", "20", openaitest.JSON(429, `{}`)), 20 * time.Second},
		"milliseconds": {openaitest.Header("Retry-After-Ms", "1500", openaitest.JSON(429, `{}`)), 1500 * time.Millisecond},
		"a date":       {date, 20 * time.Second},
		"nothing":      {openaitest.JSON(429, `{}`), 0},
		"nonsense":     {openaitest.Header("Retry-After", "-7", openaitest.JSON(429, `{}`)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, openai.Options{}, openaitest.New(asks.reply, openaitest.Say("well")), func(t *testing.T, c *openai.Client) {
				start := time.Now()
				_, attempts, err := c.Chat(t.Context(), greeting())
				require.NoError(t, err)
				require.Len(t, attempts, 2)
				require.GreaterOrEqual(t, time.Since(start), asks.wait)
				require.LessOrEqual(t, time.Since(start), asks.wait+500*time.Millisecond, "the first pause is at most half a second")
			})
		})
	}
}

func TestAServerThatAsksForTooLongIsGivenUp(t *testing.T) {
	busy := openaitest.New(openaitest.Header("Retry-After", "3600", openaitest.JSON(429, `{"error":{"message":"quota of the day"}}`)))
	inBubble(t, openai.Options{}, busy, func(t *testing.T, c *openai.Client) {
		start := time.Now()
		_, attempts, err := c.Chat(t.Context(), greeting())
		require.ErrorContains(t, err, "asks to wait for 1h0m0s and the longest wait is 2m0s")
		require.ErrorContains(t, err, "quota of the day")
		require.Len(t, attempts, 1)
		require.Zero(t, time.Since(start))
	})
}

func TestPausesAreDrawnFromNothingToABoundThatDoubles(t *testing.T) {
	inBubble(t, openai.Options{Retry: openai.Retry{MaxAttempts: 8, FirstPause: time.Second, LongestPause: 4 * time.Second}},
		openaitest.New(openaitest.JSON(500, `{}`)), func(t *testing.T, c *openai.Client) {
			var short bool
			for range 20 {
				_, attempts, err := c.Chat(t.Context(), greeting())
				require.ErrorContains(t, err, "gave up after 8 attempts")
				bound := time.Second
				for i := 1; i < len(attempts); i++ {
					pause := attempts[i].Started.Sub(attempts[i-1].Started)
					require.LessOrEqual(t, pause, bound)
					short = short || pause < bound/4
					bound = min(2*bound, 4*time.Second)
				}
			}
			require.True(t, short, "full jitter also gives short pauses")
		})
}

func TestTheTimeOutIsThatOfOneAttempt(t *testing.T) {
	script := openaitest.New(openaitest.Never(), openaitest.Stalled(), openaitest.Endless(time.Second), openaitest.Slow(50*time.Second, openaitest.Say("well")))
	inBubble(t, openai.Options{Timeout: time.Minute}, script, func(t *testing.T, c *openai.Client) {
		got, attempts, err := c.Chat(t.Context(), greeting())
		require.NoError(t, err)
		require.Equal(t, "well", got.Message.Content)
		require.Len(t, attempts, 4)
		for _, a := range attempts[:3] {
			require.ErrorContains(t, a.Err, "the answer took longer than the time-out")
			require.Equal(t, time.Minute, a.Latency)
		}
		require.Zero(t, attempts[0].Status)
		require.NotEmpty(t, attempts[1].Body)
		require.ErrorContains(t, attempts[1].Err, "the answer broke off after")
		require.Greater(t, len(attempts[2].Body), len(attempts[1].Body))
		require.Equal(t, 50*time.Second, attempts[3].Latency)
	})
}

func TestAnEndedContextEndsTheWait(t *testing.T) {
	busy := openaitest.New(openaitest.Header("Retry-After", "60", openaitest.JSON(503, `{}`)))
	inBubble(t, openai.Options{}, busy, func(t *testing.T, c *openai.Client) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		_, attempts, err := c.Chat(ctx, greeting())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "503 Service Unavailable", "the error keeps what came last")
		require.Len(t, attempts, 1)
		require.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestNoMoreAttemptsAreUnderWayThanAllowed(t *testing.T) {
	var now, most atomic.Int64
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(time.Second)
		now.Add(-1)
		openaitest.Say("well")(w, r)
	})
	inBubble(t, openai.Options{Limits: openai.Limits{Concurrency: 3}}, slow, func(t *testing.T, c *openai.Client) {
		start := time.Now()
		together(t, c, 12)
		require.Equal(t, int64(3), most.Load())
		require.Equal(t, 4*time.Second, time.Since(start))
	})
}

func TestRequestsKeepToTheirRate(t *testing.T) {
	inBubble(t, openai.Options{Limits: openai.Limits{Concurrency: 100, RequestsPerMinute: 60}}, openaitest.New(openaitest.Say("well")), func(t *testing.T, c *openai.Client) {
		start := time.Now()
		together(t, c, 30)
		require.InDelta(t, 29, time.Since(start).Seconds(), 0.1)
	})
}

// TestTokensKeepToTheirRate: each call takes 110 tokens, of which 22 were
// expected from the length of its request; a minute's worth is there at once.
func TestTokensKeepToTheirRate(t *testing.T) {
	inBubble(t, openai.Options{Limits: openai.Limits{TokensPerMinute: 1100}}, openaitest.New(openaitest.Say("well")), func(t *testing.T, c *openai.Client) {
		start := time.Now()
		for range 20 {
			_, _, err := c.Chat(t.Context(), greeting())
			require.NoError(t, err)
		}
		require.InDelta(t, 57, time.Since(start).Seconds(), 5)
	})
}

func together(t *testing.T, c *openai.Client, n int) {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			_, _, err := c.Chat(t.Context(), greeting())
			require.NoError(t, err)
		})
	}
	all.Wait()
}
