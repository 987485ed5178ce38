package eventlog

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"
)

func TestRetryStopsAtSuccessAndAtWhatIsFatal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []error{kafka.LeaderNotAvailable, io.ErrUnexpectedEOF, nil}
		attempts := 0
		require.NoError(t, retry(t.Context(), func() error { attempts++; return answers[attempts-1] }))
		require.Equal(t, 3, attempts)

		attempts = 0
		err := retry(t.Context(), func() error { attempts++; return kafka.TopicAuthorizationFailed })
		require.Equal(t, kafka.TopicAuthorizationFailed, err)
		require.Equal(t, 1, attempts)
	})
}

func TestRetryPausesGrowToALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var at []time.Time
		err := retry(ctx, func() error { at = append(at, time.Now()); return kafka.LeaderNotAvailable })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, kafka.LeaderNotAvailable, "and why")
		first, last := at[1].Sub(at[0]), at[len(at)-1].Sub(at[len(at)-2])
		require.LessOrEqual(t, first, 2*firstPause)
		require.Greater(t, last, longestPause/2-time.Millisecond)
		require.LessOrEqual(t, last, 2*longestPause)
	})
}

func TestRetryKeepsTheTellingErrorOverTheDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		full := errors.Join(kafka.ThrottlingQuotaExceeded, errors.New("the log is full"))
		err := retry(ctx, func() error {
			if time.Sleep(300 * time.Millisecond); ended(ctx) != nil {
				return context.DeadlineExceeded
			}
			return full
		})
		require.ErrorContains(t, err, "the log is full")
	})
}
