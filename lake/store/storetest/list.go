package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
)

// scattered is in the order of bytes; "-" and "." sort before "/", which a
// walk of folders by their names alone gets wrong.
var scattered = []string{
	"a-b", "a-b0/x", "a.b/c", "a/b", "a/b-c/d", "a/b.json", "a/c/d/e", "a0", "b/00000000000000000009.json",
	"b/00000000000000000010.json", "z", "é",
}

func putScattered(t *testing.T, s store.Store) {
	t.Helper()
	for i := range scattered {
		name := scattered[(i*5+3)%len(scattered)]
		put(t, s, name, name)
	}
}

func listOrder(t *testing.T, s store.Store) {
	require.True(t, slices.IsSorted(scattered))
	putScattered(t, s)
	require.Equal(t, scattered, list(t, s, "", ""))
	for info, err := range s.List(t.Context(), "", "") {
		require.NoError(t, err)
		require.Equal(t, int64(len(info.Name)), info.Size)
		require.WithinDuration(t, time.Now(), info.Modified, time.Minute)
	}
}

func listPrefix(t *testing.T, s store.Store) {
	putScattered(t, s)
	for _, prefix := range []string{"a", "a/", "a/b", "a-", "a/c/d", "a/c/d/", "b/000", "b/x", "none/", "z", "z/", "é"} {
		want := []string{}
		for _, name := range scattered {
			if strings.HasPrefix(name, prefix) {
				want = append(want, name)
			}
		}
		require.Equal(t, want, list(t, s, prefix, ""), "prefix %q", prefix)
	}
}

func listAfter(t *testing.T, s store.Store) {
	putScattered(t, s)
	for _, after := range append([]string{"!", "a", "a/", "a/b-", "a/c/", "a/c/d/f", "b/", "zz", "\xff"}, scattered...) {
		for _, prefix := range []string{"", "a/", "b/"} {
			want := []string{}
			for _, name := range scattered {
				if strings.HasPrefix(name, prefix) && name > after {
					want = append(want, name)
				}
			}
			require.Equal(t, want, list(t, s, prefix, after), "prefix %q after %q", prefix, after)
		}
	}
}

func listStops(t *testing.T, s store.Store) {
	putScattered(t, s)
	for range 3 {
		for info, err := range s.List(t.Context(), "a/", "a/b") {
			require.NoError(t, err)
			require.Equal(t, "a/b-c/d", info.Name)
			break
		}
	}
}

func listLong(t *testing.T, s store.Store) {
	const count = 1100 // more than a page of an object store
	want := make([]string, count)
	for i := range want {
		want[i] = fmt.Sprintf("log/%020d.json", i)
	}
	errs := race(8, func(worker int) error {
		for i := worker; i < count; i += 8 {
			if err := s.Replace(t.Context(), want[i], nil); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, want, list(t, s, "log/", ""))
	require.Equal(t, want[1050:], list(t, s, "log/", want[1049]))
}

func refusesNames(t *testing.T, s store.Store) {
	for _, name := range []string{
		"", ".", "..", "/", "/etc/passwd", "../outside", "a/../../outside", "a/..", "a/./b", "a//b", "a/", `a\b`, `..\outside`,
		"a\x00b", "a\nb", ".hidden", "a/.hidden", "\xff", strings.Repeat("x", 256), strings.Repeat("x/", 600) + "x",
	} {
		_, err := s.Create(t.Context(), name)
		require.ErrorIs(t, err, store.ErrName, "create %q", name)
		_, err = s.Open(t.Context(), name)
		require.ErrorIs(t, err, store.ErrName, "open %q", name)
		require.ErrorIs(t, s.Delete(t.Context(), name), store.ErrName, "delete %q", name)
		require.ErrorIs(t, s.Replace(t.Context(), name, nil), store.ErrName, "replace %q", name)
	}
	for _, prefix := range []string{"..", "../", "/", "a/../", "a//", `a\`, "a\x00", "."} {
		var listed error
		for _, err := range s.List(t.Context(), prefix, "") {
			listed = err
		}
		require.ErrorIs(t, listed, store.ErrName, "list %q", prefix)
	}
	require.Empty(t, list(t, s, "", ""))
}
