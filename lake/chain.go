package lake

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Layout of the chain in the store. Entry N lies at entryDir + N in twenty
// digits; the entries from 1000 K to 1000 K + 999, once old, together in the
// roll-up rollupDir + K, one a line, byte for byte as they were.
const (
	entryDir   = "snapshots/"
	rollupDir  = "snapshots-rolled/"
	rollupSize = 1000
)

// ErrTaken says that another lander has published the entry first.
var ErrTaken = errors.New("another lander has published this snapshot")

// Chain is the list of snapshots. It is safe for concurrent use.
type Chain struct {
	store store.Store

	mu     sync.Mutex
	newest *Snapshot // newest known; entries are immutable
	digest string    // of newest
}

func entryName(number int64) string { return fmt.Sprintf("%s%020d.json", entryDir, number) }

func rollupName(thousand int64) string { return fmt.Sprintf("%s%020d.jsonl", rollupDir, thousand) }

// entryNumber returns the number in an entry's name; false for other names.
func entryNumber(name string) (int64, bool) {
	digits, isJSON := strings.CutSuffix(strings.TrimPrefix(name, entryDir), ".json")
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, isJSON && err == nil && entryName(n) == name
}

// Newest returns the newest snapshot; nil when nothing was landed yet. The
// caller must not change it.
func (c *Chain) Newest(ctx context.Context) (*Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refresh(ctx); err != nil {
		return nil, err
	}
	return c.newest, nil
}

// refresh walks from the newest entry known to the newest there is: by a
// listing at first, then by asking for the next one, so that following a
// growing chain lists nothing. Who was left behind so far that the next one is
// rolled up lists again.
func (c *Chain) refresh(ctx context.Context) error {
	if c.newest == nil {
		if err := c.jump(ctx); err != nil || c.newest == nil {
			return err
		}
	}
	for {
		next := c.newest.Number + 1
		err := c.step(ctx, next)
		if errors.Is(err, store.ErrNotExist) {
			rolled, err := c.isRolled(ctx, next)
			if err != nil || !rolled {
				return err
			}
			err = c.jump(ctx)
			if err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
	}
}

// jump makes the last entry of a listing the newest one known, if there is any.
func (c *Chain) jump(ctx context.Context) error {
	last, err := c.lastNumber(ctx)
	if err != nil || last == 0 {
		return err
	}
	return c.step(ctx, last)
}

// isRolled says whether an entry lies in a roll-up: then it is there, even
// where its own object is not.
func (c *Chain) isRolled(ctx context.Context, number int64) (bool, error) {
	o, err := c.store.Open(ctx, rollupName(number/rollupSize))
	if errors.Is(err, store.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for snapshot %d in a roll-up: %w", number, err)
	}
	return true, o.Close()
}

// step makes entry number the newest one known.
func (c *Chain) step(ctx context.Context, number int64) error {
	data, err := store.Get(ctx, c.store, entryName(number))
	if err != nil {
		return fmt.Errorf("read snapshot %d: %w", number, err)
	}
	s, err := decodeSnapshot(data, number)
	if err != nil {
		return err
	}
	c.newest, c.digest = s, digest(data)
	return nil
}

// lastNumber lists the entries that are not rolled up; 0 when there are none.
// The newest ones never are, so the listing stays short.
func (c *Chain) lastNumber(ctx context.Context) (last int64, err error) {
	for info, err := range c.store.List(ctx, entryDir, "") {
		if err != nil {
			return 0, fmt.Errorf("list snapshots: %w", err)
		}
		if n, ok := entryNumber(info.Name); ok {
			last = max(last, n)
		}
	}
	return last, nil
}

// At returns snapshot number. The error says which numbers there are.
func (c *Chain) At(ctx context.Context, number int64) (*Snapshot, error) {
	newest, err := c.Newest(ctx)
	if err != nil {
		return nil, err
	}
	if newest == nil {
		return nil, fmt.Errorf("there is no snapshot %d: nothing was landed yet; run `dreamlog land`", number)
	}
	if number < 1 || number > newest.Number {
		return nil, fmt.Errorf("there is no snapshot %d: they run from 1 to %d", number, newest.Number)
	}
	data, err := c.Entry(ctx, number)
	if err != nil {
		return nil, err
	}
	return decodeSnapshot(data, number)
}

// AtTime returns the newest snapshot that had been published at t.
func (c *Chain) AtTime(ctx context.Context, t time.Time) (*Snapshot, error) {
	newest, err := c.Newest(ctx)
	if err != nil || newest == nil {
		return nil, err
	}
	// Times never fall along the chain: search by halving. Entry low is not
	// after t, or 0; entry high is.
	low, high := int64(0), newest.Number+1
	var found *Snapshot
	for high-low > 1 {
		middle := low + (high-low)/2
		s, err := c.At(ctx, middle)
		if err != nil {
			return nil, err
		}
		if s.Time.After(t) {
			high = middle
		} else {
			low, found = middle, s
		}
	}
	if found == nil {
		return nil, fmt.Errorf("there is no snapshot as early as %s: the first one follows later", t.Format(time.RFC3339))
	}
	return found, nil
}

// Entry returns the bytes of an entry, from its own object or a roll-up.
func (c *Chain) Entry(ctx context.Context, number int64) ([]byte, error) {
	data, err := store.Get(ctx, c.store, entryName(number))
	if err == nil || !errors.Is(err, store.ErrNotExist) {
		return data, err
	}
	rolled, err := store.Get(ctx, c.store, rollupName(number/rollupSize))
	if err != nil {
		return nil, fmt.Errorf("read snapshot %d: %w; run `dreamlog verify`", number, err)
	}
	first := max(1, number/rollupSize*rollupSize)
	lines := bytes.SplitAfter(rolled, []byte("\n"))
	if i := number - first; i < int64(len(lines)) && len(lines[i]) > 0 {
		return lines[i], nil
	}
	return nil, fmt.Errorf("read snapshot %d: its roll-up is damaged; run `dreamlog verify`", number)
}

// Publish puts s behind the newest entry: it sets Format, Number, Previous and
// a Time not before that of the entry in front. previous must be the snapshot
// that s was computed from, nil for the first. ErrTaken: another lander was
// first; start again from its snapshot.
func (c *Chain) Publish(ctx context.Context, previous, s *Snapshot) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Format, s.Number, s.Previous = FormatVersion, 1, ""
	if previous != nil {
		if c.newest == nil || c.newest.Number != previous.Number {
			return ErrTaken
		}
		s.Number, s.Previous = previous.Number+1, c.digest
		if s.Time.Before(previous.Time) {
			s.Time = previous.Time
		}
	}
	data, err := s.encode()
	if err != nil {
		return err
	}
	// A lander that was stopped for so long finds its number free again.
	if rolled, err := c.isRolled(ctx, s.Number); err != nil || rolled {
		return cmp.Or(err, ErrTaken)
	}
	if err := c.put(ctx, s, data); err != nil {
		return err
	}
	c.newest, c.digest = s, digest(data)
	return nil
}

// put publishes the entry. Where the outcome is not known, or the name was
// taken, the entry that is there tells: our own token means that we won.
func (c *Chain) put(ctx context.Context, s *Snapshot, data []byte) error {
	err := store.Put(ctx, c.store, entryName(s.Number), data)
	if err == nil {
		return nil
	}
	there, readErr := store.Get(ctx, c.store, entryName(s.Number))
	switch {
	case readErr == nil && bytes.Equal(there, data):
		return nil
	case readErr == nil:
		return ErrTaken
	}
	return fmt.Errorf("publish snapshot %d: %w", s.Number, err)
}
