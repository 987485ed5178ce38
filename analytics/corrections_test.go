package analytics

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLastCorrectionOfARewardCounts(t *testing.T) {
	f := newFixture(t)
	e := f.episode("e", "t", 1, 0, 0, 1)
	f.episode("other", "t", 1, 0, 0, 1)
	f.annotate("e", "event", "e/0", "reward", "0.25", e[0])
	f.annotate("e", "event", "e/0", "reward", "0.5", e[0])
	f.annotate("e", "event", "e/1", "reward", "0.125", -1) // to be looked for
	f.annotate("e", "event", "e/2", "score", "9", e[2])    // no correction
	s := f.open()
	require.Equal(t, "e/0|0.5|0\ne/1|0.125|0\ne/2|1|1\nother/0|0|0\nother/1|0|0\nother/2|1|1",
		read(t, s, "SELECT event_id, reward, recorded_reward FROM transitions ORDER BY event_id"))
	require.Equal(t, "e|1\nother|1", read(t, s, "SELECT episode_id, sum(reward) FROM transitions_raw GROUP BY ALL ORDER BY 1"))
	require.Equal(t, "e|1.625|1\nother|1|1", read(t, s, "SELECT episode_id, episode_return, recorded_return FROM episodes ORDER BY 1"))
	require.Equal(t, "e/0|0.25|false\ne/0|0.5|true", read(t, s, "SELECT target, value, latest FROM annotations WHERE target = 'e/0' ORDER BY log_offset"))
}

// A correction behind the cut is not known yet.
func TestCorrectionsObeyTheCut(t *testing.T) {
	f := newFixture(t)
	e := f.episode("e", "t", 1, 0)
	f.annotate("e", "event", "e/0", "reward", "0.25", e[0])
	cut := f.next
	f.annotate("e", "event", "e/0", "reward", "0.5", e[0])
	f.write(true)
	f.pin.Cuts = []Cut{{0, 1, cut}}
	require.Equal(t, "0.25", read(t, f.session(Options{}), "SELECT reward FROM transitions"))
}

// Offsets of different generations and partitions are different places.
func TestCorrectionsKnowGenerationAndPartition(t *testing.T) {
	f := newFixture(t)
	e := f.episode("e", "t", 1, 0)
	f.write(false)
	f.episode("twin", "t", 1, 0)
	for _, row := range f.rows["transitions"] {
		row.At().Generation, row.At().Offset = 1, e[0]
	}
	f.annotate("e", "event", "e/0", "reward", "0.5", e[0])
	f.write(false)
	f.pin.Cuts = []Cut{{0, 1, f.next}, {1, 1, f.next}}
	for _, limit := range []int64{0, 1} { // placed by row, and by position
		require.Equal(t, "e|0.5\ntwin|0", read(t, f.session(Options{maxPlacedRows: limit}), "SELECT episode_id, reward FROM transitions ORDER BY 1"))
	}
}

func TestCorrectionsOfAnEpisode(t *testing.T) {
	f := newFixture(t)
	e := f.episode("e", "t", 1, 0, 1)
	f.annotate("e", "event", "e/0", "reward", "0.5", e[0])
	f.annotate("e", "episode", "e", "outcome", "false", -1)
	f.annotate("e", "episode", "e", "reward", "-2", -1)
	s := f.open()
	require.Equal(t, "false|-2|true|1", read(t, s, "SELECT success, episode_return, recorded_success, recorded_return FROM episodes"))
}

func TestRetractions(t *testing.T) {
	f := newFixture(t)
	a := f.episode("a", "t", 1, 0, 0, 1)
	f.episode("b", "t", 1, 1)
	f.episode("c", "t", 1, 1)
	f.episode("d", "t", 1, 1)
	f.annotate("a", "event", "a/1", "retraction", `"wrong"`, a[1])
	f.annotate("b", "episode", "b", "retraction", "true", -1)
	f.annotate("c", "event", "c/end", "retraction", "true", -1)
	f.annotate("c", "event", "c/0", "retraction", "true", -1)
	f.annotate("d", "episode", "d", "retraction", "true", -1)
	f.annotate("d", "episode", "d", "retraction", "false", -1) // taken back
	s := f.open()
	require.Equal(t, "a/0\na/2\nd/0", read(t, s, "SELECT event_id FROM transitions ORDER BY 1"))
	require.Equal(t, "a\nd", read(t, s, "SELECT episode_id FROM episodes ORDER BY 1"))
	require.Equal(t, "6", read(t, s, "SELECT count(*) FROM transitions_raw"))
}

func TestRetractionOfASource(t *testing.T) {
	f := newFixture(t)
	f.episode("a", "t", 1, 0)
	f.episode("b", "t", 1, 0)
	model, version := "dreamer", "3"
	for _, rows := range f.rows {
		for _, row := range rows {
			if row.Head().Subject == "b" {
				row.Head().Source = "it's bad"
			}
		}
	}
	f.episode("c", "t", 1, 0, 0)
	transition(f, "c/1").ModelID, transition(f, "c/1").ModelVersion = &model, &version
	f.annotate("x", "selector", `{"source":"it's bad"}`, "retraction", "true", -1)
	f.annotate("x", "selector", `{"model_id":"dreamer","model_version":"3"}`, "retraction", "true", -1)
	f.annotate("x", "selector", `{"model_id":"dreamer","model_version":"4"}`, "retraction", "true", -1)
	f.annotate("x", "selector", `{}`, "retraction", "true", -1)
	f.annotate("x", "selector", `{"sauce":"test"}`, "retraction", "true", -1)
	f.annotate("x", "selector", `no JSON`, "retraction", "true", -1)
	s := f.open()
	require.Equal(t, "a/0\nc/0", read(t, s, "SELECT event_id FROM transitions ORDER BY 1"), "the synthetic step is gone")
	require.Equal(t, "a", read(t, s, "SELECT episode_id FROM episodes ORDER BY 1"), "and the episode it was part of")
}
