package lifted

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATreeAsksWhatTellsClassesApart(t *testing.T) {
	// The class is 1 where two features are 1; a third is noise.
	var e examples
	for i := range int64(64) {
		a, b := i&1, i>>1&1
		e.add([]int64{a, b, i * 7919 % 5}, int32(a&b))
	}
	tr := grow(&e, treeLimits{depth: 4, leaf: 1, values: 8, minGain: 0.001})
	for a := range int64(2) {
		for b := range int64(2) {
			leaf, path := tr.explain([]int64{a, b, 3})
			require.Equal(t, int32(a&b), leaf.Class)
			require.InDelta(t, 1, leaf.Share, 0)
			require.LessOrEqual(t, len(path), 4)
			require.Equal(t, leaf, tr.answer([]int64{a, b, 3}))
		}
	}
	require.NoError(t, tr.check(2))
}

func TestATreeWithoutGainIsALeaf(t *testing.T) {
	var e examples
	for range 10 {
		e.add([]int64{1, 2}, 7)
	}
	tr := grow(&e, responseLimits)
	require.Len(t, tr.Nodes, 1)
	require.Equal(t, int32(7), tr.answer(nil).Class)
}

func TestEntropyIsInBitsTimesExamples(t *testing.T) {
	require.InDelta(t, 8, entropy([]int32{4, 4}, 8), 1e-12)
	require.InDelta(t, 0, entropy([]int32{8, 0}, 8), 1e-12)
	// 1/4 and 3/4: 0.8113 bits each.
	require.InDelta(t, 0.8112781*8, entropy([]int32{2, 6}, 8), 1e-6)
}

// lexiconOf learns from commands that were met often.
func lexiconOf(commands ...string) *lexicon {
	counts := map[string]int{}
	for _, c := range commands {
		counts[c] = 10
	}
	return learnLexicon(counts)
}

func TestCommandsAreTakenApart(t *testing.T) {
	for _, c := range []struct {
		name     string
		from     []string
		command  string
		frame    string
		entities []string
	}{
		{"numbered", []string{"take mug 1 from desk 2", "take pen 3 from desk 1", "take cup 1 from shelf 1"},
			"take mug 7 from shelf 9", "take _ from _", []string{"mug 7", "shelf 9"}},
		{"a number tells an entity where a verb is rare", []string{"use lamp 1"}, "use lamp 4", "use _", []string{"lamp 4"}},
		{"no number, no entity", []string{"look around"}, "look around", "look around", nil},
		{"several words", []string{"put red apple in tin box", "put pen in tin box", "put old map in wide case"},
			"put pen in wide case", "put _ in _", []string{"pen", "wide case"}},
		{"an entity of another verb inside", []string{"move east", "move west", "move north", "open door to east", "open door to west", "open door to north"},
			"open door to east", "open door to _", []string{"east"}},
		{"brackets", []string{"click[buy now]", "click[red]", "click[blue]"}, "click[red]", "click[ _ ]", []string{"red"}},
	} {
		x := lexiconOf(c.from...)
		f, args := x.parse(c.command)
		require.NotEqual(t, none, f, c.name)
		require.Equal(t, c.frame, x.Frames[f].String(), c.name)
		require.Equal(t, c.entities, args, c.name)
		require.Equal(t, c.command, x.command(f, args...), c.name)
	}
}

func TestWhatNobodySaidIsOfNoFrame(t *testing.T) {
	x := lexiconOf("take mug 1 from desk 2", "take pen 3 from desk 1", "take cup 1 from shelf 1")
	for _, command := range []string{"", "dance", "take", "take mug 1", "take mug 1 from"} {
		f, _ := x.parse(command)
		require.Equal(t, none, f, command)
	}
}

func TestSegmentsEndWithSentencesAndLines(t *testing.T) {
	require.Equal(t, []string{"You see 1.5 cups. ", "One is full!\n\n", "Done"}, cutSegments("You see 1.5 cups. One is full!\n\nDone"))
	require.Nil(t, cutSegments(""))
}

func TestDiceOfWords(t *testing.T) {
	require.InDelta(t, 0.8, alike("a b c", "b c"), 1e-12) // 2 * 2 / 5
	require.InDelta(t, 0, alike("a b", "c"), 0)
	require.InDelta(t, 1, alike("", ""), 0)
	got, ok := nearest("to the south a closed oak door", []string{"through an open plain door", "to the south a closed plain door"})
	require.True(t, ok)
	require.Equal(t, "to the south a closed plain door", got)
	_, ok = nearest("quite another thing", []string{"to the south a closed plain door"})
	require.False(t, ok)
}
