package catalogue

import "strings"

// Product is one thing on sale.
type Product struct {
	// ID is unique within the catalogue, in capitals; it is what one clicks on.
	ID string
	// Title, Description and Features are its texts, as shown.
	Title, Description string
	Features           []string
	// Query is the kind of thing, as one would search for it, in lower case.
	Query string
	// Category is the department, Path the way from there to its shelf.
	Category string
	Path     []string
	// Attributes are what can be said of it in a word or two.
	Attributes []string
	// Options are the groups of which a customer chooses a value each.
	Options []Option
	// Price is what it costs in dollars, PriceTag what the pages say.
	Price    float64
	PriceTag string
	// Rating is the mean number of stars, as shown.
	Rating  string
	Reviews []Review
}

// Option is a group of values of which one can be chosen, such as a colour.
type Option struct {
	Name   string
	Values []string
}

// Review is what a customer wrote.
type Review struct {
	Title, Body string
	Stars       int
}

// SearchText is what a search engine knows of the product: title,
// description, first feature and options, as in the original.
func (p *Product) SearchText() string {
	var b strings.Builder
	b.WriteString(p.Title)
	b.WriteByte(' ')
	b.WriteString(p.Description)
	if len(p.Features) > 0 {
		b.WriteByte(' ')
		b.WriteString(p.Features[0])
	}
	for _, o := range p.Options {
		b.WriteByte(' ')
		b.WriteString(o.Name)
		b.WriteString(": ")
		b.WriteString(strings.Join(o.Values, ", "))
	}
	return b.String()
}
