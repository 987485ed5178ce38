package schema

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Derived ids are in lakes: these answers must never change. They were
// computed with Python, for the first: uuid5(uuid5(NAMESPACE_URL,
// "https://github.com/dreamlog/dreamlog"), "7:episode5:react").
func TestDeriveIDKnownAnswers(t *testing.T) {
	for want, parts := range map[string][]string{
		"8009e25d-adeb-53c1-b8d0-e8cd447a030f": {"episode", "react"},
		"a1d98b54-0d89-569d-98b7-9c20b1e679bd": {},
		"5faade19-3df0-5670-850e-7f40e9a71f6e": {""},
		"e4f8c2e2-cb55-55cf-a8f3-7fc4f8087479": {"event", "é", "0"},
	} {
		require.Equal(t, want, DeriveID(parts...))
	}
}

func TestDeriveIDTellsPartsApart(t *testing.T) {
	require.NotEqual(t, DeriveID("ab", "c"), DeriveID("a", "bc"))
	require.NotEqual(t, DeriveID(), DeriveID(""))
	require.NotEqual(t, DeriveID("1:a"), DeriveID("", "a"))
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "a")
		b := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "b")
		same := len(a) == len(b)
		for i := range min(len(a), len(b)) {
			same = same && a[i] == b[i]
		}
		if same != (DeriveID(a...) == DeriveID(b...)) {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestIDsAreUUIDs(t *testing.T) {
	derived, err := uuid.Parse(DeriveID("a"))
	require.NoError(t, err)
	require.EqualValues(t, 5, derived.Version())
	first, second := NewID(), NewID()
	fresh, err := uuid.Parse(first)
	require.NoError(t, err)
	require.EqualValues(t, 7, fresh.Version())
	require.Less(t, first, second, "they sort by the time they were made")
}

// Samples that were drawn must be drawn again: these are the published digests
// of "" and "abc".
func TestHashIDKnownAnswers(t *testing.T) {
	require.Equal(t, uint64(0xe3b0c44298fc1c14), HashID(""))
	require.Equal(t, uint64(0xba7816bf8f01cfea), HashID("abc"))
}
