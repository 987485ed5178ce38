package catalogue

import (
	"embed"
	"fmt"

	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml
var data embed.FS

// words are what generated products are made of.
type words struct {
	shelves []shelf
	options map[string]optionWords
	wording wording
}

// shelf is an aisle within its department: kinds that share their words.
type shelf struct {
	department, category string
	Aisle                string   `yaml:"aisle"`
	Kinds                []string `yaml:"kinds"`
	Attributes           []string `yaml:"attributes"`
	Materials            []string `yaml:"materials"`
	Uses                 []string `yaml:"uses"`
	Options              []string `yaml:"options"`
	Price                [2]int   `yaml:"price"` // in dollars, from and to
}

type optionWords struct {
	Label  string   `yaml:"label"`
	Phrase string   `yaml:"phrase"`
	Values []string `yaml:"values"`
}

type wording struct {
	BrandHeads      []string            `yaml:"brand_heads"`
	BrandTails      []string            `yaml:"brand_tails"`
	Grades          []string            `yaml:"grades"`
	Acronyms        []string            `yaml:"acronyms"`
	Titles          []string            `yaml:"titles"`
	Descriptions    []string            `yaml:"descriptions"`
	Features        []string            `yaml:"features"`
	ClosingFeatures []string            `yaml:"closing_features"`
	ReviewTitles    map[string][]string `yaml:"review_titles"`
	ReviewBodies    map[string][]string `yaml:"review_bodies"`
	Instructions    []string            `yaml:"instructions"`
}

// loadWords reads the words that the binary carries.
func loadWords() (*words, error) {
	var departments []struct {
		Department string  `yaml:"department"`
		Category   string  `yaml:"category"`
		Aisles     []shelf `yaml:"aisles"`
	}
	w := &words{}
	if err := load("departments.yaml", &departments); err != nil {
		return nil, err
	}
	if err := load("options.yaml", &w.options); err != nil {
		return nil, err
	}
	if err := load("wording.yaml", &w.wording); err != nil {
		return nil, err
	}
	for _, d := range departments {
		for _, s := range d.Aisles {
			s.department, s.category = d.Department, d.Category
			w.shelves = append(w.shelves, s)
		}
	}
	return w, nil
}

func load(name string, into any) error {
	f, err := data.Open("data/" + name)
	if err != nil {
		return fmt.Errorf("open the shop's words: %w", err)
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read the shop's words in %s: %w", name, err)
	}
	return nil
}
