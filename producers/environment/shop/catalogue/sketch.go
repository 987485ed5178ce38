package catalogue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// sketch is a product before it is put into words.
type sketch struct {
	words  *words
	rand   *rand.Rand
	shelf  *shelf
	unseen bool

	id, model, brand, kind, material, use string

	attributes []string
	options    []optionWords // with the values that this product has
	price      float64       // in dollars
}

// product puts the sketch into words.
func (s *sketch) product() Product {
	p := Product{
		ID:         s.id,
		Query:      s.kind,
		Category:   s.shelf.category,
		Path:       []string{s.shelf.department, s.shelf.Aisle, s.words.capitals(s.kind)},
		Attributes: s.attributes,
		Price:      s.price,
	}
	p.PriceTag = fmt.Sprintf("$%.2f", p.Price)
	// What stands first in the texts is drawn, so that titles name any attribute.
	order := slices.Clone(s.attributes)
	s.rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	fill := s.filler(order)
	wording := &s.words.wording
	p.Title = fill(one(s.rand, wording.Titles))
	p.Description = fill(one(s.rand, wording.Descriptions))
	for _, a := range order {
		p.Features = append(p.Features, s.slots("{attribute}", a, "{Attribute}", capital(a)).Replace(fill(one(s.rand, wording.Features))))
	}
	for _, f := range some(s.rand, wording.ClosingFeatures, 2) {
		p.Features = append(p.Features, fill(f))
	}
	for _, o := range s.options {
		p.Options = append(p.Options, Option{o.Label, o.Values})
	}
	p.Reviews, p.Rating = s.reviews(fill)
	return p
}

// drawPrice draws a price in dollars; most end as prices in shops do.
func (s *sketch) drawPrice() float64 {
	dollars := s.shelf.Price[0] + s.rand.IntN(s.shelf.Price[1]-s.shelf.Price[0])
	cents := []int{99, 99, 99, 95, 49, 0, 50, s.rand.IntN(100)}
	return float64(dollars*100+cents[s.rand.IntN(len(cents))]) / 100
}

// reviews draws what customers wrote, and the mean of their stars.
func (s *sketch) reviews(fill func(string) string) ([]Review, string) {
	reviews := make([]Review, 1+s.rand.IntN(4))
	sum := 0
	for i := range reviews {
		stars := []int{5, 5, 5, 4, 4, 3, 2, 1}[s.rand.IntN(8)]
		mood := mood(stars)
		reviews[i] = Review{
			Title: one(s.rand, s.words.wording.ReviewTitles[mood]),
			Body:  fill(one(s.rand, s.words.wording.ReviewBodies[mood])),
			Stars: stars,
		}
		sum += stars
	}
	return reviews, fmt.Sprintf("%.1f", float64(sum)/float64(len(reviews)))
}

func mood(stars int) string {
	switch {
	case stars >= 4:
		return "good"
	case stars == 3:
		return "fair"
	}
	return "poor"
}

// filler returns what puts the sketch's words into the slots of a text.
func (s *sketch) filler(attributes []string) func(string) string {
	r := s.slots(
		"{attributes}", listed(attributes),
		"{first}", attributes[0], "{First}", s.words.capitals(attributes[0]),
		"{second}", attributes[1], "{Second}", s.words.capitals(attributes[1]),
		"{Grade}", one(s.rand, s.words.wording.Grades),
	)
	return func(text string) string { return withArticles(r.Replace(s.numbered(text))) }
}

// slots returns what fills the slots that every text may have, and more.
func (s *sketch) slots(more ...string) *strings.Replacer {
	return strings.NewReplacer(append(more,
		"{Brand}", s.brand, "{model}", s.model, "{Model}", s.model,
		"{kind}", s.kind, "{Kind}", s.words.capitals(s.kind),
		"{material}", s.material, "{Material}", s.words.capitals(s.material),
		"{use}", s.use, "{Use}", s.words.capitals(s.use),
	)...)
}
