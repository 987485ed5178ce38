// Package search finds products by words, with Bleve's in-memory index.
//
// It owns the index and the order of results: by BM25, equally good ones by
// product id. It uses Bleve below its top package, whose import alone starts
// goroutines that nothing ends; here what New starts Close ends. It knows
// products only as texts. Package shop builds one index for all its sessions.
package search
