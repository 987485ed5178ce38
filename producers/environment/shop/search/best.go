package search

import (
	"container/heap"
	"math"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// hit is a product that matches.
type hit struct {
	product int
	score   float64
}

// rounded drops the last digits of a score, which depend on the order in which
// Bleve adds up the words, so that equal matches have equal scores.
func rounded(score float64) float64 { return math.Round(score*1e6) / 1e6 }

// best keeps the best hits, as a heap with the worst of them on top.
type best struct {
	products []catalogue.Product
	hits     []hit
}

// compare orders the better hit first.
func (b *best) compare(x, y hit) int {
	switch {
	case x.score > y.score:
		return -1
	case x.score < y.score:
		return 1
	}
	return strings.Compare(b.products[x.product].ID, b.products[y.product].ID)
}

// offer takes the hit where it is one of the best.
func (b *best) offer(h hit) {
	if len(b.hits) < MaxResults {
		heap.Push(b, h)
		return
	}
	if b.compare(h, b.hits[0]) < 0 {
		b.hits[0] = h
		heap.Fix(b, 0)
	}
}

// ordered returns the products of the hits, the best first.
func (b *best) ordered() []int {
	slices.SortFunc(b.hits, b.compare)
	products := make([]int, len(b.hits))
	for i, h := range b.hits {
		products[i] = h.product
	}
	return products
}

// heap.Interface

func (b *best) Len() int           { return len(b.hits) }
func (b *best) Less(i, j int) bool { return b.compare(b.hits[i], b.hits[j]) > 0 }
func (b *best) Swap(i, j int)      { b.hits[i], b.hits[j] = b.hits[j], b.hits[i] }
func (b *best) Push(h any)         { b.hits = append(b.hits, h.(hit)) }
func (b *best) Pop() any           { panic("nothing is popped: worse hits are replaced") }
