package textworld

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// traced records walks of the kitchen as Check reads them, altered by change.
func traced(t *testing.T, change func(*trace)) (games, traces string) {
	p := NewPlay(compiled(t, kitchen))
	first, err := p.Reset()
	require.NoError(t, err)
	tr := trace{GameID: "k/one", Split: "train"}
	tr.Initial.Feedback, tr.Initial.Admissible = first.Feedback, first.Admissible
	w := walk{Kind: "walkthrough"}
	for _, c := range []string{"nonsense", "go to table 1", "take lamp 1 from table 1", "use lamp 1"} {
		a := say(t, p, c)
		s := step{Command: c, Feedback: a.Feedback, Admissible: a.Admissible, Won: a.Won, Done: a.Won}
		if a.Won {
			s.Score = 1
		}
		w.Steps = append(w.Steps, s)
	}
	tr.Walks = []walk{w, w}
	change(&tr)
	var b bytes.Buffer
	require.NoError(t, json.NewEncoder(&b).Encode(tr))
	s := kitchen
	s.Walkthrough = []string{"go to table_bar_a", "take lamp 1 from table 1", "use lamp_bar_x"}
	dir := t.TempDir()
	return write(t, dir, "k/one/game.tw-pddl", textOf(t, s)), write(t, dir, "traces.jsonl", b.Bytes())
}

func TestCheckFindsEveryKindOfMismatch(t *testing.T) {
	for _, c := range []struct {
		field, kind string
		step        int
		change      func(*trace)
	}{
		{"", "", 0, func(*trace) {}},
		{"feedback", "reset", 0, func(tr *trace) { tr.Initial.Feedback += " " }},
		{"admissible", "reset", 0, func(tr *trace) { tr.Initial.Admissible = tr.Initial.Admissible[1:] }},
		{"feedback", "walkthrough", 2, func(tr *trace) { tr.Walks[1].Steps[1].Feedback = "" }},
		{"admissible", "walkthrough", 3, func(tr *trace) { tr.Walks[1].Steps[2].Admissible = nil }},
		{"outcome", "walkthrough", 4, func(tr *trace) { tr.Walks[1].Steps[3].Won = false }},
		{"outcome", "walkthrough", 4, func(tr *trace) { tr.Walks[1].Steps[3].Score = 0 }},
		{"outcome", "walkthrough", 1, func(tr *trace) { tr.Walks[1].Steps[0].Done = true }},
		{"game", "reset", 0, func(tr *trace) { tr.GameID = "k/other" }},
	} {
		games, traces := traced(t, func(tr *trace) {
			for i := range tr.Walks { // each with steps of its own
				tr.Walks[i].Steps = append([]step(nil), tr.Walks[i].Steps...)
			}
			c.change(tr)
		})
		report, err := Check(t.Context(), games, traces)
		require.NoError(t, err)
		require.Equal(t, 1, report.Won)
		require.Equal(t, c.field == "", report.Conforms(), "%s", report)
		if c.field == "" {
			require.Equal(t, []int{1, 2, 8, 0}, []int{report.Games, report.Walks, report.Steps, report.Mismatches})
			continue
		}
		require.Equal(t, 1, report.Mismatches)
		m := report.First[0]
		require.Equal(t, []any{c.field, c.kind, c.step}, []any{m.Field, m.Kind, m.Step}, "%s", report)
		require.Contains(t, report.String(), m.Game+", walk "+c.kind)
	}
}

func TestTracesThatCannotBeReadAreAnError(t *testing.T) {
	games, _ := traced(t, func(*trace) {})
	_, err := Check(t.Context(), games, write(t, t.TempDir(), "t.jsonl", []byte("{}\n{")))
	require.ErrorContains(t, err, "t.jsonl: line 2")
	_, err = Check(t.Context(), games, write(t, t.TempDir(), "t.jsonl", nil))
	require.ErrorContains(t, err, "it has no traces")
}
