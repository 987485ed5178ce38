package webshop

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// customizations are the options of a product, in the order of the file: an
// object of lists of {value}. An option without a list, and anything empty in
// place of the object, counts for nothing.
type customizations []catalogue.Option

func (c *customizations) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if kind := d.PeekKind(); kind != '{' {
		v, err := d.ReadValue()
		if err == nil && kind != 'n' && len(v) > len(`""`) {
			err = fmt.Errorf("customization_options is %s where an object of lists is expected", v[:min(len(v), 40)])
		}
		return err
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		option := catalogue.Option{Name: strings.ToLower(name.String())}
		if option.Values, err = values(d); err != nil {
			return fmt.Errorf("option %s: %w", option.Name, err)
		}
		if option.Values != nil {
			c.set(option)
		}
	}
	_, err := d.ReadToken()
	return err
}

// set adds the option; of two whose names differ only in case the latter holds.
func (c *customizations) set(option catalogue.Option) {
	for i, o := range *c {
		if o.Name == option.Name {
			(*c)[i] = option
			return
		}
	}
	*c = append(*c, option)
}

// values reads the values of an option, as the pages show them: in lower case,
// with a bar for a slash. null is nil.
func values(d *jsontext.Decoder) ([]string, error) {
	var contents []struct {
		Value string `json:"value"`
	}
	if err := (&record{decoder: d}).decode(&contents); err != nil || contents == nil {
		return nil, err
	}
	found := make([]string, len(contents))
	for i, c := range contents {
		found[i] = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(c.Value), "/", " | "))
	}
	return found, nil
}
