package rollout

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/schema"
)

// Seeds are in lakes: these answers must never change. They were computed with
// Python: hashlib.sha256(b"7/8:alfworld/10:look/trial/2").digest(), and so on.
func TestSeedsKnownAnswers(t *testing.T) {
	require.Equal(t, seeds{environment: 675176521, agent: 944851329984599}, seedsOf(7, "alfworld", "look/trial", 2))
	require.Equal(t, seeds{environment: 1540965709, agent: 286043624645673}, seedsOf(-1, "", "", 0))
}

func TestSeedsTellTheirPartsApart(t *testing.T) {
	require.NotEqual(t, seedsOf(1, "a", "b/1:c", 0), seedsOf(1, "a/1:b", "c", 0))
	require.NotEqual(t, seedsOf(1, "a", "b", 11), seedsOf(11, "a", "b", 1))
}

func TestSentencesAreFitToBeRecorded(t *testing.T) {
	require.Equal(t, "short", sentence("short"))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat(string(rapid.SliceOf(rapid.Byte()).Draw(t, "text")), rapid.IntRange(1, 300).Draw(t, "times"))
		s := sentence(text)
		if !utf8.ValidString(s) || len(s) > maxSentence+len("…") {
			t.Fatalf("%d bytes of %q became %d", len(text), text, len(s))
		}
	})
}

func TestNotesOfAnyInfo(t *testing.T) {
	for _, text := range []schema.JSON{``, `[]`, `{"interrupted":"yes"}`, `{"agent_seed":1e99}`, `{`, `{"other":1}`} {
		require.Zero(t, notesOf(&text), string(text))
	}
	require.Zero(t, notesOf(nil))
	n := notes{AgentSeed: new(int64(1)<<53 - 1), K: new(0), Interrupted: true}
	require.Equal(t, n, notesOf(n.column()))
}
