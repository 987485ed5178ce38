package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
)

func TestEveryFormatIsMadeUnderItsName(t *testing.T) {
	for _, f := range app.ImportFormats() {
		query := ""
		if f.Name == "mapping" {
			query = "SELECT 1"
		}
		format, err := app.NewFormat(f.Name, query)
		require.NoError(t, err, f.Name)
		require.Equal(t, f.Name, format.Name())
		require.NotEmpty(t, f.Summary, f.Name)
	}
}

func TestUnknownFormatNamesTheNearest(t *testing.T) {
	for name, nearest := range map[string]string{
		"tau-bench": "taubench", "ReAct": "react", "sweagent": "swe-agent", "webshop2": "webshop",
		"textworld": "textworld-express", "message": "messages", "dojo": "agentdojo", "spreadsheet": "",
	} {
		_, err := app.NewFormat(name, "")
		var unknown *app.UnknownFormatError
		require.ErrorAs(t, err, &unknown, name)
		require.Equal(t, nearest, unknown.Nearest, name)
	}
}

func TestQueryBelongsToMapping(t *testing.T) {
	_, err := app.NewFormat("mapping", "")
	require.ErrorContains(t, err, "--query")
	_, err = app.NewFormat("react", "SELECT 1")
	require.ErrorContains(t, err, "format react takes no query")
}
