package catalogue

import (
	"fmt"
	"math/rand/v2"
)

// MaxProducts is the size of the largest catalogue that can be generated.
const MaxProducts = 1_000_000

// Generate writes a catalogue by seed: products of them, and for each of the
// first goals a goal. The n-th product and goal depend on seed and n alone.
func Generate(seed int64, products, goals int) (*Catalogue, error) {
	if products < 1 || products > MaxProducts {
		return nil, fmt.Errorf("generate %d products: ask for 1 to %d", products, MaxProducts)
	}
	if goals > products {
		return nil, fmt.Errorf("generate %d goals for %d products: a product has one goal at most; ask for as many products", goals, products)
	}
	w, err := loadWords()
	if err != nil {
		return nil, err
	}
	g := generator{words: w, ids: newIdentities(seed), seed: seed}
	g.unseen = g.drawUnseen()
	c := &Catalogue{Products: make([]Product, products), Goals: make([]Goal, goals)}
	for i := range c.Products {
		sketch := g.sketch(i)
		c.Products[i] = sketch.product()
		if i < goals {
			c.Goals[i] = sketch.goal(i)
		}
	}
	return c, nil
}

// generator writes products and goals.
type generator struct {
	words  *words
	ids    identities
	seed   int64
	unseen map[int]bool // shelves that only valid_unseen has goals of
}

// One shelf in unseenShare is kept for valid_unseen.
const unseenShare = 8

// drawUnseen chooses the shelves of valid_unseen.
func (g *generator) drawUnseen() map[int]bool {
	r := rand.New(rand.NewPCG(uint64(g.seed), 0))
	unseen := map[int]bool{}
	for _, s := range r.Perm(len(g.words.shelves))[:len(g.words.shelves)/unseenShare] {
		unseen[s] = true
	}
	return unseen
}

// sketch draws what product i is, before it is put into words. Each product
// has a random source of its own.
func (g *generator) sketch(i int) *sketch {
	r := rand.New(rand.NewPCG(uint64(g.seed), uint64(i)+1))
	at := r.IntN(len(g.words.shelves))
	s := &sketch{words: g.words, rand: r, unseen: g.unseen[at], shelf: &g.words.shelves[at]}
	s.id, s.model = g.ids.id(i), g.ids.model(i)
	s.brand = one(r, g.words.wording.BrandHeads) + one(r, g.words.wording.BrandTails)
	s.kind = one(r, s.shelf.Kinds)
	s.material = one(r, s.shelf.Materials)
	s.use = one(r, s.shelf.Uses)
	s.attributes = some(r, s.shelf.Attributes, 3+r.IntN(3))
	for _, name := range s.shelf.Options {
		o := g.words.options[name]
		s.options = append(s.options, optionWords{o.Label, o.Phrase, some(r, o.Values, 2+r.IntN(len(o.Values)-2))})
	}
	s.price = s.drawPrice()
	return s
}

// one draws a value.
func one(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

// some draws n values, and leaves them in their order.
func some(r *rand.Rand, of []string, n int) []string {
	chosen := make([]string, 0, n)
	for i, v := range of {
		// n-len(chosen) are still to be drawn of the len(of)-i that are left.
		if r.IntN(len(of)-i) < n-len(chosen) {
			chosen = append(chosen, v)
		}
	}
	return chosen
}
