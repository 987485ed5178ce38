package search

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// BenchmarkFind searches 10,000 products, without remembering what it found.
func BenchmarkFind(b *testing.B) {
	c, err := catalogue.Generate(0, 10_000, 2000)
	require.NoError(b, err)
	x, err := New(b.Context(), c.Products)
	require.NoError(b, err)
	defer x.Close()
	for name, words := range map[string]func(*catalogue.Goal) string{
		"kind":           func(g *catalogue.Goal) string { return c.Products[g.Product].Query },
		"attribute kind": func(g *catalogue.Goal) string { return g.Attributes[0] + " " + c.Products[g.Product].Query },
		"instruction":    func(g *catalogue.Goal) string { return g.Instruction },
	} {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				_, err := x.find(context.Background(), words(&c.Goals[n%len(c.Goals)]))
				require.NoError(b, err)
				n++
			}
		})
	}
}

// BenchmarkIndex indexes 10,000 products.
func BenchmarkIndex(b *testing.B) {
	c, err := catalogue.Generate(0, 10_000, 0)
	require.NoError(b, err)
	for b.Loop() {
		x, err := New(b.Context(), c.Products)
		require.NoError(b, err)
		require.NoError(b, x.Close())
	}
}
