package embedding

import (
	"context"
	"math"
)

// Text is what is embedded: an action, and the state that it is taken in. Either
// may be empty.
type Text struct{ State, Action string }

// Encoder is phi. It is safe for concurrent use.
type Encoder interface {
	// ID names the encoder with all that its vectors depend on: vectors are
	// compared only with those of the same ID.
	ID() string
	// Dim is the number of components of a vector.
	Dim() int
	// Encode returns a vector for each text, in order: of length one, or zero for
	// a text that has nothing to embed. The caller may keep and change them.
	Encode(ctx context.Context, texts []Text) ([][]float32, error)
}

// resolution is the number of steps that similarities are told apart by, between
// 0 and 1.
const resolution = 1e6

// Quantise rounds a cosine to a millionth. Similarities are compared and
// recorded only so: what is equally similar is then so on every machine.
func Quantise(cosine float64) float64 {
	return math.Round(cosine*resolution) / resolution
}
