package reward

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// fuzzyMatch is the similarity, of 0 to 100, above which two texts are taken
// for the same.
const fuzzyMatch = 85

// Score is how well a purchase fits a goal, part by part.
type Score struct {
	// Type is how far the kind of thing is the one asked for: 0, 0.1, 0.5 or 1.
	Type float64 `json:"r_type"`
	// Attributes and Options are how many of those asked for were matched.
	Attributes int `json:"attributes_matched"`
	Options    int `json:"options_matched"`
	// Asked is how many attributes and options were asked for.
	Asked int `json:"asked"`
	// Price says whether the price was within the bound.
	Price bool `json:"price_matched"`
}

// Reward is the grade, in [0,1]; 1 only where everything fits.
func (s Score) Reward() float64 {
	matched := s.Attributes + s.Options
	if s.Price {
		matched++
	}
	return s.Type * float64(matched) / float64(s.Asked+1)
}

// Of grades the purchase of a product with the chosen options. target is the
// product that the goal was written for.
func (g *Grader) Of(goal *catalogue.Goal, target, bought *catalogue.Product, chosen []string) Score {
	return Score{
		Type:       g.typeOf(target, bought),
		Attributes: attributesMatched(goal.Attributes, bought),
		Options:    g.optionsMatched(goal.Options, chosen),
		Asked:      len(goal.Attributes) + len(goal.Options),
		Price:      goal.PriceUpper == 0 || bought.Price <= goal.PriceUpper,
	}
}

// attributesMatched counts the attributes that the product has among its own,
// or word by word in one of its texts.
func attributesMatched(asked []string, p *catalogue.Product) int {
	n := 0
	for _, a := range asked {
		if hasAttribute(p.Attributes, a) || mentions(p, a) {
			n++
		}
	}
	return n
}

func hasAttribute(attributes []string, asked string) bool {
	for _, a := range attributes {
		if similarity(a, asked) > fuzzyMatch {
			return true
		}
	}
	return false
}

func mentions(p *catalogue.Product, attribute string) bool {
	return strings.Contains(strings.ToLower(p.Title), attribute) ||
		strings.Contains(strings.ToLower(strings.Join(p.Features, " ")), attribute) ||
		strings.Contains(strings.ToLower(p.Description), attribute)
}

func (g *Grader) optionsMatched(asked, chosen []string) int {
	n := 0
	for _, a := range asked {
		for _, c := range chosen {
			if g.OptionMatches(a, c) {
				n++
				break
			}
		}
	}
	return n
}

// OptionMatches says whether a chosen value is what was asked for. Two shades
// of a colour are the same.
func (g *Grader) OptionMatches(asked, chosen string) bool {
	return similarity(g.plainColor(chosen), g.plainColor(asked)) > fuzzyMatch
}
