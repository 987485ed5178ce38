package household

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What the splits may draw from is all listed in a home, so that what holds of
// the lists holds of every game, whatever its seed and index.

func TestUnseenRoomsAreInNoOtherSplit(t *testing.T) {
	names, layouts := map[string]Split{}, map[string]Split{}
	for split, byKind := range newHome().errands {
		for _, rooms := range byKind {
			for _, e := range rooms {
				requireSameSide(t, names, e.room.name(), split)
				requireSameSide(t, layouts, e.room.kind.name+": "+e.room.layout(), split)
			}
		}
	}
	require.Greater(t, len(names), 100)
	require.Len(t, layouts, len(names), "two rooms of a type are furnished alike")
}

// requireSameSide fails if what is used by valid_unseen is used by another
// split too.
func requireSameSide(t *testing.T, users map[string]Split, what string, split Split) {
	t.Helper()
	if other, ok := users[what]; ok {
		require.Equal(t, other == ValidUnseen, split == ValidUnseen, "%s is in %s and %s", what, other, split)
	}
	users[what] = split
}

func TestTasksOfTrainDevAndSeenDiffer(t *testing.T) {
	owner := map[string]Split{}
	for split, byKind := range newHome().errands {
		if split == ValidUnseen {
			continue
		}
		for _, rooms := range byKind {
			for _, e := range rooms {
				for _, task := range e.tasks {
					if other, ok := owner[task.signature()]; ok {
						require.Equal(t, other, split, "both have %s", task.signature())
					}
					owner[task.signature()] = split
				}
			}
		}
	}
	require.Greater(t, len(owner), 1000)
}

func TestEverySplitHasEveryKind(t *testing.T) {
	h := newHome()
	for _, split := range Splits() {
		for _, kind := range Kinds() {
			signatures := map[string]bool{}
			for _, e := range h.errands[split][kind] {
				for _, task := range e.tasks {
					signatures[task.signature()] = true
				}
			}
			require.GreaterOrEqual(t, len(signatures), 5, "%s has hardly any task of %s", split, kind)
			require.GreaterOrEqual(t, len(h.errands[split][kind]), roomsOfType-knownRoomsOfType, "%s has few rooms for %s", split, kind)
		}
	}
}

// trusting makes games without certifying them.
func trusting() *Maker {
	m := NewMaker()
	m.walkthrough = func(context.Context, gameFile) ([]string, error) { return []string{"look"}, nil }
	return m
}

func TestGamesOfAnySeedKeepToTheirSplit(t *testing.T) {
	m := trusting()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Int64().Draw(t, "seed")
		owner := map[string]Split{}
		for _, split := range Splits() {
			for range 5 {
				index := rapid.IntRange(0, 100_000).Draw(t, "index")
				g, err := m.Game(t.Context(), split, seed, index)
				require.NoError(t, err)
				folder := strings.Split(g.Path, "/")
				require.Equal(t, string(split), folder[0])
				task, room := folder[1][:strings.LastIndex(folder[1], "-")], folder[1][strings.LastIndex(folder[1], "-"):]
				require.Equal(t, split == ValidUnseen, room[len(room)-2:] > "20", "%s in %s", room, split)
				if split != ValidUnseen {
					other, ok := owner[task]
					require.True(t, !ok || other == split, "%s in %s and %s", task, split, other)
					owner[task] = split
				}
			}
		}
	})
}

func TestTrainComesAroundToEveryKnownRoom(t *testing.T) {
	m, seen := trusting(), map[string]bool{}
	for index := range 6 * 6 * knownRoomsOfType {
		g, err := m.Game(t.Context(), Train, 3, index)
		require.NoError(t, err)
		folder := strings.Split(g.Path, "/")[1]
		seen[folder[strings.LastIndex(folder, "-"):]] = true
	}
	require.Len(t, seen, 6*knownRoomsOfType)
}

func TestParseSplitNamesTheChoices(t *testing.T) {
	split, err := ParseSplit("valid_seen")
	require.NoError(t, err)
	require.Equal(t, ValidSeen, split)
	_, err = ParseSplit("test")
	require.ErrorContains(t, err, "valid_unseen")
}
