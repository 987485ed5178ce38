package lifted

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Frames of the tests below.
const (
	heat int32 = iota
	cool
)

// dishes are wins of "heat ①" and "cool ①". In every second one the dish was
// treated the other way before; reheated adds a cool one that was heated last.
func dishes(reheated bool) *goalLearner {
	l := newGoalLearner()
	win := func(task int32, kind string, last, first int32) {
		var held bits
		held.add(l.number(condition{Is: everDone, Value: last}))
		if task%2 == 0 {
			held.add(l.number(condition{Is: everDone, Value: first}))
			held.add(l.number(condition{Is: doneAfter, Value: last, Other: first}))
		}
		l.wins = append(l.wins, goalExample{kind: kind, task: task, event: "e", choices: []bits{held}})
	}
	for task := range int32(20) {
		win(task, "heat "+string(slotArg), heat, cool)
		win(task, "cool "+string(slotArg), cool, heat)
	}
	if reheated {
		win(0, "cool "+string(slotArg), heat, cool)
	}
	return l
}

func TestWhatUndoesADeedMustNotComeAfterIt(t *testing.T) {
	l := dishes(false)
	g := l.learn()
	undone := condition{Is: neverAfter, Value: cool, Other: heat}
	require.Equal(t, []condition{{Is: everDone, Value: heat}, undone}, g.Words["heat/1"].Conditions)
	require.Equal(t, []condition{{Is: everDone, Value: cool}, {Is: neverAfter, Value: heat, Other: cool}}, g.Words["cool/1"].Conditions)

	var both, andCooled bits
	for _, c := range []condition{{Is: everDone, Value: heat}, {Is: everDone, Value: cool}} {
		both.add(l.number(c))
		andCooled.add(l.number(c))
	}
	both.add(l.number(condition{Is: doneAfter, Value: heat, Other: cool}))
	andCooled.add(l.number(condition{Is: doneAfter, Value: cool, Other: heat}))
	goal := g.of("heat " + string(slotArg))
	require.NotNil(t, goal)
	require.True(t, l.isMet(goalExample{choices: []bits{both}}, goal))
	require.False(t, l.isMet(goalExample{choices: []bits{andCooled}}, goal), "heated, and then cooled")
}

func TestWhatOnceCameAfterAtAWinUndoesNothing(t *testing.T) {
	g := dishes(true).learn()
	require.Equal(t, []condition{{Is: everDone, Value: cool}}, g.Words["cool/1"].Conditions)
}
