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

// kitchen has food that what is done with it changes: "a raw potato" is baked and
// becomes "a baked sliced potato". To slice takes a knife at hand.
type kitchen struct {
	at    map[string][]string // things by place; "" is what one holds
	baked map[string]bool
	cut   map[string]bool
}

var kitchenFood = map[string]string{"potato": "a", "carrot": "a", "egg": "an", "onion": "an", "apple": "an", "leek": "a"}

func newKitchen(seed uint64) *kitchen {
	dice := rand.New(rand.NewPCG(seed, 4))
	w := &kitchen{at: map[string][]string{}, baked: map[string]bool{}, cut: map[string]bool{}}
	things := slices.Sorted(slices.Values([]string{"potato", "carrot", "egg", "onion", "apple", "leek"}))
	dice.Shuffle(len(things), func(i, j int) { things[i], things[j] = things[j], things[i] })
	for _, x := range append(things[:4], "knife", "leaflet") {
		p := []string{"counter", "shelf"}[dice.IntN(2)]
		w.at[p] = append(w.at[p], x)
	}
	return w
}

func (w *kitchen) told(x string) string {
	article, food := kitchenFood[x]
	if !food {
		return "a " + x
	}
	words := []string{article}
	if w.baked[x] {
		words = append(words, "baked")
	} else {
		words = append(words, "raw")
	}
	if w.cut[x] {
		words = append(words, "sliced")
	}
	return strings.Join(append(words, x), " ")
}

func (w *kitchen) list(place string) string {
	var all []string
	for _, x := range w.at[place] {
		all = append(all, w.told(x))
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, ", ")
}

func (w *kitchen) look() string {
	return "You see a counter with " + w.list("counter") + " on it. You see a shelf with " + w.list("shelf") + " on it."
}

func (w *kitchen) admissible() []string {
	all := []string{"look", "inventory", "examine counter", "examine shelf", "read leaflet"}
	for _, p := range []string{"counter", "shelf"} {
		for _, x := range w.at[p] {
			all = append(all, "take "+x, "examine "+x)
		}
		for _, x := range w.at[""] {
			all = append(all, "put "+x+" on "+p)
		}
	}
	for _, x := range w.at[""] {
		all = append(all, "examine "+x)
		if _, food := kitchenFood[x]; !food {
			continue
		}
		if !w.baked[x] {
			all = append(all, "bake "+x)
		}
		if !w.cut[x] && slices.Contains(w.at[""], "knife") {
			all = append(all, "slice "+x)
		}
	}
	return all
}

func (w *kitchen) move(x, to string) {
	for p, things := range w.at {
		w.at[p] = slices.DeleteFunc(slices.Clone(things), func(y string) bool { return y == x })
	}
	w.at[to] = append(w.at[to], x)
}

func (w *kitchen) step(action string) string {
	words := strings.Fields(action)
	switch x := words[len(words)-1]; words[0] {
	case "take":
		w.move(x, "")
		return "You take the " + x + "."
	case "put":
		w.move(words[1], x)
		return "You put the " + words[1] + " on the " + x + "."
	case "bake":
		w.baked[x] = true
		return "You bake the " + x + "."
	case "slice":
		w.cut[x] = true
		return "You slice the " + x + "."
	case "read":
		return "Bake nothing twice."
	case "inventory":
		if len(w.at[""]) == 0 {
			return "You hold:\n  nothing at all\n"
		}
		text := "You hold:\n"
		for _, y := range w.at[""] {
			text += "  " + w.told(y) + "\n"
		}
		return text
	case "examine":
		if x == "counter" || x == "shelf" {
			return "On the " + x + " lies " + w.list(x) + "."
		}
		return w.told(x)
	}
	return w.look()
}

func kitchenWalk(task int, attempt uint64, limit int) *producers.Recording {
	w := newKitchen(uint64(task))
	dice := rand.New(rand.NewPCG(uint64(task), attempt+70))
	return stroll(fmt.Sprintf("k%d/%d", task, attempt),
		producers.Task{ID: fmt.Sprint("k", task), Environment: "kitchen", EnvironmentVersion: "1", Instruction: "cook something"},
		w, w.look(), func(all []string) string { return all[dice.IntN(len(all))] }, limit)
}

func TestWhatIsDoneChangesHowThingsAreTold(t *testing.T) {
	var recordings []*producers.Recording
	for task := range 40 {
		for attempt := range uint64(3) {
			recordings = append(recordings, kitchenWalk(task, attempt, 50))
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	require.Subset(t, slices.Concat(m.Wording.Determiners, m.Wording.Adjectives), []string{"a ", "an ", "raw ", "baked ", "sliced "})
	require.NotContains(t, m.Wording.Adjectives, "lies ")
	tools := []string{}
	for _, kind := range m.Tools {
		tools = append(tools, m.Lexicon.Types[kind])
	}
	require.Contains(t, tools, "knife")
	var frames []string
	for i := range m.Lexicon.Frames {
		frames = append(frames, m.Lexicon.Frames[i].String())
	}
	require.Contains(t, frames, "read _", "what can be taken is an argument, though nothing else is read")

	steps, texts, sets, wrong := 0, 0, 0, ""
	for task := 100; task < 120; task++ {
		shown, r := kitchenWalk(task, 1, 60), kitchenWalk(task, 0, 60)
		start := r.Steps[0].State
		dream, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &start})
		require.NoError(t, err)
		for i := range r.Steps {
			s := &r.Steps[i]
			p, err := dream.Predict(t.Context(), s.Action, []producers.Demonstration{{Recording: shown, Index: len(shown.Steps) - 1}})
			require.NoError(t, err)
			steps++
			if p.Text == s.Next.Text {
				texts++
			} else {
				wrong = fmt.Sprintf("%s: said %q for %q", s.Action, p.Text, s.Next.Text)
			}
			if slices.Equal(p.Admissible, slices.Sorted(slices.Values(s.Next.Admissible))) {
				sets++
			}
			dream.Advance(s.Action, s.Outcome())
		}
	}
	require.GreaterOrEqual(t, float64(texts), 0.92*float64(steps), "%d of %d; %s", texts, steps, wrong)
	require.GreaterOrEqual(t, float64(sets), 0.95*float64(steps), "%d of %d", sets, steps)
}

func TestAMannerChanges(t *testing.T) {
	bake := mannerChange{Remove: []string{"raw"}, Add: []string{"baked"}, Front: true}
	slice := mannerChange{Add: []string{"sliced"}}
	require.Equal(t, "a baked ", bake.of("a raw "))
	require.Equal(t, "an baked sliced ", bake.of("an raw sliced "))
	require.Equal(t, "a raw sliced ", slice.of("a raw "))
	require.Equal(t, "sliced ", slice.of(""))
	require.Empty(t, (&mannerChange{Remove: []string{"a"}}).of("a "))

	x, ok := mannerChangeOf([][2]string{{"a raw ", "a baked "}, {"an sliced ", "an baked sliced "}, {"an raw sliced ", "an baked sliced "}})
	require.True(t, ok)
	require.Equal(t, bake, x)
	_, ok = mannerChangeOf([][2]string{{"a ", "a "}, {"an ", "an "}})
	require.False(t, ok, "nothing changes")
	_, ok = mannerChangeOf([][2]string{{"a ", "a red "}, {"a ", "a blue "}, {"a ", "a green "}})
	require.False(t, ok, "nobody knows how")
}
