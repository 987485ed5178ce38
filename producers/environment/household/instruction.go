package household

import (
	"math/rand/v2"
	"strings"
)

// phrasings returns the ways to say a task. OBJ stands for the thing, PLC for
// the furniture with its preposition, LMP for the lamp.
func phrasings(kind Kind) []string {
	switch kind {
	case PlaceOne:
		return []string{
			"put A OBJ PLC.",
			"find A OBJ and put it PLC.",
			"look for A OBJ, then put it PLC.",
			"somebody needs A OBJ PLC: put one there.",
		}
	case PlaceTwo:
		return []string{
			"put two OBJs PLC.",
			"find two OBJs and put them PLC, both in one place.",
			"look for two OBJs, then put both of them PLC.",
			"take one OBJ after the other and put two of them PLC.",
		}
	case Examine:
		return []string{
			"examine A OBJ by the light of the LMP.",
			"hold A OBJ under the lit LMP.",
			"find A OBJ and examine it under the LMP.",
			"look at A OBJ with the LMP switched on.",
		}
	case Clean:
		return []string{
			"clean A OBJ and put it PLC.",
			"put a clean OBJ PLC.",
			"find A OBJ, clean it, then put it PLC.",
			"some OBJ has to be clean and PLC: see to it.",
		}
	case Heat:
		return []string{
			"heat A OBJ and put it PLC.",
			"put a hot OBJ PLC.",
			"find A OBJ, heat it, then put it PLC.",
			"some OBJ has to be hot and PLC: see to it.",
		}
	default:
		return []string{
			"cool A OBJ and put it PLC.",
			"put a cold OBJ PLC.",
			"find A OBJ, cool it, then put it PLC.",
			"some OBJ has to be cold and PLC: see to it.",
		}
	}
}

// instruct says the task in one of its phrasings.
func instruct(t task, dice *rand.Rand) string {
	preposition := "on"
	if features()[t.place]&hollow != 0 {
		preposition = "in"
	}
	return strings.NewReplacer(
		"A OBJ", article(t.thing.name)+" "+t.thing.name,
		"OBJs", plural(t.thing.name),
		"OBJ", t.thing.name,
		"PLC", preposition+" "+article(t.place)+" "+t.place,
		"LMP", t.place,
	).Replace(pick(dice, phrasings(t.kind)))
}

func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an"
	}
	return "a"
}

// plural is right for all that we have.
func plural(word string) string {
	for _, ending := range []string{"sh", "ch", "to"} {
		if strings.HasSuffix(word, ending) {
			return word + "es"
		}
	}
	return word + "s"
}
