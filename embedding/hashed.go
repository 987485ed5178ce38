package embedding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"sync"
)

// Hashed is phi without a model: TF-IDF of the words and the pairs of words of
// action and state, hashed into Dim components with signs (Weinberger et al.,
// "Feature Hashing for Large Scale Multitask Learning", 2009, section 2).
// Action and state are embedded apart, so that but for collisions of hashes
//
//	cos(phi(s, a), phi(s', a')) = w cos(a, a') + (1 - w) cos(s, s')
//
// with w the ActionShare: a long state does not drown the action. What a word
// weighs comes from the texts that the encoder was fitted to (sklearn's smooth
// idf, with base 2): idf(x) = 1 + log2((1 + n) / (1 + df(x))), of n texts of which
// df(x) have x.
type Hashed struct {
	options HashedOptions
	texts   uint64
	// idf of each slot that words are hashed to, in eighths.
	idf     []uint8
	id      string
	scratch sync.Pool // of *counts
}

// HashedOptions say how texts are hashed. Zero values stand for the defaults.
type HashedOptions struct {
	// Dim is the number of components, from 64 to 65,536. Default: 1,024.
	Dim int
	// ActionShare of the similarity, in hundredths; the rest is the state's.
	// Default: 70.
	ActionShare int
}

func (o HashedOptions) withDefaults() HashedOptions {
	if o.Dim == 0 {
		o.Dim = 1024
	}
	if o.ActionShare == 0 {
		o.ActionShare = 70
	}
	return o
}

// Validate says what is wrong with the options.
func (o HashedOptions) Validate() error {
	o = o.withDefaults()
	switch {
	case o.Dim < 64 || o.Dim > 1<<16:
		return fmt.Errorf("hashed encoder: %d components; take from 64 to 65,536", o.Dim)
	case o.ActionShare < 1 || o.ActionShare > 99:
		return fmt.Errorf("hashed encoder: an action share of %d hundredths; take from 1 to 99", o.ActionShare)
	}
	return nil
}

// slots is the number of document frequencies that are kept: words share one
// where their hashes do.
const slots = 1 << 16

// FitHashed counts in how many of the texts each word and pair occurs.
// The order of the texts does not matter; there may be none.
func FitHashed(texts iter.Seq[Text], o HashedOptions) (*Hashed, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	var n uint64
	frequency, last := make([]uint64, slots), make([]uint64, slots)
	for t := range texts {
		n++
		count := func(feature uint64) {
			if s := slot(feature); last[s] != n {
				last[s] = n
				frequency[s]++
			}
		}
		eachFeature(ofAction, t.Action, count)
		eachFeature(ofState, t.State, count)
	}
	idf := make([]uint8, slots)
	for s, df := range frequency {
		idf[s] = uint8(min(math.MaxUint8, idfUnit+(log2(1+n)-log2(1+df))*idfUnit/log2Unit))
	}
	return newHashed(o.withDefaults(), n, idf), nil
}

func newHashed(o HashedOptions, texts uint64, idf []uint8) *Hashed {
	h := &Hashed{options: o, texts: texts, idf: idf}
	digest := sha256.Sum256(h.encode())
	h.id = "hashed-" + hex.EncodeToString(digest[:8])
	h.scratch.New = func() any { return newCounts(o.Dim) }
	return h
}

// ID has a digest of the options and of all frequencies.
func (h *Hashed) ID() string { return h.id }

// Dim is the number of components.
func (h *Hashed) Dim() int { return h.options.Dim }

// Texts is the number of texts that the encoder was fitted to.
func (h *Hashed) Texts() uint64 { return h.texts }

// Encode never fails, and takes no notice of ctx: a text takes microseconds.
func (h *Hashed) Encode(_ context.Context, texts []Text) ([][]float32, error) {
	c := h.scratch.Get().(*counts)
	defer h.scratch.Put(c)
	vectors := make([][]float32, len(texts))
	for i, t := range texts {
		vectors[i] = h.vector(c, t)
	}
	return vectors, nil
}

// idfUnit is an idf of one.
const idfUnit = 8

// Features of actions and states are hashed apart.
const (
	ofAction = 1
	ofState  = 2
)

// eachFeature calls do with the hashes of the words and the pairs of words of a
// text. Triples were tried: they told next states apart no better.
func eachFeature(part uint64, text string, do func(feature uint64)) {
	var before uint64
	eachWord(text, func(w word) {
		x := mix(part, uint64(w))
		do(x)
		if before != 0 {
			do(mix(before, x))
		}
		before = x
	})
}

// slot, component and sign of a feature come from different bits of its hash.
func slot(feature uint64) int { return int(feature & (slots - 1)) }

func component(feature uint64, dim int) int { return int(feature >> 32 * uint64(dim) >> 32) }

func negative(feature uint64) bool { return feature>>16&1 == 1 }

// counts gathers what one part of a text weighs.
type counts struct{ action, state []int64 }

func newCounts(dim int) *counts {
	return &counts{action: make([]int64, dim), state: make([]int64, dim)}
}

// vector embeds a text. Nothing is added in floating point but two rounded
// products, so that every machine computes the same.
func (h *Hashed) vector(c *counts, t Text) []float32 {
	share := float64(h.options.ActionShare) / 100
	action := h.weigh(c.action, ofAction, t.Action, share)
	state := h.weigh(c.state, ofState, t.State, 1-share)
	v := make([]float32, len(c.action))
	var squares float64
	for i := range v {
		x := float64(float64(c.action[i])*action) + float64(float64(c.state[i])*state)
		v[i] = float32(x)
		squares += float64(x * x)
	}
	if squares == 0 {
		return v
	}
	scale := 1 / math.Sqrt(squares)
	for i := range v {
		v[i] = float32(float64(v[i]) * scale)
	}
	return v
}

// weigh sums the weights of a text's features, and returns what to multiply them
// with so that the part has its share of the squared length.
func (h *Hashed) weigh(sums []int64, part uint64, text string, share float64) float64 {
	clear(sums)
	eachFeature(part, text, func(feature uint64) {
		weight := int64(h.idf[slot(feature)])
		if negative(feature) {
			weight = -weight
		}
		sums[component(feature, len(sums))] += weight
	})
	var squares int64
	for _, s := range sums {
		squares += s * s
	}
	if squares == 0 {
		return 0
	}
	return math.Sqrt(share / float64(squares))
}

// log2Unit is a logarithm of one.
const log2Unit = 256

// log2 returns the binary logarithm in integers, the same on every machine:
// squaring a number in [1, 2) gives the next digit of its logarithm.
func log2(n uint64) int {
	whole := bits.Len64(n) - 1
	digits := whole
	x := n << (63 - whole) // in [1, 2), with 63 bits after the point
	for range bits.Len(log2Unit) - 1 {
		high, low := bits.Mul64(x, x)
		digits <<= 1
		if high>>63 == 1 { // 2 or more
			digits, x = digits|1, high
			continue
		}
		x = high<<1 | low>>63
	}
	return digits
}
