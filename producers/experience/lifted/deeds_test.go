package lifted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// tidy is a room in which each thing belongs somewhere, which nothing says: the
// reward does, thing by thing.
type tidy struct {
	task    string
	belongs map[string]string
	at      map[string]string // hands: ""
}

var tidyPlaces = []string{"hook", "drawer", "basket"}

func newTidy(task uint64) *tidy {
	dice := rand.New(rand.NewPCG(task, 2))
	w := &tidy{fmt.Sprintf("tidy-%d", task), map[string]string{}, map[string]string{}}
	things := []string{"hat", "coat", "spoon", "towel", "ball", "candle"}
	dice.Shuffle(len(things), func(i, j int) { things[i], things[j] = things[j], things[i] })
	for _, x := range things[:3] {
		w.belongs[x], w.at[x] = tidyPlaces[dice.IntN(3)], "floor"
	}
	return w
}

func (w *tidy) observe(text string) producers.Observation {
	all := []string{"look around"}
	for x, at := range w.at {
		if at != "" {
			all = append(all, "take "+x+" from "+at)
			continue
		}
		for _, p := range tidyPlaces {
			all = append(all, "put "+x+" in "+p)
		}
	}
	slices.Sort(all)
	return producers.Observation{Text: text, Admissible: all}
}

func (w *tidy) step(action string) (text string, reward float64, won bool) {
	words := strings.Fields(action)
	if words[0] == "look" {
		return "You see a hook, a drawer and a basket.", 0, false
	}
	x, place := words[1], words[3]
	if words[0] == "take" {
		if place == w.belongs[x] {
			reward = -1
		}
		w.at[x] = ""
		return "You take the " + x + ".", reward, false
	}
	w.at[x] = place
	won = true
	for y, p := range w.belongs {
		won = won && w.at[y] == p
	}
	if place == w.belongs[x] {
		reward = 1
	}
	return "You put the " + x + " in the " + place + ".", reward, won
}

// record plays at random for so long, and then puts what is left where it
// belongs.
func (w *tidy) record(attempt uint64, random int) *producers.Recording {
	dice := rand.New(rand.NewPCG(attempt, 3))
	r := &producers.Recording{EpisodeID: fmt.Sprint(w.task, "/", attempt), Origin: "real", Success: new(true), Task: producers.Task{
		ID: w.task, Environment: "tidy", EnvironmentVersion: "1", Split: "train", Instruction: "Put each thing where it belongs.",
	}}
	state := w.observe("You are in a messy room. Put each thing where it belongs.")
	for won := false; !won; {
		action := state.Admissible[dice.IntN(len(state.Admissible))]
		if len(r.Steps) >= random {
			action = w.towards(state.Admissible)
		}
		var text string
		var reward float64
		text, reward, won = w.step(action)
		next := w.observe(text)
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprint(r.EpisodeID, "/", len(r.Steps)), Step: int64(len(r.Steps)), State: state, Action: action, Next: next,
			Valid: new(true), Reward: &reward, Terminated: won,
		})
		state = next
	}
	return r
}

func (w *tidy) towards(admissible []string) string {
	for _, a := range admissible {
		words := strings.Fields(a)
		if words[0] == "put" && words[3] == w.belongs[words[1]] || words[0] == "take" && words[3] != w.belongs[words[1]] {
			return a
		}
	}
	panic("all is where it belongs")
}

// tidied is a model of messy rooms, and what it was fitted to.
func tidied(t testing.TB) (*Model, []*producers.Recording) {
	var recordings []*producers.Recording
	for task := range uint64(16) {
		for attempt := range uint64(3) {
			recordings = append(recordings, newTidy(task).record(100*task+attempt, 8*int(attempt)))
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	return m, recordings
}

func TestAWinSaysWhatItsTaskTakesWhereTheInstructionDoesNot(t *testing.T) {
	m, recordings := tidied(t)
	var shown, alone exact
	for task := range uint64(16) {
		r := newTidy(task).record(5000+task, 20)
		shown.follow(t, m, r, recordings)
		alone.follow(t, m, r, nil)
	}
	require.Equal(t, 16, shown.won)
	require.Equal(t, 16, shown.found, "wins foretold where a win of the task was shown")
	require.Zero(t, shown.false, "wins foretold that were none")
	require.Zero(t, alone.found+alone.false, "wins foretold where nothing was shown")
}

func TestTheReasoningNamesTheWinWhoseDeedsAreDone(t *testing.T) {
	m, recordings := tidied(t)
	r := recordings[0]
	d, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &r.Steps[0].State})
	require.NoError(t, err)
	var last producers.Prediction
	for i := range r.Steps {
		last, err = d.Predict(t.Context(), r.Steps[i].Action, []producers.Demonstration{{Recording: r, Index: i, Similarity: 1}})
		require.NoError(t, err)
		d.Advance(r.Steps[i].Action, last.Outcome)
	}
	require.True(t, *last.Success)
	require.Contains(t, last.Reasoning, r.Steps[len(r.Steps)-1].EventID+" of this task was rewarded for")
}

func TestWhatIsDoneCanBeUndone(t *testing.T) {
	take, put, other := deed{"take hat", "hat"}, deed{"put hat in drawer", "hat"}, deed{"put coat in drawer", "coat"}
	p := deeds{"e", []deed{take, put, other}}.begin().after(take).after(put)
	require.False(t, p.complete())
	p = p.after(other)
	require.True(t, p.complete())
	require.False(t, p.after(take).complete(), "taken out again")
	require.True(t, p.after(take).after(put).complete())
	require.False(t, p.after(deed{"put coat in oven", "coat"}).complete(), "moved elsewhere")
	require.True(t, p.complete(), "progress is a value: a prediction does not change it")
	require.False(t, deeds{event: "e"}.begin().complete(), "nothing rewarded tells nothing")
}
