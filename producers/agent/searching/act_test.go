package searching_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/searching"
)

// begin begins an episode in which nobody may ask for a walkthrough.
func begin(t *testing.T, noise float64, seed int64, instruction string) producers.Actor {
	agent, err := searching.New(noise)
	require.NoError(t, err)
	actor, err := agent.Begin(t.Context(), producers.Episode{
		Task: producers.Task{ID: "t", Instruction: instruction}, Seed: seed, MaxSteps: maxSteps,
		Walkthrough: func(context.Context) ([]string, error) {
			require.Fail(t, "it asks for the walkthrough")
			return nil, nil
		},
	})
	require.NoError(t, err)
	return actor
}

// act takes a step.
func act(t *testing.T, actor producers.Actor, text string, admissible ...string) producers.Decision {
	d, err := actor.Act(t.Context(), producers.Observation{Text: text, Admissible: admissible})
	require.NoError(t, err)
	require.Contains(t, admissible, d.Action)
	return d
}

// An errand in words of no environment of ours.
func TestAnErrandIsDoneInWordsNeverMet(t *testing.T) {
	actor := begin(t, 0, 1, "wash the goblet and place it into the chest")
	away := func(actions ...string) []string { return append(actions, "walk to basin", "walk to chest", "sing") }
	require.Equal(t, "walk to basin", act(t, actor, "A hall.", away()...).Action, "where it is to be is looked at last")
	require.Equal(t, "grab goblet from basin", act(t, actor, "A basin.", "grab goblet from basin", "grab comb from basin", "walk to chest", "sing").Action)
	require.Equal(t, "rinse goblet with basin", act(t, actor, "You have it.", "insert goblet into basin", "rinse goblet with basin", "walk to chest", "sing").Action)
	require.Equal(t, "walk to chest", act(t, actor, "It shines.", "insert goblet into basin", "rinse goblet with basin", "walk to chest", "sing").Action)
	require.Equal(t, "open chest", act(t, actor, "A chest.", "walk to basin", "open chest", "sing").Action)
	require.Equal(t, "insert goblet into chest", act(t, actor, "It opens.", "walk to basin", "insert goblet into chest", "sing").Action)
}

func TestTheUnknownIsExploredByNoveltyAndWords(t *testing.T) {
	actor := begin(t, 0, 1, "make the red bell ring")
	actions := []string{"kick stone", "pull red rope", "ring red bell"}
	var order []string
	for range 3 {
		order = append(order, act(t, actor, "A tower.", actions...).Action)
	}
	require.Equal(t, []string{"ring red bell", "pull red rope", "kick stone"}, order)
	require.Equal(t, "kick stone", act(t, actor, "A cellar.", "kick stone").Action, "it is all there is")
}

// A strategy that gets nowhere gives way to another.
func TestWhatLeadsNowhereIsGivenUp(t *testing.T) {
	actor := begin(t, 0, 1, "take the lamp")
	counts := map[string]int{}
	for range 9 {
		counts[act(t, actor, "A wall.", "go to wall", "take lamp", "jump").Action]++
	}
	for action, n := range counts {
		require.Equal(t, 3, n, "%s: all are tried alike", action)
	}
	require.Len(t, counts, 3)
}

func TestAPurchase(t *testing.T) {
	actor := begin(t, 0, 1, "i need a red wool scarf in navy blue, and price lower than 20.00 dollars")
	require.Equal(t, "search[red wool scarf]", act(t, actor, "Shop", "search[scarf]", "search[red wool scarf]").Action)
	results := "[Back to Search]\n[A1]\nRed wool scarf\n$30.00\n[A2]\nwool scarf\n$10.00\n[A3]\nred hat\n$5.00"
	require.Equal(t, "click[A2]", act(t, actor, results, "click[Back to Search]", "click[A1]", "click[A2]", "click[A3]").Action, "the first costs too much")
	item := []string{"click[Back to Search]", "click[blue]", "click[navy blue]", "click[green]", "click[Buy Now]"}
	require.Equal(t, "click[navy blue]", act(t, actor, "color", item...).Action)
	require.Equal(t, "click[Buy Now]", act(t, actor, "color, You have clicked navy blue", item...).Action, "blue would undo it")
}

// The shares in which actions are drawn are what the log-probabilities say.
func TestProbabilitiesAreThoseOfTheChoice(t *testing.T) {
	const n, noise = 20_000, 0.4
	admissible := []string{"go to shelf 1", "go to shelf 2", "wait", "wait", "sleep"}
	counts, said := map[string]float64{}, map[string]float64{}
	for seed := range int64(n) {
		d := act(t, begin(t, noise, seed, "find a cup"), "A room.", admissible...)
		counts[d.Action]++
		said[d.Action] = math.Exp(*d.Logprob)
	}
	require.Len(t, counts, 4)
	sum := 0.0
	for action, p := range said {
		require.InDelta(t, p, counts[action]/n, 0.015, action)
		sum += p
	}
	require.InDelta(t, 1, sum, 1e-12)
	require.InDelta(t, 0.4, said["go to shelf 1"], 1e-12)
}

func TestWhatCannotBePlayed(t *testing.T) {
	for _, noise := range []float64{-0.1, 1.1, math.NaN(), math.Inf(1)} {
		_, err := searching.New(noise)
		require.ErrorContains(t, err, "from 0 to 1")
	}
	_, err := begin(t, 0, 1, "do it").Act(t.Context(), producers.Observation{Text: "who knows"})
	require.ErrorContains(t, err, "let another agent play")
	_, err = begin(t, 0, 1, "do it").Act(t.Context(), producers.Observation{Admissible: []string{}})
	require.ErrorContains(t, err, "allows no action")
}

func TestPoliciesDifferInID(t *testing.T) {
	for noise, id := range map[float64]string{0: "searching", 0.2: "searching-0.20", 1: "searching-1.00", 0.125: "searching-0.125"} {
		agent, err := searching.New(noise)
		require.NoError(t, err)
		require.Equal(t, producers.Policy{ID: id}, agent.Policy())
	}
}

// Whatever an environment says, an action that it admits is taken; and the same
// again in the same episode.
func FuzzAct(f *testing.F) {
	f.Add("put a cd in safe", "On the desk 1, you see a cd 1 2 3", "go to desk 1\nopen safe 1\ntake cd 1 from desk 1\nput cd 1 in safe 1", 0.1)
	f.Add("look at 1 under the lamp 2", "lamp 2", "use lamp 2\nuse\ngo to\ngo to go to\nput 1 in 1\ntake 1 from 1", 0.5)
	f.Add("buy red and red", "[a]\n[SEP]\n$,1", "click[a]\nclick[]\nsearch[\nsearch[red]\nclick[red]", 0.0)
	f.Add("", "", "\n", 1.0)
	f.Fuzz(func(t *testing.T, instruction, texts, actions string, noise float64) {
		if !(noise >= 0 && noise <= 1) {
			return
		}
		run := func() (taken []string) {
			actor := begin(t, noise, 7, instruction)
			all := strings.Split(actions, "\n")
			for i := range 12 { // some of the actions, and some of the lines
				lines := strings.Split(texts, "\n")
				d := act(t, actor, lines[i%len(lines)], slices.Concat(all[i%len(all):], all[:(i+1)/3%len(all)])...)
				require.LessOrEqual(t, *d.Logprob, 1e-9)
				taken = append(taken, d.Action)
			}
			return taken
		}
		require.Equal(t, run(), run(), "the seed decides")
	})
}
