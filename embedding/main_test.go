package embedding_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/embedding"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// steps are texts of a small household.
var steps = []embedding.Text{
	{State: "You are in the kitchen. You see a fridge 1 and a stove 1.", Action: "go to fridge 1"},
	{State: "The fridge 1 is closed.", Action: "open fridge 1"},
	{State: "The fridge 1 is open. In it, you see an apple 1 and an egg 2.", Action: "take apple 1 from fridge 1"},
	{State: "You pick up the apple 1 from the fridge 1.", Action: "close fridge 1"},
	{State: "You are in the kitchen. You see a fridge 1 and a stove 1.", Action: "go to stove 1"},
	{State: "On the stove 1, you see a pan 1.", Action: "take pan 1 from stove 1"},
	{State: "You pick up the pan 1 from the stove 1.", Action: "inventory"},
	{State: "You are carrying: a pan 1.", Action: "look"},
}

func fit(t testing.TB, texts []embedding.Text, o embedding.HashedOptions) *embedding.Hashed {
	t.Helper()
	h, err := embedding.FitHashed(slices.Values(texts), o)
	require.NoError(t, err)
	return h
}

func encode(t testing.TB, e embedding.Encoder, texts ...embedding.Text) [][]float32 {
	t.Helper()
	vectors, err := e.Encode(context.Background(), texts)
	require.NoError(t, err)
	return vectors
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// fixed is an encoder whose vectors the test makes itself.
type fixed int

func (fixed) ID() string { return "fixed" }
func (f fixed) Dim() int { return int(f) }
func (f fixed) Encode(context.Context, []embedding.Text) ([][]float32, error) {
	panic("nothing is encoded")
}

// clustered returns n vectors around some centres, a share of their components
// zero.
func clustered(random *rand.Rand, n, dim int, zero float64) [][]float32 {
	centres := make([][]float32, 1+n/20)
	for i := range centres {
		centres[i] = noise(random, dim, zero)
	}
	vectors := make([][]float32, n)
	for i := range vectors {
		v := slices.Clone(centres[random.IntN(len(centres))])
		for j, x := range noise(random, dim, zero) {
			if v[j] != 0 {
				v[j] += x / 2
			}
		}
		vectors[i] = v
	}
	return vectors
}

func noise(random *rand.Rand, dim int, zero float64) []float32 {
	v := make([]float32, dim)
	for i := range v {
		if random.Float64() >= zero {
			v[i] = float32(random.NormFloat64())
		}
	}
	return v
}
