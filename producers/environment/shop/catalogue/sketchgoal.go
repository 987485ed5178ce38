package catalogue

import "strings"

// goal asks for the sketched product without naming it: some of its
// attributes, a value of some of its options, a bound of its price.
func (s *sketch) goal(product int) Goal {
	g := Goal{Product: product, Split: s.split()}
	g.Attributes = some(s.rand, s.attributes, 1+s.rand.IntN(len(s.attributes)-1))
	asked := ""
	for _, o := range s.options {
		if s.rand.IntN(4) == 0 {
			continue
		}
		value := one(s.rand, o.Values)
		g.Options = append(g.Options, value)
		asked += ", " + strings.ReplaceAll(o.Phrase, "{value}", value)
	}
	text := s.numbered(one(s.rand, s.words.wording.Instructions))
	text = withArticles(s.slots("{attributes}", listed(g.Attributes), "{options}", asked).Replace(text))
	g.PriceUpper = PriceBound(s.rand, s.price)
	g.Instruction = WithBound(text, g.PriceUpper)
	return g
}

// split draws the part of the goals: eight of ten are for training.
func (s *sketch) split() string {
	n := s.rand.IntN(10)
	switch {
	case s.unseen:
		return ValidUnseen
	case n == 0:
		return Dev
	case n == 1:
		return ValidSeen
	}
	return Train
}
