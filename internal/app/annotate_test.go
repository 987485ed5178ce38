package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
)

func TestAnnotationGoesWhereItsTargetIs(t *testing.T) {
	h := newHome(t)
	h.bring("key")
	step := h.sql("SELECT event_id, subject, log_partition, log_offset FROM lake.transitions WHERE step = 1")[0]
	episode := h.sql("SELECT episode_id, subject, log_partition, NULL FROM lake.episodes")[0]
	task := h.sql("SELECT event_id, subject, log_partition, log_offset FROM lake.tasks")[0]
	for kind, target := range map[string][]any{"event": step, "episode": episode} {
		done, err := h.app().Annotate(t.Context(), app.Note{Target: target[0].(string), Kind: "tag", Value: "seen", Author: "me", Rubric: "r"})
		require.NoError(t, err)
		require.Equal(t, kind, done.TargetKind)
		require.EqualValues(t, 1, done.Landed.Rows["annotations"])
		require.Equal(t, [][]any{{target[0], target[1], target[2], target[3], "tag", `"seen"`, "me", "r"}},
			h.sql("SELECT target, subject, log_partition, target_offset, kind, value, author, rubric FROM lake.annotations WHERE event_id = $1", done.EventID))
	}
	done, err := h.app().Annotate(t.Context(), app.Note{Target: task[0].(string), Kind: "tag", Value: "1"})
	require.NoError(t, err)
	require.Equal(t, "event", done.TargetKind)
	h.requireOnce()
}

func TestLastCorrectionCounts(t *testing.T) {
	h := newHome(t)
	h.bring("key")
	id := h.value("SELECT event_id FROM lake.transitions WHERE step = 1").(string)
	for _, reward := range []string{"0.25", "0.5"} {
		_, err := h.app().Annotate(t.Context(), app.Note{Target: id, Kind: "reward", Value: reward})
		require.NoError(t, err)
	}
	require.Equal(t, 0.5, h.value("SELECT reward FROM transitions WHERE event_id = $1", id))
}

func TestAnnotateBySelector(t *testing.T) {
	h := newHome(t)
	h.bring("key")
	done, err := h.app().Annotate(t.Context(), app.Note{Target: `{"source":"react/games.jsonl"}`, Kind: "retraction", Value: "true", NoLand: true})
	require.NoError(t, err)
	require.Equal(t, "selector", done.TargetKind)
	require.Zero(t, h.value("SELECT count(*) FROM lake.annotations"), "nothing lands that was asked not to")
	landed, err := h.app().Land(t.Context(), app.LandOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, landed.Rows["annotations"])
}

func TestAnnotationOfTheUnknownIsRefused(t *testing.T) {
	h := newHome(t)
	h.bring("key")
	snapshot := h.newest()
	_, err := h.app().Annotate(t.Context(), app.Note{Target: "no-such-id", Kind: "tag", Value: "1"})
	require.ErrorContains(t, err, `the lake holds no event and no episode with id "no-such-id"`)
	for _, selector := range []string{`{"planet":"mars"}`, `{"source":"a","sauce":"b"}`, `{}`, `{"source":`, `{"source":7}`} {
		_, err = h.app().Annotate(t.Context(), app.Note{Target: selector, Kind: "retraction", Value: "true"})
		require.ErrorContains(t, err, selector+" selects nothing: give one or more of source, model_id and model_version")
	}
	_, err = h.app().Annotate(t.Context(), app.Note{Target: h.value("SELECT episode_id FROM lake.episodes").(string), Kind: "reward", Value: "much"})
	require.ErrorContains(t, err, "much")
	require.Equal(t, snapshot, h.newest(), "nothing was landed")
}

func (h *home) newest() int64 {
	h.Helper()
	s, err := h.app().Snapshot(h.Context(), "")
	require.NoError(h, err)
	if s == nil {
		return 0
	}
	return s.Number
}
