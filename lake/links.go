package lake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Link is one entry of the chain as it lies in the store.
type Link struct {
	Number int64
	// Object is the name of the object that it lies in.
	Object string
	// Digest is the SHA-256 in hex over its bytes, which the next entry names;
	// empty when it is missing.
	Digest string
	// Snapshot is what it says; nil when it is missing or damaged.
	Snapshot *Snapshot
	// Damage says what is wrong with it; nil when it can be read.
	Damage error
}

// Last returns the number of the newest entry that there must be, damaged or
// not; 0: there is none.
func (c *Chain) Last(ctx context.Context) (int64, error) {
	last, err := c.lastNumber(ctx)
	if err != nil {
		return 0, err
	}
	for info, err := range c.store.List(ctx, rollupDir, "") {
		if err != nil {
			return 0, fmt.Errorf("list roll-ups: %w", err)
		}
		if k, ok := rollupNumber(info.Name); ok {
			last = max(last, (k+1)*rollupSize-1)
		}
	}
	return last, nil
}

// rollupNumber returns the number in a roll-up's name; false for other names.
func rollupNumber(name string) (int64, bool) {
	digits, isRollup := strings.CutSuffix(strings.TrimPrefix(name, rollupDir), ".jsonl")
	k, err := strconv.ParseInt(digits, 10, 64)
	return k, isRollup && err == nil && rollupName(k) == name
}

// Links yields the entries from 1 to last in order, each roll-up read once,
// also those that are missing or damaged: it is for who checks the chain. An
// error, of the store or of ctx, ends it.
func (c *Chain) Links(ctx context.Context, last int64) iter.Seq2[Link, error] {
	return func(yield func(Link, error) bool) {
		var rolled rollup
		for n := int64(1); n <= last; n++ {
			if n == 1 || n%rollupSize == 0 {
				var err error
				if rolled, err = c.readRollup(ctx, n/rollupSize); err != nil {
					yield(Link{}, err)
					return
				}
			}
			link, err := c.link(ctx, n, &rolled)
			if !yield(link, err) || err != nil {
				return
			}
		}
	}
}

// rollup is a roll-up, line by line; without lines when there is none.
type rollup struct {
	name  string
	first int64
	lines [][]byte
}

func (c *Chain) readRollup(ctx context.Context, thousand int64) (rollup, error) {
	r := rollup{name: rollupName(thousand), first: max(1, thousand*rollupSize)}
	data, err := store.Get(ctx, c.store, r.name)
	if errors.Is(err, store.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("read roll-up: %w", err)
	}
	for line := range bytes.Lines(data) {
		r.lines = append(r.lines, line)
	}
	return r, nil
}

// entry returns the line of an entry; nil when the roll-up does not have it.
func (r *rollup) entry(number int64) []byte {
	if i := number - r.first; i < int64(len(r.lines)) {
		return r.lines[i]
	}
	return nil
}

// surplus says whether the roll-up goes on behind an entry that is its last.
func (r *rollup) surplus(number int64) bool {
	return number%rollupSize == rollupSize-1 && int64(len(r.lines)) > number-r.first+1
}

// link reads one entry, from its own object or the roll-up. Both are there
// after an interrupted roll-up, and then must be the same.
func (c *Chain) link(ctx context.Context, number int64, rolled *rollup) (Link, error) {
	link := Link{Number: number, Object: entryName(number)}
	data, err := store.Get(ctx, c.store, link.Object)
	if err != nil && !errors.Is(err, store.ErrNotExist) {
		return link, fmt.Errorf("read snapshot %d: %w", number, err)
	}
	line := rolled.entry(number)
	switch {
	case data == nil && line == nil:
		link.Damage = fmt.Errorf("snapshot %d is missing", number)
		return link, nil
	case data == nil:
		data, link.Object = line, rolled.name
	case line != nil && !bytes.Equal(data, line):
		link.Damage = fmt.Errorf("snapshot %d is not the same in %s and in %s", number, link.Object, rolled.name)
		return link, nil
	}
	link.Digest = digest(data)
	if rolled.surplus(number) {
		link.Damage = fmt.Errorf("roll-up %s goes on behind snapshot %d, which must be its last", rolled.name, number)
		return link, nil
	}
	link.Snapshot, link.Damage = decodeSnapshot(data, number)
	return link, nil
}
