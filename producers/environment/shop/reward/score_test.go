package reward

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// mug is what the goals of these tests were written for.
var mug = catalogue.Product{
	ID: "B000000001", Title: "Hearth Stoneware Coffee Mug with Lid", Query: "coffee mug",
	Path:       []string{"Home & Kitchen", "Dining", "Mugs"},
	Attributes: []string{"dishwasher safe", "lead free", "hand painted"},
	Options:    []catalogue.Option{{Name: "color", Values: []string{"navy blue", "ivory"}}, {Name: "size", Values: []string{"small", "16 ounce"}}},
	Price:      18.5,
}

// wanted asks for two attributes, two options and a price: six parts in all
// with the price.
var wanted = catalogue.Goal{
	Attributes: []string{"dishwasher safe", "lead free"},
	Options:    []string{"navy blue", "16 ounce"},
	PriceUpper: 30,
}

func TestTheRewardIsTheShareOfWhatFits(t *testing.T) {
	other := mug
	other.ID, other.Attributes = "B000000002", []string{"dishwasher safe"}
	dear := mug
	dear.Price = 30.01
	for name, c := range map[string]struct {
		bought catalogue.Product
		chosen []string
		want   float64
	}{
		"everything fits":          {mug, []string{"navy blue", "16 ounce"}, 1},
		"another order of options": {mug, []string{"16 ounce", "navy blue"}, 1},
		"no option chosen":         {mug, nil, 3. / 5},
		"one of two options":       {mug, []string{"navy blue", "small"}, 4. / 5},
		// "ounce 12" and "ounce 16" are similar to 88 of 100: so the benchmark has it.
		"another number of ounces":     {mug, []string{"navy blue", "12 ounce"}, 1},
		"another shade of the color":   {mug, []string{"sky blue", "16 ounce"}, 1},
		"another color":                {mug, []string{"ivory", "16 ounce"}, 4. / 5},
		"one of two attributes":        {other, []string{"navy blue", "16 ounce"}, 4. / 5},
		"a cent too dear":              {dear, []string{"navy blue", "16 ounce"}, 4. / 5},
		"too dear and nothing chosen":  {dear, nil, 2. / 5},
		"one option is chosen of many": {mug, []string{"16 ounce"}, 4. / 5},
	} {
		score := New().Of(&wanted, &mug, &c.bought, c.chosen)
		require.InDelta(t, c.want, score.Reward(), 1e-12, name)
		require.Equal(t, c.want == 1, score.Reward() == 1, name)
		require.Equal(t, 4, score.Asked, name)
	}
}

func TestTheSharesAreMultipliedByTheType(t *testing.T) {
	// The same aisle and one of five title words: half a type would do, but the
	// paths agree.
	bowl := mug
	bowl.Title, bowl.Query = "Hearth Salad Bowl", "salad bowl"
	require.Equal(t, 1.0, New().Of(&wanted, &mug, &bowl, nil).Type)
	// Another path, another query, one of five nouns: not above 0.2.
	bowl.Path = []string{"Outlet", "Bowls"}
	score := New().Of(&wanted, &mug, &bowl, nil)
	require.Equal(t, 0.5, score.Type)
	require.InDelta(t, 0.5*3/5, score.Reward(), 1e-12)
}

func TestTypes(t *testing.T) {
	titled := func(title, query string, path ...string) *catalogue.Product {
		return &catalogue.Product{Title: title, Query: query, Path: path}
	}
	ten := titled("ant bee cat dog elk fox gnu hen ibex jay", "animals", "Zoo", "Cages")
	for name, c := range map[string]struct {
		bought *catalogue.Product
		want   float64
	}{
		"not a noun in common":                {titled("yak", "animals", "Zoo", "Cages"), 0},
		"the same query":                      {titled("ant", "animals"), 1},
		"two steps of the path":               {titled("ant", "", "Cages", "Other", "Zoo"), 1},
		"one step of the path, twice":         {titled("ant", "", "Cages", "Cages"), 0.5},
		"a tenth of the nouns is not too few": {titled("ant", "other"), 0.5},
		"a fifth of the nouns is not enough":  {titled("ant bee", "other"), 0.5},
		"three tenths of the nouns are":       {titled("Ant's BEE, (cat)", "other"), 1},
		"adjectives and colors are no nouns":  {titled("the small black ant", "other"), 0.5},
		"numbers are no nouns":                {titled("12 34", "other"), 0},
		"a word counts once":                  {titled("ant ant ant", "other"), 0.5},
	} {
		require.Equal(t, c.want, New().typeOf(ten, c.bought), name)
	}
}

func TestAHardlySimilarTitleIsATenthWhateverElse(t *testing.T) {
	eleven := &catalogue.Product{Title: "ant bee cat dog elk fox gnu hen ibex jay kite", Query: "animals"}
	require.Equal(t, 0.1, New().typeOf(eleven, &catalogue.Product{Title: "ant", Query: "animals"}))
}

func TestATitleWithoutNounsIsNotHeldAgainstIt(t *testing.T) {
	blank := &catalogue.Product{Title: "The Small One, 2", Query: "a"}
	require.Equal(t, 0.5, New().typeOf(blank, &catalogue.Product{Title: "ant", Query: "b"}))
	require.Equal(t, 1.0, New().typeOf(blank, &catalogue.Product{Title: "ant", Query: "a"}))
}

func TestAttributesAreFoundInTexts(t *testing.T) {
	p := &catalogue.Product{
		Title: "Mug, Lead Free", Features: []string{"Stays", "Warm for hours"}, Description: "Made by HAND",
		Attributes: []string{"microwave safe"},
	}
	for attribute, want := range map[string]int{
		"microwave safe": 1, "safe in the microwave": 1, "microwaves safe": 1, // the list, by similarity
		"lead free": 1, "stays warm": 1, "by hand": 1, // the texts, letter by letter
		"free lead": 0, "oven safe": 0,
	} {
		require.Equal(t, want, attributesMatched([]string{attribute}, p), attribute)
	}
}

func TestNoBoundMakesEveryPriceFit(t *testing.T) {
	dear := mug
	dear.Price = 5000
	require.True(t, New().Of(&catalogue.Goal{}, &mug, &dear, nil).Price)
	require.Equal(t, 1.0, New().Of(&catalogue.Goal{}, &mug, &dear, nil).Reward(), "nothing was asked for")
}

func TestPlainColor(t *testing.T) {
	g := New()
	require.Equal(t, "blue", g.plainColor("navy blue"), "the first of the list, not of the text")
	require.Equal(t, "16 ounce", g.plainColor("16 ounce"))
	require.True(t, g.OptionMatches("matte black", "black onyx"))
	require.False(t, g.OptionMatches("twin", "queen"))
}
