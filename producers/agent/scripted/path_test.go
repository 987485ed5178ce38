package scripted

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// walk lets a path go on where these actions are admissible, and follows it.
func walk(p *path, admissible ...string) string {
	meant := p.intend(admissible)
	p.took(meant.action, meant, admissible)
	return meant.action
}

// push takes another action than the path would.
func push(p *path, action string, admissible ...string) {
	p.took(action, p.intend(admissible), admissible)
}

func errand() *path {
	return &path{steps: []string{"go to A 1", "open A 1", "take X 1 from A 1", "go to B 1", "put X 1 in B 1"}}
}

func TestTheNextStepIsTakenWhenItIsAdmissible(t *testing.T) {
	p := errand()
	for _, step := range p.steps {
		require.Equal(t, step, walk(p, "wait", step, "go to C 1"))
	}
}

// A box that is open still need not be opened again after one was led away.
func TestTheWalkthroughIsTakenUpFurtherBack(t *testing.T) {
	p := errand()
	walk(p, "go to A 1", "go to B 1")
	walk(p, "open A 1", "go to B 1")
	require.Equal(t, "go to A 1", walk(p, "go to A 1", "go to B 1"))
	require.Equal(t, "take X 1 from A 1", walk(p, "close A 1", "take X 1 from A 1", "go to B 1"))
	require.Equal(t, "go to B 1", walk(p, "go to B 1"))
	require.Equal(t, "put X 1 in B 1", walk(p, "put X 1 in B 1"))
}

// One that is shut again is opened again.
func TestWhatLostItsEffectIsDoneAgain(t *testing.T) {
	p := errand()
	walk(p, "go to A 1", "go to B 1")
	walk(p, "open A 1", "go to B 1")
	require.Equal(t, "open A 1", walk(p, "open A 1", "go to B 1"))
	require.Equal(t, "take X 1 from A 1", walk(p, "take X 1 from A 1", "go to B 1"))
}

func TestAStepThatStaysImpossibleIsLeftOut(t *testing.T) {
	p := errand()
	walk(p, "go to A 1", "go to B 1")
	require.Equal(t, "take X 1 from A 1", walk(p, "take X 1 from A 1", "go to B 1"), "it was open before")
	require.Equal(t, "go to B 1", walk(p, "go to B 1"))
}

func TestAtTheEndItBeginsAgain(t *testing.T) {
	p := errand()
	for _, step := range p.steps {
		walk(p, step)
	}
	require.Equal(t, "go to A 1", walk(p, "go to A 1", "wait"))
}

func TestNothingOfTheWalkthroughIsAdmissible(t *testing.T) {
	p := errand()
	require.Empty(t, walk(p, "wait", "dance"))
	require.Equal(t, "go to A 1", walk(p, "go to A 1", "wait"), "it is not lost")
}

func TestADetourIsTakenBack(t *testing.T) {
	at := []string{"examine Y 1", "go to B 1", "open A 1", "take Y 1 from A 1"}
	for name, test := range map[string]struct {
		action string
		after  []string
		back   string
	}{
		"a thing taken":   {"take Y 1 from A 1", []string{"go to B 1", "open A 1", "examine Y 2", "look at Y 1", "put Y 1 in A 1"}, "put Y 1 in A 1"},
		"a place left":    {"go to B 1", []string{"examine B 1", "go to A 1"}, "go to A 1"},
		"nothing changed": {"examine Y 1", at, "open A 1"},
		"no way back":     {"take Y 1 from A 1", []string{"dance", "open A 1", "sing to the moon"}, "open A 1"},
	} {
		t.Run(name, func(t *testing.T) {
			p := errand()
			walk(p, "go to A 1")
			push(p, test.action, at...)
			require.Equal(t, test.back, walk(p, test.after...))
			if test.back != "open A 1" {
				require.Equal(t, "open A 1", walk(p, at...), "back where it was")
			}
			require.Empty(t, p.detours)
		})
	}
}

// A detour from the way back is taken back before the first one.
func TestDetoursAreTakenBackInTurn(t *testing.T) {
	p := errand()
	walk(p, "go to A 1")
	atA := []string{"go to B 1", "open A 1"}
	atB := []string{"go to A 1", "take Y 1 from B 1"}
	holding := []string{"go to A 1", "put Y 1 in B 1"}
	push(p, "go to B 1", atA...)
	push(p, "take Y 1 from B 1", atB...)
	require.Equal(t, "put Y 1 in B 1", walk(p, holding...))
	require.Equal(t, "go to A 1", walk(p, atB...))
	require.Equal(t, "open A 1", walk(p, atA...))
}

// One attempt is made; then the walkthrough goes on as well as it can.
func TestADetourThatCannotBeTakenBackIsLeft(t *testing.T) {
	p := errand()
	walk(p, "go to A 1")
	push(p, "take Y 1 from A 1", "open A 1", "take Y 1 from A 1")
	require.Equal(t, "put Y 1 in A 1", walk(p, "open A 1", "put Y 1 in A 1"))
	require.Equal(t, "open A 1", walk(p, "open A 1", "take Y 1 from A 1", "smell"))
	require.Empty(t, p.detours)
}
