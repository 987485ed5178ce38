package durable_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/durable"
)

func TestAFolderIsSynced(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, durable.SyncFolder(folder))
	missing := filepath.Join(folder, "missing")
	err := durable.SyncFolder(missing)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, missing)
}
