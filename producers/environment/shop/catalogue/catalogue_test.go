package catalogue

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// golden are the versions of small catalogues, and digests of their goals. They change only when what is
// generated changes, and then so do the experiences made with it.
var golden = map[int64]string{
	0:  "catalogue-0e5dfb97dd75 goals-90895bd482cc",
	1:  "catalogue-8181f063a888 goals-f2ab1659dadc",
	-7: "catalogue-e3166c62d612 goals-f6ca48de3ea5",
}

func generate(t testing.TB, seed int64, products, goals int) *Catalogue {
	c, err := Generate(seed, products, goals)
	require.NoError(t, err)
	return c
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	for seed, want := range golden {
		c := generate(t, seed, 300, 100)
		require.Equal(t, want, fmt.Sprintf("%s goals-%.6x", c.Version(), sha256.Sum256(fmt.Append(nil, c.Goals))), "seed %d", seed)
		require.Equal(t, c, generate(t, seed, 300, 100))
	}
	require.NotEqual(t, generate(t, 1, 300, 0).Version(), generate(t, 2, 300, 0).Version())
}

func TestALargerCatalogueBeginsWithTheSmaller(t *testing.T) {
	small, large := generate(t, 5, 100, 40), generate(t, 5, 400, 90)
	require.Equal(t, small.Products, large.Products[:100])
	require.Equal(t, small.Goals, large.Goals[:40])
	require.NotEqual(t, small.Version(), large.Version())
}

func TestVersionSeesEveryPart(t *testing.T) {
	original := generate(t, 1, 1, 0)
	change := map[string]func(*Product){
		"id": func(p *Product) { p.ID += "X" }, "title": func(p *Product) { p.Title += "X" },
		"description": func(p *Product) { p.Description += "X" }, "query": func(p *Product) { p.Query += "X" },
		"category": func(p *Product) { p.Category += "X" }, "price": func(p *Product) { p.Price++ },
		"tag": func(p *Product) { p.PriceTag += "X" }, "rating": func(p *Product) { p.Rating += "X" },
		"feature":   func(p *Product) { p.Features = append(slices.Clone(p.Features), "X") },
		"path":      func(p *Product) { p.Path = append(slices.Clone(p.Path), "X") },
		"attribute": func(p *Product) { p.Attributes = append(slices.Clone(p.Attributes), "X") },
		"option":    func(p *Product) { p.Options = append(slices.Clone(p.Options), Option{Name: "X"}) },
		"value":     func(p *Product) { p.Options = []Option{{p.Options[0].Name, []string{"X"}}} },
		"review":    func(p *Product) { p.Reviews = append(slices.Clone(p.Reviews), Review{}) },
	}
	for part, change := range change {
		changed := Catalogue{Products: slices.Clone(original.Products)}
		change(&changed.Products[0])
		require.NotEqual(t, original.Version(), changed.Version(), part)
	}
}

func TestProductsAreCompleteAndNoTwoAreAlike(t *testing.T) {
	ids, titles := map[string]bool{}, map[string]bool{}
	categories, kinds := map[string]bool{}, map[string]bool{}
	for _, p := range generate(t, 1, 10_000, 0).Products {
		require.Regexp(t, `^B0[0-9A-Z]{8}$`, p.ID)
		require.False(t, ids[p.ID] || titles[p.Title], "%s %s", p.ID, p.Title)
		ids[p.ID], titles[p.Title] = true, true
		categories[p.Category], kinds[p.Query] = true, true
		complete(t, &p)
	}
	require.GreaterOrEqual(t, len(categories), 12)
	require.GreaterOrEqual(t, len(kinds), 200)
}

// complete checks what a page of the product relies on.
func complete(t *testing.T, p *Product) {
	for _, text := range append([]string{p.Title, p.Description, p.Rating, p.PriceTag}, p.Features...) {
		require.NotEmpty(t, text)
		require.NotContains(t, text, "{", "a slot was left empty")
		require.NotRegexp(t, `\b[Aa] [aeio]\w*\b`, text)
	}
	require.Len(t, p.Path, 3)
	require.GreaterOrEqual(t, len(p.Attributes), 3)
	require.Len(t, p.Options, 2)
	for _, o := range p.Options {
		require.GreaterOrEqual(t, len(o.Values), 2, o.Name)
		for _, v := range o.Values {
			require.Equal(t, strings.ToLower(v), v)
		}
	}
	require.Greater(t, p.Price, 4.0)
	require.NotEmpty(t, p.Reviews)
}

func TestGoalsAskForTheirProductWithoutNamingIt(t *testing.T) {
	c := generate(t, 1, 2000, 2000)
	for _, g := range c.Goals {
		p := &c.Products[g.Product]
		require.NotEmpty(t, g.Attributes)
		require.Subset(t, p.Attributes, g.Attributes)
		require.NotContains(t, g.Instruction, "{")
		require.Contains(t, g.Instruction, p.Query)
		for _, a := range g.Attributes {
			require.Contains(t, g.Instruction, a)
		}
		require.Greater(t, g.PriceUpper, p.Price)
		require.Contains(t, g.Instruction, ", and price lower than ")
		optionsAreOffered(t, p, &g)
	}
}

func optionsAreOffered(t *testing.T, p *Product, g *Goal) {
	for _, o := range g.Options {
		require.Contains(t, g.Instruction, o)
		require.True(t, slices.ContainsFunc(p.Options, func(has Option) bool { return slices.Contains(has.Values, o) }))
	}
}

func TestUnseenKindsAreInNoOtherSplit(t *testing.T) {
	for seed := range int64(3) {
		c := generate(t, seed, 3000, 3000)
		sizes := map[string]int{}
		shelves := map[string]bool{} // whether unseen
		for _, g := range c.Goals {
			sizes[g.Split]++
			shelf := c.Products[g.Product].Path[1]
			unseen, known := shelves[shelf]
			require.True(t, !known || unseen == (g.Split == ValidUnseen), shelf)
			shelves[shelf] = g.Split == ValidUnseen
		}
		for _, split := range []string{Train, Dev, ValidSeen, ValidUnseen} {
			require.Greater(t, sizes[split], 100, split)
		}
		require.Greater(t, sizes[Train], 1800)
		require.Len(t, sizes, 4)
	}
}

func TestPriceBoundIsOneOfTheNextFourTens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := float64(rapid.IntRange(0, 120_000).Draw(t, "cents")) / 100
		bound := PriceBound(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), price)
		if price >= 980 {
			require.Zero(t, bound, "fewer than two tens are left")
			return
		}
		require.Zero(t, int(bound)%10)
		require.Greater(t, bound, price)
		require.LessOrEqual(t, bound, price+4*boundStep)
		require.LessOrEqual(t, bound, float64(highestBound))
	})
}

func TestEveryDrawOfAPriceBoundIsTheHigherOfTwo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	counts := map[float64]int{}
	for range 6000 {
		counts[PriceBound(r, 25)]++
	}
	// Of 30, 40, 50 and 60 two are drawn: the higher is 40 in one of six pairs,
	// 50 in two, 60 in three.
	require.Zero(t, counts[30])
	require.InDelta(t, 1000, counts[40], 150)
	require.InDelta(t, 2000, counts[50], 150)
	require.InDelta(t, 3000, counts[60], 150)
}

func TestTooMuchIsRefused(t *testing.T) {
	_, err := Generate(1, 10, 11)
	require.ErrorContains(t, err, "11 goals for 10 products")
	for _, n := range []int{0, -1, MaxProducts + 1} {
		_, err = Generate(1, n, 0)
		require.ErrorContains(t, err, "ask for 1 to 1000000")
	}
}

func TestEveryIdentityIsUsedOnce(t *testing.T) {
	d := newIdentities(42)
	ids, numbers := map[string]bool{}, map[string]bool{}
	for n := range 200_000 {
		ids[d.id(n)], numbers[d.model(n)] = true, true
	}
	require.Len(t, ids, 200_000)
	require.Len(t, numbers, 200_000)
	require.Regexp(t, `^[A-Z]{2}-\d{4}$`, d.model(MaxProducts-1))
	require.Regexp(t, `^B0[0-9A-Z]{8}$`, d.id(MaxProducts-1))
}

func TestSomeDrawsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 5).Draw(t, "n")
		drawn := some(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), []string{"a", "b", "c", "d", "e"}, n)
		require.Len(t, drawn, n)
		require.True(t, slices.IsSorted(drawn))
		require.Len(t, slices.Compact(drawn), n)
	})
}

func TestSentences(t *testing.T) {
	require.Equal(t, "a", listed([]string{"a"}))
	require.Equal(t, "a, b and c", listed([]string{"a", "b", "c"}))
	require.Equal(t, "an easy one, a usb hub, an 8 inch pan, an ultra slim one", withArticles("a easy one, a usb hub, a 8 inch pan, a ultra slim one"))
	s := sketch{kind: "loafers"}
	require.Equal(t, "find me {attributes} {kind}, show {kind} that are red", s.numbered("find me a {attributes} {kind}, show a {kind} that is red"))
	s.kind = "flannel dress"
	require.Equal(t, "find a {kind} that is red", s.numbered("find a {kind} that is red"))
	w := words{wording: wording{Acronyms: []string{"usb"}}}
	require.Equal(t, "USB Hub For Home", w.capitals("usb hub for home"))
}

func BenchmarkGenerate10000Products(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Generate(1, 10_000, 2000); err != nil {
			b.Fatal(err)
		}
	}
}
