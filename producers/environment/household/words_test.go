package household

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The engine makes names of ids: what comes before "_bar_" and a number. So a
// word must stand for one thing only, and not trip over the format's rules.
func TestEveryWordStandsForOneThing(t *testing.T) {
	meaning := map[string]string{}
	add := func(word, what string) {
		require.Regexp(t, regexp.MustCompile(`^[a-z]+$`), word)
		require.NotContains(t, word, "basin", "the format changes names with it")
		require.Empty(t, meaning[word], "%s is two things", word)
		meaning[word] = what
	}
	for class := range features() {
		add(class, "furniture")
	}
	for kind := range lampPlaces() {
		add(kind, "lamp")
	}
	for _, k := range thingKinds() {
		add(k.name, "thing")
	}
	for _, r := range roomTypes() {
		add(r.name, "room")
	}
}

func TestTheCatalogueKnowsAllItNames(t *testing.T) {
	has, rooms := features(), map[string]bool{}
	for _, r := range roomTypes() {
		rooms[r.name] = true
		for _, f := range r.furniture {
			require.Contains(t, has, f.class)
			require.LessOrEqual(t, f.least, f.most)
		}
		for _, l := range r.lamps {
			require.Contains(t, lampPlaces(), l)
		}
	}
	for _, k := range thingKinds() {
		for room := range strings.FieldsSeq(k.rooms) {
			require.True(t, rooms[room], "%s is in an unknown room %q", k.name, room)
		}
		for class := range strings.FieldsSeq(k.fits) {
			require.Contains(t, has, class, "where %s fits", k.name)
		}
	}
}

func TestInstructionsNameWhatIsWanted(t *testing.T) {
	h := newHome()
	rapid.Check(t, func(t *rapid.T) {
		split := rapid.SampledFrom(Splits()).Draw(t, "split")
		kind := rapid.SampledFrom(Kinds()).Draw(t, "kind")
		e := rapid.SampledFrom(h.errands[split][kind]).Draw(t, "room")
		task := rapid.SampledFrom(e.tasks).Draw(t, "task")
		said := instruct(task, newDice(rapid.Int64().Draw(t, "seed")))
		require.Contains(t, said, task.thing.name)
		require.Contains(t, said, " "+task.place)
		require.Equal(t, strings.ToLower(said), said, "a part was not filled in")
		require.NotRegexp(t, `\ba [aeiou]|\ban [^aeiou]`, said)
		require.Regexp(t, wordsOf(kind), said)
	})
}

// wordsOf are the words that tell the kinds of task apart.
func wordsOf(kind Kind) string {
	return map[Kind]string{
		PlaceOne: `^(put|find|look for|somebody)`, PlaceTwo: `\btwo\b`, Examine: `\b(examine|hold|look at)\b.*lamp`,
		Clean: `\bclean\b`, Heat: `\b(heat|hot)\b`, Cool: `\b(cool|cold)\b`,
	}[kind]
}

func TestPhrasingsDiffer(t *testing.T) {
	for _, kind := range Kinds() {
		said := map[string]bool{}
		for seed := range 100 {
			said[instruct(task{kind, thingKinds()[0], "desk"}, newDice(seed))] = true
		}
		require.GreaterOrEqual(t, len(said), 4, kind)
	}
}
