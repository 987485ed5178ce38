package storeurl_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/blob"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/lake/store/storeurl"
)

func TestAddresses(t *testing.T) {
	dir := t.TempDir()
	for address, want := range map[string]store.Store{
		filepath.Join(dir, "plain"):                      &local.Store{},
		"file://" + filepath.Join(dir, "with%20a space"): &local.Store{},
		"mem://": &blob.Store{},
	} {
		s, err := storeurl.Open(t.Context(), address)
		require.NoError(t, err, address)
		require.IsType(t, want, s)
		require.NoError(t, store.Put(t.Context(), s, "a/b", nil))
		require.NoError(t, s.Close())
	}
	require.FileExists(t, filepath.Join(dir, "plain", "a", "b"))
	require.FileExists(t, filepath.Join(dir, "with a space", "a", "b"))
}

func TestAddressesThatAreRefused(t *testing.T) {
	for address, why := range map[string]string{
		"":                  "empty",
		"ftp://host/lake":   "unknown",
		"file://host/lake":  "absolute path",
		"file://./relative": "absolute path",
		"file:///lake?a=b":  "without host and parameters",
	} {
		_, err := storeurl.Open(t.Context(), address)
		require.ErrorContains(t, err, why, address)
	}
}
