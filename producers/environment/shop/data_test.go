package shop

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
)

// dataFolder writes files in the shape of the original's: lamps and rugs, each
// with an instruction.
func dataFolder(t *testing.T) string {
	var items, instructions []string
	for i := range 40 {
		kind := []string{"Lamp", "Rug"}[i%2]
		items = append(items, fmt.Sprintf(`{"asin": "B0%08d", "name": "Ember %s No %d", "category": "garden", "query": "%[2]s",
			"product_category": "Home › %[2]s", "full_description": "A %[2]s.", "small_description": ["Warm"], "pricing": "$%[3]d.99",
			"customization_options": {"Color": [{"value": "Red"}, {"value": "Blue"}]}}`, i, kind, i))
		instructions = append(instructions, fmt.Sprintf(`"B0%08d": {"attributes": ["warm"], "instruction": "find me a warm %s", "instruction_attributes": ["warm"]}`, i, strings.ToLower(kind)))
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"items_shuffle_1000.json": "[" + strings.Join(items, ",") + "]",
		"items_ins_v2_1000.json":  "{" + strings.Join(instructions, ",") + "}",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func TestAShopOfTheOriginalsFilesIsAnEnvironment(t *testing.T) {
	environmenttest.Run(t, func(t *testing.T) producers.Environment {
		e, err := New(t.Context(), Options{Data: dataFolder(t)})
		require.NoError(t, err)
		return e
	}, environmenttest.Options{})
}

func TestGoalsOfTheOriginalsFilesCanBeReached(t *testing.T) {
	e := open(t, Options{Data: dataFolder(t), Products: 30})
	require.Len(t, e.catalogue.Products, 30)
	require.Len(t, e.tasks, 60, "a goal for each color")
	require.Equal(t, "webshop-synthetic-30-0", e.tasks[0].ID)
	everyGoalIsReached(t, e)
}
