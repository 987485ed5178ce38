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

// workshop has places of which some lie next to each other: who looks reads a
// sentence about each of those, and at first what the room has.
type workshop struct {
	nooks [][]string // places that lie next to each other
	on    map[string][]string
	open  map[string]bool
	here  string
	hands []string
}

func newWorkshop(seed uint64) *workshop {
	dice := rand.New(rand.NewPCG(seed, 3))
	w := &workshop{on: map[string][]string{}, open: map[string]bool{}}
	places := []string{"bench 1", "bench 2", "crate 1", "crate 2", "crate 3", "table 1", "table 2", "table 3"}
	dice.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	w.nooks = [][]string{places[:1], places[1:3], places[3:6]}
	for _, n := range w.nooks {
		slices.Sort(n)
	}
	for _, x := range []string{"awl 1", "file 1", "nail 1", "nail 2", "saw 1"} {
		p := places[dice.IntN(6)]
		w.on[p] = append(w.on[p], x)
	}
	return w
}

func (w *workshop) nook() []string {
	return w.nooks[slices.IndexFunc(w.nooks, func(n []string) bool { return slices.Contains(n, w.here) })]
}

func (w *workshop) room() string {
	return "You stand in a workshop. It has " + strings.Join(slices.Sorted(slices.Values(slices.Concat(w.nooks...))), ", ") + "."
}

func (w *workshop) says(place string) string {
	crate := strings.HasPrefix(place, "crate")
	switch things := strings.Join(w.on[place], ", "); {
	case crate && !w.open[place]:
		return "The " + place + " is nailed up."
	case crate && things == "":
		return "The " + place + " gapes and is empty."
	case crate:
		return "The " + place + " gapes. Within: " + things + "."
	case things == "":
		return "The " + place + " is clear."
	default:
		return "On the " + place + " lie " + things + "."
	}
}

func (w *workshop) admissible() []string {
	all := []string{"look"}
	for _, p := range slices.Concat(w.nooks...) {
		if p != w.here {
			all = append(all, "walk to "+p)
		}
	}
	if w.here == "" {
		return all
	}
	for _, p := range w.nook() {
		if strings.HasPrefix(p, "crate") && !w.open[p] {
			all = append(all, "open "+p)
			continue
		}
		for _, x := range w.on[p] {
			all = append(all, "take "+x+" from "+p)
		}
		for _, x := range w.hands {
			all = append(all, "put "+x+" on "+p)
		}
	}
	return all
}

func (w *workshop) step(action string) string {
	words := strings.Fields(action)
	switch words[0] {
	case "walk":
		w.here = words[2] + " " + words[3]
		text := "You walk over. " + w.says(w.here)
		if others := slices.DeleteFunc(slices.Clone(w.nook()), func(p string) bool { return p == w.here }); len(others) > 0 {
			text += " Next to it: " + strings.Join(others, ", ") + "."
		}
		return text
	case "open":
		p := words[1] + " " + words[2]
		w.open[p] = true
		return "You pull the nails. " + w.says(p)
	case "take":
		x, p := words[1]+" "+words[2], words[4]+" "+words[5]
		w.on[p] = slices.DeleteFunc(slices.Clone(w.on[p]), func(y string) bool { return y == x })
		w.hands = append(w.hands, x)
		return "You take the " + x + " from the " + p + "."
	case "put":
		x, p := words[1]+" "+words[2], words[4]+" "+words[5]
		w.hands = slices.DeleteFunc(slices.Clone(w.hands), func(y string) bool { return y == x })
		w.on[p] = slices.Sorted(slices.Values(append(slices.Clone(w.on[p]), x)))
		return "You lay the " + x + " down at the " + p + "."
	}
	if w.here == "" {
		return w.room()
	}
	var all []string
	for _, p := range w.nook() {
		all = append(all, w.says(p))
	}
	return strings.Join(all, " ") + " That is all in reach."
}

// workshopWalk plays at random, and looks often.
func workshopWalk(task int, attempt uint64, limit int) *producers.Recording {
	w := newWorkshop(uint64(task))
	dice := rand.New(rand.NewPCG(uint64(task), attempt+50))
	return stroll(fmt.Sprintf("w%d/%d", task, attempt),
		producers.Task{ID: fmt.Sprint("w", task), Environment: "workshop", EnvironmentVersion: "1", Instruction: "tidy up"},
		w, "WELCOME\n\n"+w.room()+"\n\nYour task is to: tidy up.", func(all []string) string {
			action := all[dice.IntN(len(all))]
			if dice.IntN(3) == 0 {
				return "look"
			}
			return action
		}, limit)
}

func TestLooksAreComposedOfWhatIsKnownOfEachThing(t *testing.T) {
	var recordings []*producers.Recording
	for task := range 40 {
		for attempt := range uint64(3) {
			recordings = append(recordings, workshopWalk(task, attempt, 40))
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	require.Len(t, m.Wording.Rolls, 1)
	require.Equal(t, "look", m.Lexicon.Frames[m.Wording.Rolls[0]].String())
	require.NotEqual(t, none, m.Rules.Reach, "what lies next to a place was told on the way there")

	first, looks, right, wrong := 0, 0, 0, ""
	for task := 100; task < 130; task++ {
		shown, r := workshopWalk(task, 1, 60), workshopWalk(task, 0, 60)
		start := r.Steps[0].State
		dream, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &start})
		require.NoError(t, err)
		for i := range r.Steps {
			s := &r.Steps[i]
			p, err := dream.Predict(t.Context(), s.Action, []producers.Demonstration{{Recording: shown, Index: len(shown.Steps) - 1}})
			require.NoError(t, err)
			if s.Action == "look" {
				looks++
				if p.Text == s.Next.Text {
					right++
				} else {
					wrong = fmt.Sprintf("said %q for %q", p.Text, s.Next.Text)
				}
				if strings.HasPrefix(s.Next.Text, "You stand") {
					first++
					require.Equal(t, s.Next.Text, p.Text, "at first a look tells again what the room has")
				}
			}
			dream.Advance(s.Action, s.Outcome())
		}
	}
	require.Positive(t, first)
	require.GreaterOrEqual(t, float64(right), 0.95*float64(looks), "%d of %d; %s", right, looks, wrong)
}

func TestAnExcerptIsFoundAgain(t *testing.T) {
	whole := "Welcome!\n\nThis is a hall. It is dark.\n\nYour task: leave."
	x, ok := excerptOf(whole, "This is a hall. It is dark.")
	require.True(t, ok)
	require.Equal(t, excerpt{1, 1}, x)
	part, ok := x.of("Good day.\n\nThis is a loft. It is bright.\n\nYour task: stay.")
	require.True(t, ok)
	require.Equal(t, "This is a loft. It is bright.", part)
	_, ok = excerptOf(whole, "It is cold.")
	require.False(t, ok)
	for _, x := range []excerpt{{3, 1}, {-1, 0}, {0, 9}} {
		_, ok = x.of(whole)
		require.False(t, ok)
	}
	_, ok = excerptOf("", "")
	require.False(t, ok)
}
