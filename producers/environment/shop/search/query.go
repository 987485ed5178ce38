package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

const (
	// MaxResults is how many products a search finds at most, as in the original.
	MaxResults = 50
	// maxWords of a query count; what follows them is not looked for.
	maxWords = 64
)

// Search returns the products, by index, that have any of the words, the best
// match first, at most MaxResults. The result must not be changed.
func (x *Index) Search(ctx context.Context, words string) ([]int, error) {
	fields := strings.Fields(strings.ToLower(words))
	words = strings.Join(fields[:min(len(fields), maxWords)], " ")
	if found, ok := x.recent.get(words); ok {
		return found, nil
	}
	found, err := x.find(ctx, words)
	if err != nil {
		return nil, fmt.Errorf("search the products for %q: %w", words, err)
	}
	x.recent.put(words, found)
	return found, nil
}

func (x *Index) find(ctx context.Context, words string) ([]int, error) {
	ctx = context.WithValue(ctx, search.GetScoringModelCallbackKey, search.GetScoringModelCallbackFn(bm25))
	q := query.NewMatchQuery(words)
	q.SetField(field)
	matches, err := q.Searcher(ctx, x.reader, x.mapping, search.SearcherOptions{})
	if err != nil {
		return nil, err
	}
	defer matches.Close()
	pool := search.NewDocumentMatchPool(matches.DocumentMatchPoolSize()+1, 0)
	at := &search.SearchContext{DocumentMatchPool: pool, IndexReader: x.reader}
	best := best{products: x.products}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m, err := matches.Next(at)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return best.ordered(), nil
		}
		best.offer(hit{x.numbers[documentNumber(m.IndexInternalID)], rounded(m.Score)})
		pool.Put(m)
	}
}

func bm25() string { return index.BM25Scoring }
