package shop

import (
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
	"github.com/dreamlog/dreamlog/producers/environment/shop/search"
)

// Options are what a user may decide about a shop. The zero value is a shop of
// 10,000 generated products with 2,000 goals.
type Options struct {
	// Seed of generated products and goals; files have none.
	Seed int64
	// Products is how many are generated, or at most read; 0: 10,000, or all of
	// the file.
	Products int
	// Goals is how many are generated, or at most read; 0: 2,000, or all of the
	// file. A generated product has one goal at most.
	Goals int
	// Data is the folder with the original's files; empty: generate.
	Data string
	// MaxPages is how many pages of ten results a search shows at most, 1 to 5;
	// 0: 5, as in the original.
	MaxPages int
}

const (
	defaultProducts = 10_000
	defaultGoals    = 2_000
	pageSize        = 10 // results on a page
)

// Validate says what is wrong with the options.
func (o Options) Validate() error {
	switch {
	case o.Products < 0 || o.Data == "" && o.Products > catalogue.MaxProducts:
		return fmt.Errorf("shop of %d products: give 1 to %d, or 0 for the default", o.Products, catalogue.MaxProducts)
	case o.Goals < 0:
		return fmt.Errorf("shop with %d goals: give 1 or more, or 0 for the default", o.Goals)
	case o.MaxPages < 0 || o.MaxPages > search.MaxResults/pageSize:
		return fmt.Errorf("shop with %d pages of results: give 1 to %d, or 0 for all of them", o.MaxPages, search.MaxResults/pageSize)
	}
	return nil
}

// generated fills in what a generated shop has by default.
func (o Options) generated() Options {
	if o.Products == 0 {
		o.Products = defaultProducts
	}
	if o.Goals == 0 {
		o.Goals = min(defaultGoals, o.Products)
	}
	return o
}

// maxResults is how many results a search shows.
func (o Options) maxResults() int {
	if o.MaxPages == 0 {
		return search.MaxResults
	}
	return o.MaxPages * pageSize
}
