package webshop

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// instruction is what was written for a product.
type instruction struct {
	Text       string   `json:"instruction"`
	Attributes []string `json:"instruction_attributes"`
	Options    choices  `json:"instruction_options"`
}

// unknownAttribute stands where the file has no attributes of a product.
const unknownAttribute = "DUMMY_ATTR"

// readAttributes gives the products their attributes, and returns the synthetic
// instructions by product.
func readAttributes(ctx context.Context, path string, products []catalogue.Product, index map[string]int) (map[int][]instruction, error) {
	written := map[int][]instruction{}
	for i := range products {
		products[i].Attributes = []string{unknownAttribute}
	}
	return written, each(ctx, path, '{', func(r *record) error {
		i, known := index[strings.ToUpper(r.key)]
		if !known {
			return r.skip()
		}
		var entry struct {
			Attributes []string `json:"attributes"`
			instruction
		}
		if err := r.decode(&entry); err != nil {
			return err
		}
		if entry.Attributes != nil {
			products[i].Attributes = entry.Attributes
		}
		if entry.Text != "" {
			written[i] = []instruction{entry.instruction}
		}
		return nil
	})
}

// readHuman returns the instructions that people wrote, by product.
func readHuman(ctx context.Context, path string, index map[string]int) (map[int][]instruction, error) {
	written := map[int][]instruction{}
	return written, each(ctx, path, '{', func(r *record) error {
		i, known := index[strings.ToUpper(r.key)]
		if !known {
			return r.skip()
		}
		var entry []instruction
		if err := r.decode(&entry); err != nil {
			return err
		}
		written[i] = entry
		return nil
	})
}

// choices are the values wanted of the options: a list, or an object of them
// by option.
type choices []string

func (c *choices) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	r := &record{decoder: d}
	switch d.PeekKind() {
	case '{':
		var byOption map[string]string
		err := r.decode(&byOption)
		for _, option := range slices.Sorted(maps.Keys(byOption)) {
			*c = append(*c, byOption[option])
		}
		return err
	case '[', 'n':
		var list []string
		err := r.decode(&list)
		*c = list
		return err
	}
	return fmt.Errorf("instruction_options is a %v where a list is expected", d.PeekKind())
}
