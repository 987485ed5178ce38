package textworld

import (
	"container/list"
	"context"
	"errors"
	"sync"
)

// cache keeps the games that were used last. A game that several ask for at
// once is made once; so is the error of one that cannot be made. It is safe for
// concurrent use.
type cache struct {
	most int
	make func(ctx context.Context, id string) (*Game, error)

	mu    sync.Mutex
	slots map[string]*list.Element // of *slot
	order *list.List               // the one used last is in front
}

// slot is a game that is made, or being made.
type slot struct {
	id    string
	ready chan struct{} // closed when game and err are set
	game  *Game
	err   error
}

func newCache(most int, make func(context.Context, string) (*Game, error)) *cache {
	return &cache{most: most, make: make, slots: map[string]*list.Element{}, order: list.New()}
}

// get returns a game. A maker that was cancelled leaves the game to the next.
func (c *cache) get(ctx context.Context, id string) (*Game, error) {
	for {
		s, mine := c.slot(id)
		if mine {
			s.game, s.err = c.make(ctx, id)
			if s.err != nil && ctx.Err() != nil {
				c.forget(id)
			}
			close(s.ready)
			return s.game, s.err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !errors.Is(s.err, context.Canceled) && !errors.Is(s.err, context.DeadlineExceeded) {
			return s.game, s.err
		}
	}
}

// slot returns the slot of a game; mine says that the caller must fill it.
func (c *cache) slot(id string) (s *slot, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.slots[id]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*slot), false
	}
	s = &slot{id: id, ready: make(chan struct{})}
	c.slots[id] = c.order.PushFront(s)
	for c.order.Len() > c.most {
		oldest := c.order.Back()
		delete(c.slots, c.order.Remove(oldest).(*slot).id)
	}
	return s, true
}

func (c *cache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.slots[id]; e != nil {
		c.order.Remove(e)
		delete(c.slots, id)
	}
}
