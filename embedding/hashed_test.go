package embedding_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
)

// similar is the similarity of two texts.
func similar(t *testing.T, e embedding.Encoder, a, b embedding.Text) float64 {
	v := encode(t, e, a, b)
	return dot(v[0], v[1])
}

func TestTheSameActionOnTheSameObjectsIsNearest(t *testing.T) {
	h := fit(t, steps, embedding.HashedOptions{})
	asked := embedding.Text{State: "The fridge 1 is open. In it, you see an apple 1.", Action: "take apple 1 from fridge 1"}
	same := embedding.Text{State: "The fridge 1 is open. In it, you see an apple 1 and a cup 2.", Action: "take apple 1 from fridge 1"}
	elsewhere := embedding.Text{State: "On the stove 1, you see an apple 1.", Action: "take apple 1 from fridge 1"}
	otherObject := embedding.Text{State: "The fridge 1 is open. In it, you see an apple 1.", Action: "take egg 2 from fridge 1"}
	otherAction := embedding.Text{State: "The fridge 1 is open. In it, you see an apple 1.", Action: "close fridge 1"}
	nothing := embedding.Text{State: "It rains.", Action: "wait"}
	order := []float64{1, similar(t, h, asked, same), similar(t, h, asked, elsewhere), similar(t, h, asked, otherObject), similar(t, h, asked, otherAction), similar(t, h, asked, nothing)}
	require.InDelta(t, 1, similar(t, h, asked, asked), 1e-6)
	require.True(t, slices.IsSortedFunc(order, func(a, b float64) int { return -int(math.Copysign(1, a-b)) }), "%v", order)
	require.InDelta(t, 0, order[5], 0.1)
}

// TestActionAndStateHaveTheirShares: of two texts that share only the action the
// similarity is the action's share, but for collisions of hashes.
func TestActionAndStateHaveTheirShares(t *testing.T) {
	for _, share := range []int{20, 70} {
		h := fit(t, nil, embedding.HashedOptions{ActionShare: share, Dim: 1 << 14})
		a := embedding.Text{Action: "open the red door", State: "A long corridor with seven lamps."}
		sameAction := embedding.Text{Action: "open the red door", State: "Somewhere else, entirely different."}
		sameState := embedding.Text{Action: "jump over it", State: "A long corridor with seven lamps."}
		require.InDelta(t, float64(share)/100, similar(t, h, a, sameAction), 0.02)
		require.InDelta(t, 1-float64(share)/100, similar(t, h, a, sameState), 0.02)
		long := embedding.Text{Action: a.Action, State: strings.Repeat("More and more of other things. ", 500)}
		require.InDelta(t, float64(share)/100, similar(t, h, a, long), 0.02, "a long state does not drown the action")
		alone := embedding.Text{Action: a.Action}
		require.InDelta(t, 1, similar(t, h, alone, alone), 1e-6, "what is alone has all of the length")
	}
}

// TestRareWordsWeighMore, by the worked example of two words in 7 and 1 of 7
// texts: idf 1 + log2(8/8) = 1 and 1 + log2(8/2) = 3. Their pair occurs in one.
func TestRareWordsWeighMore(t *testing.T) {
	texts := slices.Repeat([]embedding.Text{{Action: "often"}}, 6)
	h := fit(t, append(texts, embedding.Text{Action: "often rare"}), embedding.HashedOptions{Dim: 1 << 16})
	v := encode(t, h, embedding.Text{Action: "often rare"}, embedding.Text{Action: "often"}, embedding.Text{Action: "rare"})
	all := math.Sqrt(1 + 9 + 9)
	require.InDelta(t, 1/all, dot(v[0], v[1]), 1e-6)
	require.InDelta(t, 3/all, dot(v[0], v[2]), 1e-6)
	require.InDelta(t, 0, dot(v[1], v[2]), 1e-6)
	require.EqualValues(t, 7, h.Texts())
}

func TestCaseAndPunctuationDoNotMatter(t *testing.T) {
	h := fit(t, nil, embedding.HashedOptions{})
	for _, same := range [][2]string{
		{"Go to the FRIDGE 1!", "go to (the) fridge, 1"},
		{"Öffne die Tür", "öffne - die TÜR"},
		{"look\tNorth\n", " look north"},
		{"打开门", "打 开 门"},
		{"a\xffb", "a b"},
	} {
		v := encode(t, h, embedding.Text{Action: same[0]}, embedding.Text{Action: same[1]})
		require.Equal(t, v[0], v[1], "%q and %q", same[0], same[1])
	}
	v := encode(t, h, embedding.Text{Action: "cup 1 on desk 2"}, embedding.Text{Action: "cup 2 on desk 1"})
	require.Less(t, dot(v[0], v[1]), 0.8, "pairs of words tell orders apart")
}

// TestAnEncoderIsTheSameEverywhere holds the digest of an encoder and the digits
// of a vector against those that were written down: they are computed in
// integers and single roundings, so every machine has them.
func TestAnEncoderIsTheSameEverywhere(t *testing.T) {
	h := fit(t, steps, embedding.HashedOptions{})
	require.Equal(t, "hashed-965f9788981db0b7", h.ID())
	var first []string
	for i, x := range encode(t, h, steps[1])[0] {
		if x != 0 && len(first) < 3 {
			first = append(first, fmt.Sprintf("%d:%08x", i, math.Float32bits(x)))
		}
	}
	require.Equal(t, "21:3e550e5c 66:3e351902 132:3dbfc020", strings.Join(first, " "))
	reversed := slices.Clone(steps)
	slices.Reverse(reversed)
	require.Equal(t, h.ID(), fit(t, reversed, embedding.HashedOptions{}).ID(), "the order of the texts does not matter")
	for _, other := range []*embedding.Hashed{
		fit(t, steps[1:], embedding.HashedOptions{}),
		fit(t, steps, embedding.HashedOptions{Dim: 512}),
		fit(t, steps, embedding.HashedOptions{ActionShare: 71}),
	} {
		require.NotEqual(t, h.ID(), other.ID())
	}
}

func TestWrongOptionsAreExplained(t *testing.T) {
	for says, o := range map[string]embedding.HashedOptions{
		"take from 64 to 65,536": {Dim: 63}, "70000 components": {Dim: 70_000}, "take from 1 to 99": {ActionShare: 100}, "an action share of -1": {ActionShare: -1},
	} {
		_, err := embedding.FitHashed(slices.Values(steps), o)
		require.ErrorContains(t, err, says)
	}
}

func TestAnEncoderIsReadAsItWasWritten(t *testing.T) {
	h := fit(t, steps, embedding.HashedOptions{Dim: 300, ActionShare: 40})
	data, err := h.MarshalBinary()
	require.NoError(t, err)
	again, err := embedding.ReadHashed(data)
	require.NoError(t, err)
	require.Equal(t, h.ID(), again.ID())
	require.Equal(t, encode(t, h, steps...), encode(t, again, steps...))
	for _, at := range []int{0, 7, 8, 20, 30, len(data) / 2, len(data) - 1} {
		damaged := slices.Clone(data)
		damaged[at] ^= 0x10
		_, err := embedding.ReadHashed(damaged)
		require.ErrorIs(t, err, embedding.ErrUnusable, "byte %d", at)
		_, err = embedding.ReadHashed(data[:at])
		require.ErrorIs(t, err, embedding.ErrUnusable, "cut at %d", at)
	}
	_, err = embedding.ReadHashed(append(data, 0))
	require.ErrorIs(t, err, embedding.ErrUnusable)
}

// FuzzHashed: any text gives a vector of length one, or zero where it has no
// words, and the same again.
func FuzzHashed(f *testing.F) {
	for _, s := range steps {
		f.Add(s.State, s.Action)
	}
	f.Add("\xff\xfe", "打开 ١٢ ǅ")
	h := fit(f, steps, embedding.HashedOptions{Dim: 128})
	f.Fuzz(func(t *testing.T, state, action string) {
		text := embedding.Text{State: state, Action: action}
		v := encode(t, h, text, text)
		require.Equal(t, v[0], v[1])
		if n := length(v[0]); n != 0 {
			require.InDelta(t, 1, n, 1e-5)
		}
	})
}
