package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/schema"
)

func TestReturnsBeyondAllNumbersAreNotCompared(t *testing.T) {
	var r returns
	play := func() {
		require.NoError(t, r.Produce(t.Context(), &schema.EpisodeRow{Episode: schema.Episode{Status: "completed", EpisodeReturn: new(1.7e308)}}))
	}
	play()
	mean, err := r.mean()
	require.NoError(t, err)
	require.Equal(t, 1.7e308, mean)
	play()
	_, err = r.mean()
	require.ErrorContains(t, err, "the returns of 2 episodes sum up to +Inf")
}
