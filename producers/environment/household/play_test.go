package household_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/household"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

func compiled(t *testing.T, c *textworld.Compiler, g household.Game) *textworld.Game {
	t.Helper()
	source, err := textworld.ParseSource(g.Text)
	require.NoError(t, err)
	game, err := c.Compile(t.Context(), source)
	require.NoError(t, err, g.Path)
	return game
}

// begun returns a play of a game at its beginning.
func begun(t *testing.T, game *textworld.Game) (*textworld.Play, textworld.Answer) {
	t.Helper()
	play := textworld.NewPlay(game)
	answer, err := play.Reset()
	require.NoError(t, err)
	return play, answer
}

func say(t *testing.T, play *textworld.Play, command string) textworld.Answer {
	t.Helper()
	answer, err := play.Step(command)
	require.NoError(t, err, command)
	return answer
}

func TestTheEngineWinsWithEveryWalkthroughAndNotBefore(t *testing.T) {
	m, c := household.NewMaker(), textworld.NewCompiler(ground.Limits{})
	for _, split := range household.Splits() {
		for index := range 30 {
			g, err := m.Game(t.Context(), split, 11, index)
			require.NoError(t, err)
			game := compiled(t, c, g)
			require.Equal(t, g.Walkthrough, game.Walkthrough(), "the engine reads other commands than were written")
			play, answer := begun(t, game)
			require.False(t, answer.Won)
			require.Contains(t, answer.Feedback, "Your task is to: "+g.Instruction)
			for i, command := range g.Walkthrough {
				require.Contains(t, answer.Admissible, command)
				answer = say(t, play, command)
				require.True(t, answer.Valid)
				require.Equal(t, i == len(g.Walkthrough)-1, answer.Won, "%s at %q", g.Path, command)
			}
		}
	}
}

// What is where can not be seen from the doorway, nor through a door.
func TestThingsAreSeenOnlyWhereTheyAre(t *testing.T) {
	m, c := household.NewMaker(), textworld.NewCompiler(ground.Limits{})
	for index := range 30 {
		g, err := m.Game(t.Context(), household.Train, 12, index)
		require.NoError(t, err)
		thing := strings.Split(strings.Split(g.Path, "/")[1], "-")[1]
		play, answer := begun(t, compiled(t, c, g))
		room, _, _ := strings.Cut(answer.Feedback, "\n")
		require.NotContains(t, room, thing+" 1")
		require.Equal(t, room, say(t, play, "look").Feedback)
		for _, command := range answer.Admissible {
			if !strings.HasPrefix(command, "go to ") {
				continue
			}
			arrived := say(t, play, command)
			if !arrived.Valid {
				continue // it was within reach already
			}
			shut := strings.Contains(arrived.Feedback, strings.TrimPrefix(command, "go to ")+" is shut.")
			require.Equal(t, shut, slices.Contains(arrived.Admissible, strings.Replace(command, "go to", "open", 1)))
			require.NotRegexp(t, ` $|  |\n|[0-9]and `, arrived.Feedback)
		}
	}
}

// workshop is a game by hand, small enough to see every answer.
func workshop(t *testing.T) *textworld.Play {
	m, c := household.NewMaker(), textworld.NewCompiler(ground.Limits{})
	g, err := m.Game(t.Context(), household.Train, 1, 0)
	require.NoError(t, err)
	source, err := textworld.ParseSource(g.Text)
	require.NoError(t, err)
	source.Walkthrough, source.Problem = nil, `(define (problem workshop) (:domain household)
	  (:objects room_bar_1 - room spot_bar_0 spot_bar_1 spot_bar_2 - spot
	    counter_bar_1 cupboard_bar_1 fridge_bar_1 - furniture
	    apple_bar_1 apple_bar_2 cleaver_bar_1 desklamp_bar_1 - thing
	    counter_class cupboard_class fridge_class - class apple_kind cleaver_kind - kind)
	  (:init (kitchen room_bar_1) (here spot_bar_0) (empty_handed)
	    (stands counter_bar_1 spot_bar_1) (has_water counter_bar_1) (gets_hot counter_bar_1) (of_class counter_bar_1 counter_class)
	    (stands cupboard_bar_1 spot_bar_1) (has_door cupboard_bar_1) (hollow cupboard_bar_1) (of_class cupboard_bar_1 cupboard_class)
	    (stands fridge_bar_1 spot_bar_2) (has_door fridge_bar_1) (hollow fridge_bar_1) (gets_cold fridge_bar_1) (of_class fridge_bar_1 fridge_class)
	    (portable apple_bar_1) (washable apple_bar_1) (heatable apple_bar_1) (coolable apple_bar_1) (sliceable apple_bar_1)
	    (portable apple_bar_2) (sliceable apple_bar_2) (rests apple_bar_2 cupboard_bar_1)
	    (portable cleaver_bar_1) (sharp cleaver_bar_1) (lamp desklamp_bar_1)
	    (rests apple_bar_1 counter_bar_1) (rests cleaver_bar_1 counter_bar_1) (rests desklamp_bar_1 counter_bar_1)
	    (of_kind apple_bar_1 apple_kind) (of_kind apple_bar_2 apple_kind) (of_kind cleaver_bar_1 cleaver_kind)
	    (fits apple_kind counter_class) (fits apple_kind fridge_class) (fits cleaver_kind counter_class))
	  (:goal (exists (?t - thing) (and (hot ?t) (rests ?t fridge_bar_1)))))`
	game, err := c.Compile(t.Context(), source)
	require.NoError(t, err)
	play, _ := begun(t, game)
	return play
}

func TestEveryCommandAnswers(t *testing.T) {
	play := workshop(t)
	for _, turn := range []struct{ command, feedback string }{
		{"go to counter 1", "You walk up to the counter 1. On the counter 1 you find: apple 2, cleaver 1, desklamp 1. Within reach as well: cupboard 1."},
		{"go to cupboard 1", textworld.Nothing}, // it is within reach
		{"look", "On the counter 1 you find: apple 2, cleaver 1, desklamp 1. The cupboard 1 is shut. Nothing else is within reach."},
		{"take apple 1 from cupboard 1", textworld.Nothing}, // it is shut
		{"open cupboard 1", "You open it. The cupboard 1 stands open. Inside: apple 1."},
		{"open cupboard 1", textworld.Nothing},
		{"use desklamp 1", "The desklamp 1 lights up."},
		{"use desklamp 1", "The desklamp 1 goes dark."},
		{"take desklamp 1 from counter 1", textworld.Nothing},
		{"take apple 2 from counter 1", "The apple 2 is in your hands now."},
		{"take cleaver 1 from counter 1", textworld.Nothing}, // one thing at a time
		{"examine apple 2", "You turn the apple 2 in your hands. It is not freshly cleaned and neither hot nor cold."},
		{"clean apple 2 with counter 1", "You scrub the apple 2 under the water of the counter 1 until it is clean."},
		{"heat apple 2 with counter 1", "With the counter 1 you make the apple 2 hot."},
		{"examine apple 2", "You turn the apple 2 in your hands. It is clean and hot."},
		{"inventory", "In your hands: apple 2."},
		{"put apple 2 in/on cupboard 1", textworld.Nothing}, // apples do not belong there
		{"go to fridge 1", "You walk up to the fridge 1. The fridge 1 is shut."},
		{"cool apple 2 with fridge 1", "The fridge 1 turns the apple 2 cold."},
		{"examine apple 2", "You turn the apple 2 in your hands. It is clean and cold."},
		{"put apple 2 in/on fridge 1", textworld.Nothing}, // it is shut
		{"open fridge 1", "You open it. The fridge 1 stands open and is empty."},
		{"put apple 2 in/on fridge 1", "You leave the apple 2 in the fridge 1."},
		{"inventory", "Your hands are empty."},
		{"examine fridge 1", "The fridge 1 stands open. Inside: apple 2."},
		{"close fridge 1", "You shut the fridge 1."},
		{"examine fridge 1", "The fridge 1 is shut."},
		{"go to counter 1", "You walk up to the counter 1. On the counter 1 you find: cleaver 1, desklamp 1. Within reach as well: cupboard 1."},
		{"take cleaver 1 from counter 1", "The cleaver 1 is in your hands now."},
		{"slice apple 1 with cleaver 1", "You cut the apple 1 into slices with the cleaver 1."},
		{"slice apple 1 with cleaver 1", textworld.Nothing},
		{"put cleaver 1 in/on counter 1", "You leave the cleaver 1 on the counter 1."},
		{"take apple 1 from cupboard 1", "The apple 1 is in your hands now."},
		{"examine apple 1", "You turn the apple 1 in your hands. It is sliced, not freshly cleaned and neither hot nor cold."},
		{"examine cupboard 1", "The cupboard 1 stands open and is empty."},
	} {
		answer := say(t, play, turn.command)
		require.Equal(t, turn.feedback, answer.Feedback, turn.command)
		require.Equal(t, turn.feedback != textworld.Nothing, answer.Valid, turn.command)
		require.False(t, answer.Won)
	}
	require.Contains(t, say(t, play, "help").Feedback, "put THING in/on PLACE")
}

// Learning needs tasks that chance solves now and then, and tasks that it
// hardly ever does.
func TestChanceWinsEasyKindsNowAndThen(t *testing.T) {
	const games, attempts, steps = 120, 15, 50
	m, c := household.NewMaker(), textworld.NewCompiler(ground.Limits{})
	dice := rand.New(rand.NewPCG(1, 2))
	won, played := map[household.Kind]int{}, map[household.Kind]int{}
	for index := range games {
		g, err := m.Game(t.Context(), household.Train, 21, index)
		require.NoError(t, err)
		game := compiled(t, c, g)
		for range attempts {
			played[g.Kind]++
			if winsByChance(t, game, dice, steps) {
				won[g.Kind]++
			}
		}
	}
	for _, kind := range household.Kinds() {
		t.Logf("%-10s %d of %d", kind, won[kind], played[kind])
		require.Less(t, won[kind], played[kind]/10, kind)
	}
	require.Greater(t, won[household.PlaceOne], played[household.PlaceOne]/200)
	require.Greater(t, won[household.Examine], played[household.Examine]/200)
	require.Less(t, won[household.PlaceTwo], won[household.PlaceOne])
	require.Less(t, won[household.Heat], won[household.PlaceOne])
}

func winsByChance(t *testing.T, game *textworld.Game, dice *rand.Rand, steps int) bool {
	play, answer := begun(t, game)
	for range steps {
		answer = say(t, play, answer.Admissible[dice.IntN(len(answer.Admissible))])
		if answer.Won {
			return true
		}
	}
	return false
}

func TestAFolderOfGamesIsASetOfTasks(t *testing.T) {
	dir := t.TempDir()
	for _, split := range household.Splits() {
		_, err := household.Generate(context.Background(), household.Options{Split: split, Count: 6, Seed: 4, Dir: dir})
		require.NoError(t, err)
	}
	entries, err := textworld.ReadSet(dir, "")
	require.NoError(t, err)
	require.Len(t, entries, 24)
	splits := map[string]int{}
	for _, e := range entries {
		splits[e.Split]++
	}
	require.Equal(t, map[string]int{"train": 6, "dev": 6, "valid_seen": 6, "valid_unseen": 6}, splits)
}
