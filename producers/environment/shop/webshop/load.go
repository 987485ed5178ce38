package webshop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// Limits are how much is read; 0 is everything.
type Limits struct{ Products, Goals int }

// Load reads the catalogue in the folder. prefix is what the ids of its goals
// begin with, before the index: files, kind of instructions and number of
// products make a goal's index mean what it does.
func Load(ctx context.Context, folder string, l Limits) (c *catalogue.Catalogue, prefix string, err error) {
	f, err := locate(folder)
	if err != nil {
		return nil, "", err
	}
	c = &catalogue.Catalogue{}
	if c.Products, err = readProducts(ctx, f.products, l.Products); err != nil {
		return nil, "", err
	}
	index := make(map[string]int, len(c.Products))
	for i := range c.Products {
		index[c.Products[i].ID] = i
	}
	written, err := readAttributes(ctx, f.attributes, c.Products, index)
	if err != nil {
		return nil, "", err
	}
	kind := "synthetic"
	if f.human != "" {
		kind = "human"
		if written, err = readHuman(ctx, f.human, index); err != nil {
			return nil, "", err
		}
	}
	if c.Goals, err = goals(c.Products, written, f.human == ""); err != nil {
		return nil, "", fmt.Errorf("goals of %s: %w", folder, err)
	}
	if l.Goals > 0 {
		c.Goals = c.Goals[:min(l.Goals, len(c.Goals))]
	}
	if len(c.Goals) == 0 {
		return nil, "", fmt.Errorf("the shop's files in %s have no instruction for any of the %d products read; read more products", folder, len(c.Products))
	}
	return c, fmt.Sprintf("webshop-%s-%d", kind, len(c.Products)), nil
}

// files are where the parts of a data set lie; human may be empty.
type files struct{ products, attributes, human string }

// locate finds the files in a folder: the full set before the small one.
func locate(folder string) (files, error) {
	for _, size := range []string{"", "_1000"} {
		f := files{
			products:   filepath.Join(folder, "items_shuffle"+size+".json"),
			attributes: filepath.Join(folder, "items_ins_v2"+size+".json"),
			human:      filepath.Join(folder, "items_human_ins.json"),
		}
		if !exists(f.products) {
			continue
		}
		if !exists(f.attributes) {
			return files{}, fmt.Errorf("read shop from %s: %s is there but %s is not; put both into the folder", folder, filepath.Base(f.products), filepath.Base(f.attributes))
		}
		if !exists(f.human) {
			f.human = ""
		}
		return f, nil
	}
	return files{}, fmt.Errorf("read shop from %s: neither items_shuffle.json nor items_shuffle_1000.json is there; give the folder with the original's data files", folder)
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
