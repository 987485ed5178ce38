package app_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
)

// event is a line for Produce: a transition, with changes to its envelope.
func event(t *testing.T, episode string, envelope map[string]any) string {
	t.Helper()
	e := map[string]any{"type": "transition", "data": map[string]any{
		"purpose": "collect", "environment": "shop", "split": "train", "task_id": "t1", "episode_id": episode, "step": 0, "origin": "real",
		"state": "a door", "action": "open it", "next_state": "a room", "terminated": false, "truncated": false,
	}}
	maps.Copy(e, envelope)
	line, err := json.Marshal(e)
	require.NoError(t, err)
	return string(line) + "\n"
}

func (h *home) produce(options app.ProduceOptions, lines ...string) app.Produced {
	h.Helper()
	result, err := h.app().Produce(h.Context(), strings.NewReader(strings.Join(lines, "")), options)
	require.NoError(h, err)
	return result
}

func TestProduceFillsInTheEnvelope(t *testing.T) {
	h := newHome(t)
	result := h.produce(app.ProduceOptions{},
		event(t, "e1", map[string]any{"id": "mine", "source": "robot", "time": "2026-01-02T03:04:05Z"}),
		event(t, "e2", nil),
		event(t, "e3", map[string]any{"subject": "another"}))
	require.EqualValues(t, 1, result.Rejected, "the subject of a transition is its episode")
	require.Equal(t, [][]any{{"mine", "robot", "e1", "2026-01-02 03:04:05"}},
		h.sql("SELECT event_id, source, subject, strftime(time AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S') FROM lake.transitions WHERE episode_id = 'e1'"))
	other := h.sql("SELECT event_id, source, subject FROM lake.transitions WHERE episode_id = 'e2'")
	require.Len(t, other, 1)
	require.Len(t, other[0][0], 36, "a UUID")
	require.Equal(t, []any{"produce", "e2"}, other[0][1:])
}

func TestProduceLeavesOutWhatIsKnown(t *testing.T) {
	h := newHome(t)
	require.Subset(t, summary(h.produce(app.ProduceOptions{}, event(t, "e", map[string]any{"id": "a"}))), map[string]int64{"produced": 1, "duplicates": 0})
	result := h.produce(app.ProduceOptions{},
		event(t, "e", map[string]any{"id": "a"}), // in the lake
		event(t, "e", map[string]any{"id": "b"}),
		event(t, "e", map[string]any{"id": "b"})) // in the input
	require.Equal(t, map[string]int64{"produced": 1, "rejected": 0, "duplicates": 2}, summary(result))
	require.EqualValues(t, 2, h.value("SELECT count(*) FROM lake.transitions"))
	h.requireOnce()
}

func summary(p app.Produced) map[string]int64 {
	return map[string]int64{"produced": p.Produced, "rejected": p.Rejected, "duplicates": p.Duplicates}
}

func TestProduceKnowsWhatWaitsOnTheLog(t *testing.T) {
	h := newHome(t)
	h.produce(app.ProduceOptions{NoLand: true}, event(t, "e", map[string]any{"id": "a"}))
	require.Equal(t, map[string]int64{"produced": 0, "rejected": 0, "duplicates": 1},
		summary(h.produce(app.ProduceOptions{NoLand: true}, event(t, "e", map[string]any{"id": "a"}))))
}

func TestProduceKeepsProducerAndSequence(t *testing.T) {
	h := newHome(t)
	stamped := func(id string, sequence int) string {
		return event(t, "e", map[string]any{"id": id, "producer": "worker-7", "sequence": sequence})
	}
	h.produce(app.ProduceOptions{}, stamped("a", 1), stamped("b", 2))
	require.Equal(t, [][]any{{"a", "worker-7", int64(1)}, {"b", "worker-7", int64(2)}},
		h.sql("SELECT event_id, producer, sequence FROM lake.transitions ORDER BY sequence"))
	// The lander drops what the producer says that it has sent before.
	result := h.produce(app.ProduceOptions{}, stamped("c", 2), stamped("d", 3))
	require.EqualValues(t, 1, result.Duplicates)
	require.Equal(t, [][]any{{"a"}, {"b"}, {"d"}}, h.sql("SELECT event_id FROM lake.transitions ORDER BY sequence"))
}

func TestRejectedLinesKeepNoOtherOut(t *testing.T) {
	h := newHome(t)
	refused := map[int]string{}
	options := app.ProduceOptions{Rejected: func(line int, err error) { refused[line] = err.Error() }}
	lines := []string{
		event(t, "e", map[string]any{"id": "a"}),
		"no JSON\n",
		event(t, "e", map[string]any{"type": "no.such.type"}),
		event(t, "e", map[string]any{"data": map[string]any{"step": "two"}}),
		`{"type":"transition"}` + "\n",
		event(t, "e", map[string]any{"producer": "worker", "sequence": -1}),
		event(t, "e", map[string]any{"id": "b"}),
	}
	result := h.produce(options, lines...)
	require.Equal(t, map[string]int64{"produced": 2, "rejected": 5, "duplicates": 0}, summary(result))
	for line, want := range map[int]string{
		2: "not a CloudEvents JSON object", 3: "no.such.type", 4: "step", 5: "member data: is required", 6: "sequence",
	} {
		require.Contains(t, refused[line], want, "line %d", line)
	}
	require.Zero(t, result.Landed.DeadLetter, "what is refused does not reach the log")

	options.Strict = true
	_, err := h.app().Produce(t.Context(), strings.NewReader(event(t, "e", map[string]any{"id": "c"})+"no JSON\n"+event(t, "e", map[string]any{"id": "d"})), options)
	require.ErrorContains(t, err, "line 2: not a CloudEvents JSON object")
	require.Empty(t, h.sql("FROM lake.transitions WHERE event_id = 'd'"))
}
