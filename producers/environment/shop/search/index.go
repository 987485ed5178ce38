package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// Index is a full-text index of products. It is safe for concurrent use.
type Index struct {
	products []catalogue.Product
	analysis *index.AnalysisQueue
	index    index.Index
	reader   index.IndexReader
	mapping  *mapping.IndexMappingImpl
	numbers  []int // product by the number that Bleve gave its document
	recent   recent
	close    func() error // once
}

const (
	field     = "text"
	batchSize = 25_000 // documents analysed together; Bleve makes a segment of each batch
)

// New indexes the products, which must not change afterwards.
func New(ctx context.Context, products []catalogue.Product) (*Index, error) {
	x := &Index{products: products, analysis: index.NewAnalysisQueue(runtime.GOMAXPROCS(0)), mapping: mapping.NewIndexMapping()}
	x.mapping.DefaultAnalyzer = en.AnalyzerName
	x.close = sync.OnceValue(x.free)
	var err error
	x.index, err = scorch.NewScorch(scorch.Name, map[string]any{"path": ""}, x.analysis)
	if err != nil {
		x.analysis.Close()
		return nil, fmt.Errorf("create the product index: %w", err)
	}
	if err := x.fill(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("index %d products: %w", len(products), err), x.Close())
	}
	return x, nil
}

func (x *Index) fill(ctx context.Context) error {
	if err := x.index.Open(); err != nil {
		return err
	}
	analyzer := x.mapping.AnalyzerNamed(en.AnalyzerName)
	batch := index.NewBatch()
	for i := range x.products {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := document.NewDocument(documentID(i))
		d.AddField(document.NewTextFieldCustom(field, nil, []byte(x.products[i].SearchText()), index.IndexField, analyzer))
		batch.Update(d)
		if len(batch.IndexOps) == batchSize || i == len(x.products)-1 {
			if err := x.index.Batch(batch); err != nil {
				return err
			}
			batch = index.NewBatch()
		}
	}
	return x.read()
}

// read opens the finished index, and notes which product each document is:
// Bleve numbers the documents of a batch in an order of its own.
func (x *Index) read() error {
	var err error
	if x.reader, err = x.index.Reader(); err != nil {
		return err
	}
	all, err := x.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer all.Close()
	x.numbers = make([]int, len(x.products))
	for range x.products {
		number, err := all.Next()
		if err != nil {
			return err
		}
		id, err := x.reader.ExternalID(number)
		if err != nil {
			return err
		}
		x.numbers[documentNumber(number)] = int(binary.BigEndian.Uint32([]byte(id)))
	}
	return nil
}

func documentID(product int) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(product)))
}

// documentNumber reads Bleve's number of a document, which counts from 0.
func documentNumber(id index.IndexInternalID) int { return int(binary.BigEndian.Uint64(id)) }

// Close frees the index; nothing may be searched any more. It may be called
// again.
func (x *Index) Close() error { return x.close() }

func (x *Index) free() error {
	var err error
	if x.reader != nil {
		err = x.reader.Close()
	}
	err = errors.Join(err, x.index.Close())
	x.analysis.Close()
	if err != nil {
		return fmt.Errorf("close the product index: %w", err)
	}
	return nil
}
