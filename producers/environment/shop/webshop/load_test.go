package webshop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// Files in the shape of the original's, of a shop that is not there.
const (
	products = `[
	{"asin": "B01KETTLE1", "name": "Ember Steel Kettle", "category": "garden", "query": " Tea Kettle ", "product_category": "Home & Kitchen › Kettles",
	 "full_description": "It whistles.", "small_description": ["Steel", "Two liters"], "pricing": "$29.99", "brand": "Ember", "images": ["http://x/y.jpg"],
	 "customization_options": {"Color": [{"is_selected": true, "value": " Matte Black/Gold ", "image": null}, {"value": "RED"}], "Size": null, "Style Name": [{"value": "Classic"}]}},
	{"asin": "nan", "name": "Nothing"},
	{"asin": "B01KETTLE1", "name": "Again"},
	{"asin": "B0123456789", "name": "Its id is too long"},
	{"asin": "b01lampxx2", "name": "Lamp", "category": "tools", "query": "lamp", "product_category": "Lighting", "full_description": null,
	 "small_description": "Bright", "pricing": "$10.00 - $20.50", "customization_options": ""},
	{"asin": "B01RUGXXX3", "name": "Rug", "category": "garden", "query": "rug", "product_category": "", "full_description": "", "small_description": null,
	 "pricing": null, "customization_options": {}}
]`
	attributeFile = `{
	"B01KETTLE1": {"attributes": ["stainless steel", "easy to clean"], "instruction": "find me a steel kettle", "instruction_attributes": ["stainless steel"], "extra": [1, {"a": 2}]},
	"B0UNKNOWN1": {"attributes": 7},
	"B01LAMPXX2": {"attributes": ["dimmable"], "instruction": null, "instruction_attributes": null}
}`
	humanFile = `{
	"B01LAMPXX2": [
		{"asin": "B01LAMPXX2", "instruction": "i want a dimmable lamp.", "instruction_attributes": ["dimmable"], "instruction_options": ["warm white"]},
		{"instruction": "skipped, for nothing is asked of it", "instruction_attributes": [], "instruction_options": []}
	],
	"B0UNKNOWN1": "not a list, but nobody sells it",
	"B01KETTLE1": [{"instruction": "a red kettle", "instruction_attributes": ["easy to clean"], "instruction_options": {"style": "classic", "color": "red"}}]
}`
)

// folder writes files into a folder; each is a name and what is in it.
func folder(t testing.TB, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func small() map[string]string {
	return map[string]string{"items_shuffle_1000.json": products, "items_ins_v2_1000.json": attributeFile}
}

func load(t testing.TB, files map[string]string, l Limits) (*catalogue.Catalogue, string) {
	c, prefix, err := Load(context.Background(), folder(t, files), l)
	require.NoError(t, err)
	return c, prefix
}

func TestProductsAreReadAsTheOriginalReadsThem(t *testing.T) {
	c, _ := load(t, small(), Limits{})
	require.Len(t, c.Products, 3, "no usable id, a repeated and a long one are passed over")
	require.Equal(t, catalogue.Product{
		ID: "B01KETTLE1", Title: "Ember Steel Kettle", Description: "It whistles.", Features: []string{"Steel", "Two liters"},
		Query: "tea kettle", Category: "garden", Path: []string{"Home & Kitchen", "Kettles"},
		Attributes: []string{"stainless steel", "easy to clean"},
		Options: []catalogue.Option{
			{Name: "color", Values: []string{"matte black | gold", "red"}},
			{Name: "style name", Values: []string{"classic"}},
		},
		Price: 29.99, PriceTag: "$29.99", Rating: "N.A.",
	}, c.Products[0])

	lamp := c.Products[1]
	require.Equal(t, "B01LAMPXX2", lamp.ID)
	require.Equal(t, []string{"Bright"}, lamp.Features)
	require.Equal(t, "$10.0 to $20.5", lamp.PriceTag)
	require.Greater(t, lamp.Price, 10.0)
	require.Less(t, lamp.Price, 20.5)
	require.Empty(t, lamp.Options)

	rug := c.Products[2]
	require.Equal(t, 100.0, rug.Price)
	require.Equal(t, "$100.0", rug.PriceTag)
	require.Equal(t, []string{"DUMMY_ATTR"}, rug.Attributes, "the file has none of it")
}

func TestSyntheticGoalsAreMadeOfEveryCombination(t *testing.T) {
	c, prefix := load(t, small(), Limits{})
	require.Equal(t, "webshop-synthetic-3", prefix)
	require.Len(t, c.Goals, 2)
	// Python: random.seed(233); x = [0, 1]; random.shuffle(x) gives [1, 0].
	require.Equal(t, []string{"red", "classic"}, c.Goals[0].Options)
	require.Equal(t, []string{"matte black | gold", "classic"}, c.Goals[1].Options)
	for _, g := range c.Goals {
		require.Equal(t, []string{"stainless steel"}, g.Attributes)
		require.Equal(t, fmt.Sprintf("find me a steel kettle with color: %s, and style name: classic, and price lower than %.2f dollars", g.Options[0], g.PriceUpper), g.Instruction)
		require.Equal(t, catalogue.Test, g.Split)
		require.Contains(t, []float64{40, 50, 60}, g.PriceUpper)
	}
}

func TestHumanGoalsTakeTheirPlace(t *testing.T) {
	files := small()
	files["items_human_ins.json"] = humanFile
	c, prefix := load(t, files, Limits{})
	require.Equal(t, "webshop-human-3", prefix)
	require.Len(t, c.Goals, 2)
	require.Equal(t, []string{"red", "classic"}, c.Goals[1].Options, "an object of options goes by name")
	require.Equal(t, []string{"warm white"}, c.Goals[0].Options)
	require.True(t, strings.HasPrefix(c.Goals[0].Instruction, "i want a dimmable lamp, and price lower than "), c.Goals[0].Instruction)
	require.Equal(t, 1, c.Goals[0].Product)
	again, _ := load(t, files, Limits{})
	require.Equal(t, c, again, "prices and bounds are drawn once for all")
}

func TestLimits(t *testing.T) {
	c, prefix := load(t, small(), Limits{Products: 4, Goals: 1})
	require.Len(t, c.Products, 1, "of the first four records")
	require.Len(t, c.Goals, 1)
	require.Equal(t, "webshop-synthetic-1", prefix)
	// What follows the limit is not even read.
	files := small()
	files["items_shuffle_1000.json"] = products[:strings.Index(products, `{"asin": "nan"`)] + "garbage"
	load(t, files, Limits{Products: 1})
}

func TestTheFullSetGoesBeforeTheSmall(t *testing.T) {
	files := small()
	files["items_shuffle.json"] = strings.Replace(products, "Ember Steel", "Full", 1)
	_, _, err := Load(t.Context(), folder(t, files), Limits{})
	require.ErrorContains(t, err, "items_ins_v2.json is not")
	files["items_ins_v2.json"] = attributeFile
	c, _ := load(t, files, Limits{})
	require.Equal(t, "Full Kettle", c.Products[0].Title)
}

func TestDamagedFilesAreNamedWithTheRecord(t *testing.T) {
	for want, change := range map[string]func(map[string]string){
		"items_shuffle_1000.json: record 5 (b01lampxx2): pricing \"ten dollars\" has no dollar sign": func(f map[string]string) {
			f["items_shuffle_1000.json"] = strings.Replace(products, "$10.00 - $20.50", "ten dollars", 1)
		},
		"pricing \"$\" is not a price": func(f map[string]string) {
			f["items_shuffle_1000.json"] = strings.Replace(products, "$29.99", "$", 1)
		},
		"record 1 (B01KETTLE1): it has no name": func(f map[string]string) {
			f["items_shuffle_1000.json"] = strings.Replace(products, `"Ember Steel Kettle"`, `""`, 1)
		},
		"unmarshal JSON number into Go string within \"/0/name\"": func(f map[string]string) {
			f["items_shuffle_1000.json"] = strings.Replace(products, `"Ember Steel Kettle"`, `12`, 1)
		},
		"customization_options is [1,2] where": func(f map[string]string) {
			f["items_shuffle_1000.json"] = strings.Replace(products, `"customization_options": ""`, `"customization_options": [1,2]`, 1)
		},
		"option color: ": func(f map[string]string) {
			f["items_shuffle_1000.json"] = strings.Replace(products, `{"value": "RED"}`, `{"value": 5}`, 1)
		},
		"record 2: the file ends in the middle": func(f map[string]string) {
			f["items_shuffle_1000.json"] = products[:strings.Index(products, `"Nothing"`)]
		},
		"the file begins with { where a [ is expected": func(f map[string]string) { f["items_shuffle_1000.json"] = "{}" },
		"record 0: the file ends":                      func(f map[string]string) { f["items_shuffle_1000.json"] = "" },
		"record 1: jsontext: invalid character '<'":    func(f map[string]string) { f["items_shuffle_1000.json"] = "[<html>" },
		"it has no product":                            func(f map[string]string) { f["items_shuffle_1000.json"] = "[]" },
		"no instruction for any of the 3 products":     func(f map[string]string) { f["items_ins_v2_1000.json"] = "{}" },
		"v2_1000.json: record 1 (B01KETTLE1): json:": func(f map[string]string) {
			f["items_ins_v2_1000.json"] = `{"B01KETTLE1": {"attributes": "steel"}}`
		},
		"human_ins.json: record 1 (B01RUGXXX3): json: ": func(f map[string]string) {
			f["items_human_ins.json"] = `{"B01RUGXXX3": [{"instruction_options": 4}]}`
		},
		"instruction_options is a number where a list": func(f map[string]string) {
			f["items_human_ins.json"] = `{"B01RUGXXX3": [{"instruction_options": 4}]}`
		},
		"items_ins_v2_1000.json is not; put both": func(f map[string]string) { delete(f, "items_ins_v2_1000.json") },
	} {
		files := small()
		change(files)
		_, _, err := Load(t.Context(), folder(t, files), Limits{})
		require.ErrorContains(t, err, want)
	}
}

func TestARecordWithoutEndIsNotReadIntoMemory(t *testing.T) {
	endless := strings.NewReader(`[{"asin": "` + strings.Repeat("x", 3*maxRecord) + `"}]`)
	r := &record{}
	err := entries(t.Context(), endless, '[', r, func(r *record) error { return r.skip() })
	require.ErrorContains(t, err, "larger than 16 MiB")
	require.Less(t, 3*maxRecord-endless.Len(), 2*maxRecord)
}

func TestManyRecordsMayBeLargerThanOne(t *testing.T) {
	one := `{"asin": "` + strings.Repeat("x", maxRecord/3) + `"}`
	n := 0
	err := entries(t.Context(), strings.NewReader("["+strings.Repeat(one+",", 8)+one+"]"), '[', &record{}, func(r *record) error { n++; return r.skip() })
	require.NoError(t, err)
	require.Equal(t, 9, n)
}

func TestACancelledLoadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := Load(ctx, folder(t, small()), Limits{})
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzLoad(f *testing.F) {
	f.Add(products, attributeFile, humanFile)
	f.Add(`[{"asin":"A","name":"B","pricing":"$1$2$3"}]`, `{"A":{}}`, `{"A":[{}]}`)
	f.Add(`[`, `{"A"`, ``)
	f.Add(`[null, 1, "x"]`, `[]`, `null`)
	f.Fuzz(func(t *testing.T, products, attributes, human string) {
		files := map[string]string{"items_shuffle.json": products, "items_ins_v2.json": attributes}
		if human != "" {
			files["items_human_ins.json"] = human
		}
		c, _, err := Load(t.Context(), folder(t, files), Limits{Products: 50, Goals: 50})
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		for _, g := range c.Goals {
			require.NotEmpty(t, c.Products[g.Product].Title)
			require.NotEmpty(t, g.Attributes)
		}
	})
}
