package interop_test

import (
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
)

// TestTrainersLoadAnExportOfExperience loads one by datasets and TRL, which are
// too large to be installed for one test: python -m pip install datasets
// transformers trl in the environment that DREAMLOG_VENV names.
func TestTrainersLoadAnExportOfExperience(t *testing.T) {
	python := filepath.Join(os.Getenv("DREAMLOG_VENV"), "bin", "python")
	if _, err := os.Stat(python); os.Getenv("DREAMLOG_VENV") == "" || err != nil {
		t.Skip("there is no Python with datasets and TRL: DREAMLOG_VENV is not set")
	}
	a, err := app.Create(t.Context(), app.Config{Data: filepath.Join(t.TempDir(), "data"), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	format, err := app.NewFormat("react", "")
	require.NoError(t, err)
	_, err = a.Import(t.Context(), app.ImportOptions{Format: format, Paths: []string{filepath.Join("..", "..", "examples", "tour", "data", "household")}})
	require.NoError(t, err)
	o := app.ExperienceExport{Dir: filepath.Join(t.TempDir(), "set"), KnownOptions: app.KnownOptions{K: 3}}
	o.Visibility.MaxTransitions = 300
	exported, err := a.ExportExperience(t.Context(), o)
	require.NoError(t, err)
	require.Greater(t, exported.Rows, int64(100))
	said, err := exec.CommandContext(t.Context(), python, "load_experience.py", o.Dir).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 77 {
		t.Skipf("datasets and TRL are not here: %s", strings.TrimSpace(string(said)))
	}
	require.NoError(t, err, "%s", said)
}
