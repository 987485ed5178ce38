package lake

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/lake/store"
)

// RollUp gathers old entries, a thousand to an object, and then deletes their
// own objects. At least the last thousand entries keep theirs. It may be
// interrupted and run twice.
func (c *Chain) RollUp(ctx context.Context) (rolled int, err error) {
	newest, err := c.Newest(ctx)
	if err != nil || newest == nil {
		return 0, err
	}
	first, err := c.firstNumber(ctx)
	if err != nil {
		return 0, err
	}
	for k := first / rollupSize; (k+2)*rollupSize <= newest.Number; k++ {
		n, err := c.rollUp(ctx, k)
		rolled += n
		if err != nil {
			return rolled, fmt.Errorf("roll up snapshots from %d: %w", k*rollupSize, err)
		}
	}
	return rolled, nil
}

// firstNumber returns the oldest entry that still has an object of its own.
func (c *Chain) firstNumber(ctx context.Context) (int64, error) {
	for info, err := range c.store.List(ctx, entryDir, "") {
		if err != nil {
			return 0, fmt.Errorf("list snapshots: %w", err)
		}
		if n, ok := entryNumber(info.Name); ok {
			return n, nil
		}
	}
	return 0, nil
}

// sameRollUp makes sure that the roll-up that is there, from a run that was
// interrupted, holds the very entries that are about to be deleted.
func (c *Chain) sameRollUp(ctx context.Context, thousand int64, entries []byte) error {
	there, err := store.Get(ctx, c.store, rollupName(thousand))
	if err == nil && !bytes.Equal(there, entries) {
		err = fmt.Errorf("%s holds other entries; nothing was deleted, run `dreamlog verify`", rollupName(thousand))
	}
	return err
}

// gather returns the entries of a thousand, one behind the other: from their
// own objects, and those that an interrupted run has deleted from its roll-up.
func (c *Chain) gather(ctx context.Context, thousand int64) ([]byte, error) {
	rolled, err := c.readRollup(ctx, thousand)
	if err != nil {
		return nil, err
	}
	var all []byte
	for n := rolled.first; n < (thousand+1)*rollupSize; n++ {
		data, err := store.Get(ctx, c.store, entryName(n))
		if errors.Is(err, store.ErrNotExist) && rolled.entry(n) != nil {
			data, err = rolled.entry(n), nil
		}
		if err != nil {
			return nil, fmt.Errorf("read snapshot %d: %w; run `dreamlog verify`", n, err)
		}
		all = append(all, data...)
	}
	return all, nil
}

func (c *Chain) rollUp(ctx context.Context, thousand int64) (int, error) {
	first, end := max(1, thousand*rollupSize), (thousand+1)*rollupSize
	all, err := c.gather(ctx, thousand)
	if err != nil {
		return 0, err
	}
	err = store.Put(ctx, c.store, rollupName(thousand), all)
	if errors.Is(err, store.ErrExist) || errors.Is(err, store.ErrUnknown) {
		err = c.sameRollUp(ctx, thousand, all)
	}
	if err != nil {
		return 0, err
	}
	for n := first; n < end; n++ {
		if err := c.store.Delete(ctx, entryName(n)); err != nil && !errors.Is(err, store.ErrNotExist) {
			return 0, err
		}
	}
	return int(end - first), nil
}
