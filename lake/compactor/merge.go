package compactor

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// rowsOf yields the rows of a file in its order, some hundred in memory. An
// error ends it.
func rowsOf(ctx context.Context, s store.Store, table, name string) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		if err := eachRow(ctx, s, table, name, yield); err != nil && !errors.Is(err, errStop) {
			yield(nil, fmt.Errorf("read %s: %w", name, err))
		}
	}
}

// errStop ends the reading of a file early.
var errStop = errors.New("enough rows")

func eachRow(ctx context.Context, s store.Store, table, name string, yield func(schema.Row, error) bool) (err error) {
	o, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	return parquetfile.Read(ctx, o, o.Size(), table, func(rows []schema.Row) error {
		for _, row := range rows {
			if !yield(row, nil) {
				return errStop
			}
		}
		return nil
	})
}

// merged yields the rows of sorted files in the order of schema.Compare.
func merged(ctx context.Context, s store.Store, table string, files []lake.DataFile) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		var fronts heads
		for _, f := range files {
			next, stop := iter.Pull2(rowsOf(ctx, s, table, f.Name))
			defer stop()
			front := &head{next: next}
			if more, err := front.advance(); err != nil {
				yield(nil, err)
				return
			} else if more {
				fronts = append(fronts, front)
			}
		}
		heap.Init(&fronts)
		for len(fronts) > 0 {
			if !yield(fronts[0].row, nil) {
				return
			}
			more, err := fronts[0].advance()
			switch {
			case err != nil:
				yield(nil, err)
				return
			case more:
				heap.Fix(&fronts, 0)
			default:
				heap.Pop(&fronts)
			}
		}
	}
}

// head is the first row of a file that was not merged yet.
type head struct {
	row  schema.Row
	next func() (schema.Row, error, bool)
}

// advance goes on to the next row, and says whether there is one.
func (h *head) advance() (more bool, err error) {
	h.row, err, more = h.next()
	return more && err == nil, err
}

// heads is a heap: the least row lies on top.
type heads []*head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return schema.Compare(h[i].row, h[j].row) < 0 }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *heads) Push(x any) { *h = append(*h, x.(*head)) }

// Pop implements heap.Interface.
func (h *heads) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
