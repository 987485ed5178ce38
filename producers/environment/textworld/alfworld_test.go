package textworld

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorded returns the path of what was recorded from the original: below
// $DREAMLOG_TESTDATA, else below shared/data beside the repository. Where it is
// not there the test is skipped; in CI, or where the variable is set, it fails.
func recorded(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("DREAMLOG_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, "alfworld", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" || os.Getenv("DREAMLOG_TESTDATA") != "" {
			t.Fatalf("the recorded games are missing: %v", err)
		}
		t.Skipf("the recorded games are not here: %v; set DREAMLOG_TESTDATA", err)
	}
	return path
}

func TestEveryRecordedAnswerIsGivenAgain(t *testing.T) {
	report, err := Check(t.Context(), recorded(t, ""), recorded(t, "traces.jsonl.gz"))
	require.NoError(t, err)
	t.Logf("\n%s", report)
	require.True(t, report.Conforms(), "%s", report)
	require.Equal(t, 167, report.Games)
	require.Equal(t, 38_991, report.Steps)
	require.Equal(t, 207, report.Walkthroughs)
}
