package lifted

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// notes is a desk with a note of which every task has its own text: to read it
// and to examine it come to the same.
func notes(task, attempt int) *producers.Recording {
	r := &producers.Recording{EpisodeID: fmt.Sprintf("n%d/%d", task, attempt), Origin: "real",
		Task: producers.Task{ID: fmt.Sprint("n", task), Environment: "notes", EnvironmentVersion: "1", Instruction: fmt.Sprintf("find out what the number %d is for", 1000+task*7)}}
	admissible := []string{"read note", "examine note", "examine pen", "examine ink", "take pen", "take ink", "take note", "task"}
	state := producers.Observation{Text: "A desk.", Admissible: admissible}
	text := fmt.Sprintf("It says: call number %d, and ask for %c.", 1000+task*7, 'A'+task%26)
	for i, a := range [][2]string{
		{"examine pen", "It is a pen."}, {"read note", text}, {"examine ink", "It is a ink."}, {"examine note", text}, {"read note", text}, {"examine note", text},
		{"task", "You are to " + r.Task.Instruction + ". Good luck."},
	} {
		next := producers.Observation{Text: a[1], Admissible: admissible}
		r.Steps = append(r.Steps, producers.RecordedStep{EventID: fmt.Sprintf("%s/%d", r.EpisodeID, i), Step: int64(i), State: state, Action: a[0], Next: next})
		state = next
	}
	return r
}

func TestWhatWasToldIsToldAgain(t *testing.T) {
	var recordings []*producers.Recording
	for task := range 12 {
		for attempt := range 2 {
			recordings = append(recordings, notes(task, attempt))
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	require.Equal(t, "read", m.Rules.Twins["examine"])

	r := notes(40, 0)
	start := r.Steps[0].State
	dream, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &start})
	require.NoError(t, err)
	for i := range r.Steps {
		s := &r.Steps[i]
		p, err := dream.Predict(t.Context(), s.Action, nil)
		require.NoError(t, err)
		if i != 1 { // nobody can know what the note says
			require.Equal(t, s.Next.Text, p.Text, "step %d: %s", i, s.Action)
		}
		dream.Advance(s.Action, s.Outcome())
	}
}
