package searching

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommandsAreUnderstoodByTheirWords(t *testing.T) {
	for action, want := range map[string]command{
		"go to desk 1":                {act: goTo, place: "desk 1"},
		"walk to the kitchen":         {act: goTo, place: "kitchen"},
		"open drawer 3":               {act: open, thing: "drawer 3"},
		"take cd 2 from desk 1":       {act: take, thing: "cd 2", place: "desk 1"},
		"pick up the cup from shelf":  {act: take, thing: "cup", place: "shelf"},
		"move cd 2 to safe 1":         {act: put, thing: "cd 2", place: "safe 1"},
		"put mug 1 in/on shelf 2":     {act: put, thing: "mug 1", place: "shelf 2"},
		"examine bowl 1":              {act: inspect, thing: "bowl 1"},
		"look at painting":            {act: inspect, place: "painting"},
		"use desklamp 1":              {act: use, thing: "desklamp 1"},
		"switch on desk lamp":         {act: use, thing: "desk lamp"},
		"wash pan 1 with sinkbasin 1": {act: treat, treatment: cleaned, thing: "pan 1", place: "sinkbasin 1"},
		"cool egg 1 with fridge 1":    {act: treat, treatment: cooled, thing: "egg 1", place: "fridge 1"},
		"search[Red Shoes]":           {act: enter, label: "Red Shoes"},
		"click[< Prev]":               {act: click, label: "< Prev"},
		"finish[done]":                {label: "done"},
		"move west":                   {thing: "west"}, // one goes to places, not to directions
		"go":                          {},
		"look":                        {},
		"dance with the wolf":         {place: "wolf"},
		"the":                         {},
		"":                            {},
	} {
		want.action = action
		require.Equal(t, want, parse(action), action)
	}
}

func TestGoalsAreReadByTheirWords(t *testing.T) {
	for _, c := range []struct {
		instruction  string
		names        []string
		not          []string
		treatments   []treatment
		pair, errand bool
		bound        float64
	}{
		{instruction: "put a clean mug in cupboard.", names: []string{"mug 1", "cupboard 12"}, not: []string{"cup 1", "sink 1", "7", ""},
			treatments: []treatment{cleaned}, errand: true},
		{instruction: "find two tomatoes and put them in a fridge, both in one place.", names: []string{"tomato 3", "fridge 1"}, pair: true, errand: true},
		{instruction: "cool some egg and put it in microwave", names: []string{"microwave 1"}, treatments: []treatment{cooled}, errand: true},
		{instruction: "look at the alarm clock under the desk lamp", names: []string{"desk lamp", "clock"}, not: []string{"floor lamp"}, errand: true},
		{instruction: "go to the red ball", names: []string{"red ball 1"}, not: []string{"blue ball 1"}},
		{instruction: "I need shoes in size 8, and price lower than 80.50 dollars", names: []string{"shoe", "shoes"}, bound: 80.5},
		{instruction: ""},
	} {
		g := readGoal(c.instruction)
		require.Equal(t, c.treatments, g.treatments, c.instruction)
		require.Equal(t, []bool{c.pair, c.errand}, []bool{g.pair, g.errand}, c.instruction)
		require.Equal(t, c.bound, g.bound, c.instruction)
		for _, name := range c.names {
			require.True(t, g.names(name), "%s: %s", c.instruction, name)
		}
		for _, name := range c.not {
			require.False(t, g.names(name), "%s: %s", c.instruction, name)
		}
	}
}

func TestLabelsAreSaidWordByWord(t *testing.T) {
	g := readGoal("i want a rug in navy blue, size 8x10 inch, and price lower than 20.00 dollars")
	require.True(t, g.says("Navy Blue"))
	require.True(t, g.says("8x10 inch"))
	require.False(t, g.says("blue navy"))
	require.False(t, g.says("lue"))
	require.False(t, g.says("20"), "the price is no size")
	require.False(t, g.says("[]"))
	require.Equal(t, 3, g.overlap("A RUG: navy, navy and blue"))
}

func TestPagesAreReadBelowTheirLabels(t *testing.T) {
	want := map[string]string{"b01": "Red shoe\n$5.00\n", "b02": "Blue shoe\n"}
	v := view{commands: []command{parse("click[Next >]"), parse("click[B01]"), parse("click[B02]"), parse("click[wide]")}}
	v.text = "[Next >]\n[B01]\nRed shoe\n$5.00\n[B02]\nBlue shoe\nwidth [narrow][wide]\nnot of B02"
	require.Equal(t, want, pageOf(v))
	v.text = "Next > [SEP] B01 [SEP] Red shoe [SEP] $5.00 [SEP] B02 [SEP] Blue shoe"
	require.Equal(t, want, pageOf(v))
}

func FuzzWords(f *testing.F) {
	f.Add("take cd 2 from desk 1", "put two cds in the safe")
	f.Add("click[< Prev]", "price less than $1e9")
	f.Add("pick up", "price lower than 99999999999999999999999999999")
	f.Add("[", "\xff ]")
	f.Fuzz(func(t *testing.T, action, instruction string) {
		c, g := parse(action), readGoal(instruction)
		require.Equal(t, action, c.action)
		require.GreaterOrEqual(t, len(g.words), g.overlap(action))
		require.Equal(t, g.names(c.thing), g.names(c.thing+" 7"), "numbers do not matter")
		g.says(c.label)
	})
}
