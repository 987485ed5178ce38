package webshop

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// item is a record of the products file, as far as the shop needs it.
type item struct {
	ASIN             string         `json:"asin"`
	Name             string         `json:"name"`
	Category         string         `json:"category"`
	Query            string         `json:"query"`
	ProductCategory  string         `json:"product_category"`
	FullDescription  string         `json:"full_description"`
	SmallDescription texts          `json:"small_description"`
	Pricing          string         `json:"pricing"`
	Options          customizations `json:"customization_options"`
}

// longestASIN is the length of a product id; longer ones are passed over.
const longestASIN = 10

// readProducts reads the products, at most limit of the records; 0: all.
// Records without a usable id, and repeated ones, are passed over.
func readProducts(ctx context.Context, path string, limit int) ([]catalogue.Product, error) {
	var products []catalogue.Product
	seen := map[string]bool{}
	err := each(ctx, path, '[', func(r *record) error {
		if limit > 0 && r.number > limit {
			return errEnough
		}
		var i item
		if err := r.decode(&i); err != nil {
			return err
		}
		r.key = i.ASIN
		id := strings.ToUpper(i.ASIN)
		if id == "" || i.ASIN == "nan" || len(i.ASIN) > longestASIN || seen[id] {
			return nil
		}
		seen[id] = true
		p, err := i.product()
		if err == nil {
			products = append(products, p)
		}
		return err
	})
	if err == nil && len(products) == 0 {
		err = fmt.Errorf("read %s: it has no product; give the original's file of products", path)
	}
	return products, err
}

func (i *item) product() (catalogue.Product, error) {
	if i.Name == "" {
		return catalogue.Product{}, errors.New("it has no name")
	}
	price, tag, err := parsePrice(i.ASIN, i.Pricing)
	if err != nil {
		return catalogue.Product{}, err
	}
	return catalogue.Product{
		ID:          strings.ToUpper(i.ASIN),
		Title:       i.Name,
		Description: i.FullDescription,
		Features:    i.SmallDescription,
		Query:       strings.TrimSpace(strings.ToLower(i.Query)),
		Category:    i.Category,
		Path:        path(i.ProductCategory),
		Options:     i.Options,
		Price:       price,
		PriceTag:    tag,
		Rating:      "N.A.",
	}, nil
}

// path reads the way to the shelf: steps between angle quotes.
func path(text string) []string {
	steps := strings.Split(text, "›")
	for i := range steps {
		steps[i] = strings.TrimSpace(steps[i])
	}
	return steps
}

// texts is a list of texts; a lone text stands for a list of it, and null for
// none.
type texts []string

func (t *texts) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case 'n':
		return d.SkipValue()
	case '"':
		s, err := d.ReadToken()
		*t = texts{s.String()}
		return err
	}
	var list []string
	err := (&record{decoder: d}).decode(&list)
	*t = list
	return err
}
