package shop

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
	"github.com/dreamlog/dreamlog/producers/environment/shop/reward"
	"github.com/dreamlog/dreamlog/producers/environment/shop/search"
)

const instruction = "i want a lead free mug in navy blue, and price lower than 30.00 dollars"

// corner is a shop of 23 mugs and a kettle, with one goal: the first mug.
func corner(t *testing.T) *Environment {
	c := &catalogue.Catalogue{Goals: []catalogue.Goal{{
		Instruction: instruction, Attributes: []string{"lead free"}, Options: []string{"navy blue"}, PriceUpper: 30, Split: catalogue.Train,
	}}}
	for i := range 23 {
		c.Products = append(c.Products, catalogue.Product{
			ID: fmt.Sprintf("B0MUG%05d", i), Title: "Hearth Coffee Mug", Description: "It holds coffee.", Query: "coffee mug",
			Category: "garden", Path: []string{"Home & Kitchen", "Mugs"}, Features: []string{"Lead free.", "Stays warm."},
			Attributes: []string{"lead free", "hand painted"},
			Options: []catalogue.Option{
				{Name: "color", Values: []string{"navy blue", "ivory", "reviews"}}, {Name: "lid", Values: []string{"ivory", "none"}},
			},
			Price: 18.5, PriceTag: "$18.50", Rating: "4.5",
			Reviews: []catalogue.Review{{Title: "My new favorite", Body: "Like new.", Stars: 5}, {Title: `Not "so" good`, Body: "It leaks.", Stars: 2}},
		})
	}
	c.Products = append(c.Products, catalogue.Product{ID: "B0KETTLE01", Title: "Steel Kettle", Query: "kettle", Price: 55, PriceTag: "$55.00", Rating: "N.A."})
	e := &Environment{catalogue: c, grader: reward.New(), maxResults: search.MaxResults, goals: map[string]int{"shop-0": 0}}
	e.tasks = []producers.Task{e.task("shop-0", c.Version(), &c.Goals[0])}
	var err error
	e.index, err = search.New(t.Context(), c.Products)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// visit is a session with its newest observation.
type visit struct {
	t *testing.T
	*Session
	producers.Outcome
}

func enter(t *testing.T, e *Environment) *visit {
	s, err := e.Open(t.Context())
	require.NoError(t, err)
	v := &visit{t: t, Session: s.(*Session)}
	start, err := v.Reset(t.Context(), e.tasks[0], 0)
	require.NoError(t, err)
	require.Equal(t, instruction, start.Instruction)
	v.Observation = start.Observation
	return v
}

// do takes actions that the shop understands.
func (v *visit) do(actions ...string) *visit {
	v.t.Helper()
	for _, a := range actions {
		var err error
		v.Outcome, err = v.Step(v.t.Context(), a)
		require.NoError(v.t, err)
		require.True(v.t, *v.Valid, "%s on %s", a, v.Text)
	}
	return v
}

const firstMug = `[Back to Search]
[< Prev]
color [navy blue][ivory][reviews]
lid [ivory][none]
Hearth Coffee Mug
Price: $18.50
Rating: 4.5
[Description]
[Features]
[Reviews]
[Attributes]
[Buy Now]`

func TestTheSearchPage(t *testing.T) {
	v := enter(t, corner(t))
	require.Equal(t, "WebShop\nInstruction:\n"+instruction+"\n[Search]", v.Text)
	require.Equal(t, []string{"search[coffee mug]", "search[lead free coffee mug]", "search[i want a lead free mug in navy blue]"}, v.Admissible)
}

func TestPagesOfResults(t *testing.T) {
	v := enter(t, corner(t)).do("search[coffee mug]")
	require.Contains(t, v.Text, "[Back to Search]\nPage 1 (Total results: 23)\n[Next >]\n[B0MUG00000]\nHearth Coffee Mug\n$18.50\n[B0MUG00001]\n")
	require.Len(t, v.Admissible, 2+10)
	require.Equal(t, []string{"click[Back to Search]", "click[Next >]", "click[B0MUG00000]"}, v.Admissible[:3])

	v.do("click[Next >]")
	require.Contains(t, v.Text, "Page 2 (Total results: 23)\n[< Prev]\n[Next >]\n[B0MUG00010]\n")
	v.do("click[Next >]")
	require.Contains(t, v.Text, "Page 3 (Total results: 23)\n[< Prev]\n[B0MUG00020]\n")
	require.Len(t, v.Admissible, 2+3)
	require.NotContains(t, v.Text, "Next >", "nothing follows")
	v.do("click[< Prev]", "click[B0MUG00013]", "click[< Prev]")
	require.Contains(t, v.Text, "Page 2 ", "back from an item to its page of results")

	require.Equal(t, "[Back to Search]\nPage 1 (Total results: 0)", v.do("click[Back to Search]", "search[zyzzyva]").Text)
	require.Equal(t, []string{"click[Back to Search]"}, v.Admissible)
}

func TestMaxPagesCutsTheResults(t *testing.T) {
	e := corner(t)
	e.maxResults = Options{MaxPages: 2}.maxResults()
	v := enter(t, e).do("search[coffee mug]", "click[Next >]")
	require.Contains(t, v.Text, "Page 2 (Total results: 20)\n[< Prev]\n[B0MUG00010]")
}

func TestTheItemPage(t *testing.T) {
	v := enter(t, corner(t)).do("search[coffee mug]", "click[b0mug00000]")
	require.Equal(t, firstMug, v.Text)
	require.ElementsMatch(t, []string{
		"click[Back to Search]", "click[< Prev]", "click[Description]", "click[Features]", "click[Reviews]", "click[Attributes]", "click[Buy Now]",
		"click[navy blue]", "click[ivory]", "click[none]",
	}, v.Admissible, "ivory once, and the color called reviews not at all")
}

func TestOptionsAreChosen(t *testing.T) {
	v := enter(t, corner(t)).do("search[coffee mug]", "click[B0MUG00000]", "click[Navy BLUE]")
	require.Equal(t, "You have clicked navy blue.\n"+firstMug, v.Text)
	v.do("click[ivory]")
	require.Equal(t, "You have clicked navy blue.\nYou have clicked ivory.\n"+firstMug, v.Text, "ivory is chosen of the latter option")
	v.do("click[none]")
	require.Equal(t, "You have clicked navy blue.\nYou have clicked none.\n"+firstMug, v.Text)
	v.do("click[features]", "click[< prev]")
	require.Contains(t, v.Text, "You have clicked none.", "reading about it forgets nothing")
	v.do("click[< Prev]", "click[B0MUG00000]")
	require.Equal(t, firstMug, v.Text, "leaving it does")
}

func TestPagesAboutTheItem(t *testing.T) {
	head := "[Back to Search]\n[< Prev]\n"
	for label, want := range map[string]string{
		"Description": "It holds coffee.",
		"Features":    "Lead free.\nStays warm.",
		"Reviews":     "\"My new favorite\"\n5 of 5 stars\nLike new.\n\"Not \\\"so\\\" good\"\n2 of 5 stars\nIt leaks.",
		"Attributes":  "lead free\nhand painted\ngarden\ncoffee mug\nHome & Kitchen › Mugs",
	} {
		v := enter(t, corner(t)).do("search[coffee mug]", "click[B0MUG00000]", "click["+label+"]")
		require.Equal(t, head+want, v.Text, label)
		require.Equal(t, []string{"click[Back to Search]", "click[< Prev]"}, v.Admissible)
		require.Contains(t, v.do("click[Back to Search]").Text, instruction)
	}
}

func TestBuyingEndsTheEpisode(t *testing.T) {
	for name, c := range map[string]struct {
		actions []string
		reward  float64
		text    string
	}{
		"the right mug in the right color": {[]string{"search[coffee mug]", "click[B0MUG00004]", "click[navy blue]"}, 1, "1.0"},
		"the wrong color":                  {[]string{"search[coffee mug]", "click[B0MUG00004]", "click[ivory]"}, 2. / 3, "0.6666666666666666"},
		"a kettle, which is too dear":      {[]string{"search[kettle]", "click[B0KETTLE01]"}, 0, "0.0"},
	} {
		v := enter(t, corner(t)).do(c.actions...)
		require.Zero(t, *v.Reward)
		require.Nil(t, v.Success)
		require.False(t, v.Over())
		v.do("click[buy now]")
		require.InDelta(t, c.reward, *v.Reward, 1e-12, name)
		require.Equal(t, c.reward == 1, *v.Success, name)
		require.True(t, v.Terminated)
		require.False(t, v.Truncated)
		require.Equal(t, "Thank you for shopping with us!\nYour score (min 0.0, max 1.0): "+c.text, v.Text)
		require.NotNil(t, v.Admissible)
		require.Empty(t, v.Admissible)
		require.Regexp(t, `^bought B0`, v.Reason)
		require.Contains(t, string(*v.Info), `"r_type"`)
		_, err := v.Step(t.Context(), "click[Back to Search]")
		require.ErrorContains(t, err, "call Reset first")
	}
}

func TestWhatThePageDoesNotHaveChangesNothing(t *testing.T) {
	v := enter(t, corner(t))
	_, err := (&Session{shop: v.shop}).Step(t.Context(), "search[mug]")
	require.ErrorContains(t, err, "call Reset first")
	for _, way := range [][]string{nil, {"search[coffee mug]"}, {"click[B0MUG00000]"}, {"click[navy blue]"}, {"click[Reviews]"}} {
		v.do(way...)
		page := v.Observation
		for _, a := range []string{
			"", "search", "search[]", "search[ ]", "click[]", "click[B0KETTLE01]", "click[next]", "think[i should buy it]", "buy[Buy Now]", "click(Buy Now)", "[Buy Now]", "click[Search]",
		} {
			o, err := v.Step(t.Context(), a)
			require.NoError(t, err)
			require.False(t, *o.Valid, "%q on %s", a, page.Text)
			require.Zero(t, *o.Reward)
			require.Equal(t, page, o.Observation, a)
			require.False(t, o.Over())
		}
	}
	o, err := v.Step(t.Context(), "search[coffee mug]")
	require.NoError(t, err)
	require.False(t, *o.Valid, "there is no search bar on a page about an item")
}

func TestParseAction(t *testing.T) {
	for action, want := range map[string]struct {
		verb     verb
		argument string
	}{
		"search[Red  Shoes]":    {searchFor, "red  shoes"},
		" Click[ Buy Now ] ":    {clickOn, "buy now"},
		"click[size [eu] 40]":   {clickOn, "size [eu] 40"},
		"click[buy now] please": {clickOn, "buy now"},
		"CLICK[< PREV]":         {clickOn, "< prev"},
		"click[buy now":         {nothing, ""},
		"click]buy now[":        {nothing, ""},
		"i click[buy now]":      {nothing, ""},
		"search[\xff]":          {searchFor, "\ufffd"},
		"":                      {nothing, ""},
		"search[a]\nsearch[b]":  {searchFor, "a]\nsearch[b"},
		"finish":                {nothing, ""},
		"search[[[[]]]]":        {searchFor, "[[[]]]"},
	} {
		verb, argument := parseAction(action)
		require.Equal(t, want.verb, verb, action)
		require.Equal(t, want.argument, argument, action)
	}
}

func FuzzStep(f *testing.F) {
	for _, a := range []string{"search[mug]", "click[Buy Now]", "click[B0MUG00000]", "search[\"mug\" +kettle^2 ~]", "click[", "][", "search[\x00]"} {
		f.Add(a, "search[coffee mug]")
	}
	e, err := New(f.Context(), Options{Products: 40, Goals: 5})
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, e.Close()) })
	f.Fuzz(func(t *testing.T, first, second string) {
		s := &Session{shop: e}
		start, err := s.Reset(t.Context(), e.tasks[0], 0)
		require.NoError(t, err)
		page := start.Observation
		for _, a := range []string{first, second, "click[Back to Search]", second} {
			o, err := s.Step(t.Context(), a)
			require.NoError(t, err)
			if !*o.Valid {
				require.Equal(t, page, o.Observation)
			}
			require.NotEmpty(t, o.Text)
			page = o.Observation
		}
	})
}
