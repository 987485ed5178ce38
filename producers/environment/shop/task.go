package shop

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
	"github.com/dreamlog/dreamlog/schema"
)

// task puts a goal into the words of producers.
func (e *Environment) task(id, version string, g *catalogue.Goal) producers.Task {
	target := &e.catalogue.Products[g.Product]
	info := schema.JSONOf(taskInfo{target.Category, target.Query, g.Attributes, g.Options, g.PriceUpper})
	return producers.Task{
		ID:                 id,
		Environment:        Name,
		EnvironmentVersion: version,
		Split:              g.Split,
		Instruction:        g.Instruction,
		Info:               &info,
	}
}

// taskInfo is what the record says of a goal beside its words.
type taskInfo struct {
	Category   string   `json:"category"`
	Query      string   `json:"query"`
	Attributes []string `json:"attributes"`
	Options    []string `json:"options"`
	// PriceUpper in dollars; 0: no bound.
	PriceUpper float64 `json:"price_upper"`
}

// suggested returns the searches that a goal suggests: the kind of thing, each
// wanted attribute with it, and the instruction without its price.
func (e *Environment) suggested(g *catalogue.Goal) []string {
	kind := e.catalogue.Products[g.Product].Query
	words := []string{kind}
	for _, a := range g.Attributes {
		words = append(words, a+" "+kind)
	}
	instruction, _, _ := strings.Cut(strings.ToLower(g.Instruction), ", and price lower than")
	words = append(words, instruction)
	return distinct(words)
}

// distinct drops empty and repeated words, and leaves the order.
func distinct(words []string) []string {
	var kept []string
	seen := map[string]bool{"": true}
	for _, w := range words {
		if w = strings.TrimSpace(w); !seen[w] {
			seen[w] = true
			kept = append(kept, w)
		}
	}
	return kept
}
