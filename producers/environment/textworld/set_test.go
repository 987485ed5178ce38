package textworld

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// lines writes games as a .jsonl.
func lines(t *testing.T, paths ...string) []byte {
	var b bytes.Buffer
	for _, path := range paths {
		fmt.Fprintf(&b, "{\"path\": %q, \"game\": %s}\n\n", path, textOf(t, kitchen))
	}
	return b.Bytes()
}

func TestSetsAreReadFromEveryForm(t *testing.T) {
	text := lines(t, "valid_train/kind/trial1/game.tw-pddl", "kind/trial2/game.tw-pddl", "other/kind/trial3/game.tw-pddl")
	var gz, zst bytes.Buffer
	g := gzip.NewWriter(&gz)
	_, err := g.Write(text)
	require.NoError(t, err)
	require.NoError(t, g.Close())
	z, err := zstd.NewWriter(&zst)
	require.NoError(t, err)
	_, err = z.Write(text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for name, content := range map[string][]byte{"a.jsonl": text, "a.jsonl.gz": gz.Bytes(), "a.jsonl.zst": zst.Bytes()} {
		dir := t.TempDir()
		for _, path := range []string{write(t, dir, name, content), dir} {
			entries, err := ReadSet(path, "dev")
			require.NoError(t, err, name)
			require.Len(t, entries, 3)
			require.Equal(t, []string{"kind/trial1", "kind/trial2", "kind/trial3"}, []string{entries[0].ID, entries[1].ID, entries[2].ID})
			require.Equal(t, []string{"train", "dev", "other"}, []string{entries[0].Split, entries[1].Split, entries[2].Split})
			s, err := entries[1].Load()
			require.NoError(t, err)
			require.Equal(t, []string{kitchen.Domain, kitchen.Grammar, kitchen.Problem}, []string{s.Domain, s.Grammar, s.Problem})
		}
	}
}

func TestADamagedLineIsAGameThatCannotBeLoaded(t *testing.T) {
	text := append(lines(t, "kind/a/game.tw-pddl"), []byte("{\"path\": \"kind/b\n{\"path\": \"kind/c/game.tw-pddl\"}\n{\"path\": \"kind/d/game.tw-pddl\", \"game\": {\"grammar\": 1}}\n")...)
	entries, err := ReadSet(write(t, t.TempDir(), "set.jsonl", text), "")
	require.NoError(t, err)
	require.Len(t, entries, 4)
	require.Equal(t, "set-line-3", entries[1].ID)
	for i, want := range []string{"", "set.jsonl, line 3: the line is not a JSON object", "set.jsonl, line 4", "game kind/d in "} {
		_, err := entries[i].Load()
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

func TestWhatIsNoSetIsAnError(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir + "/nosuch":                       "no such file",
		dir:                                   "no games in",
		write(t, t.TempDir(), "a.txt", nil):   "neither a .tw-pddl file nor a .jsonl",
		write(t, t.TempDir(), "a.jsonl", nil): "no games in",
		write(t, t.TempDir(), "a.jsonl", []byte("\x1f\x8b")):                                 "read games from",
		write(t, t.TempDir(), "a.jsonl", lines(t, "k/a/game.tw-pddl", "x/k/a/game.tw-pddl")): "two games have the id k/a",
	} {
		_, err := ReadSet(path, "")
		require.ErrorContains(t, err, want, path)
	}
}

func TestAGameFileThatIsNoneSaysWhy(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "not a .tw-pddl game",
		"{\n\"grammar\": \"x":  "line 2",
		`[1]`:                  "not a .tw-pddl game",
		`{"pddl_domain": "x"}`: `it has no "grammar"`,
		`{"pddl_domain": "x", "grammar": "x", "pddl_problem": "x", "solvable": false}`: "says that the game is not solvable",
	} {
		_, err := ParseSource([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}
