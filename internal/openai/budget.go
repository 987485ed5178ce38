package openai

import (
	"fmt"
	"sync"
)

// budget adds up what calls cost.
type budget struct {
	prices Prices
	limit  float64 // in US dollars; 0: none

	mu    sync.Mutex
	spent float64 // guarded by mu; in US dollars
}

// left returns ErrBudget when nothing is.
func (b *budget) left() error {
	spent := b.total()
	if b.limit > 0 && spent >= b.limit {
		return fmt.Errorf("%w: %.4f of %.4f US dollars; raise the budget to go on", ErrBudget, spent, b.limit)
	}
	return nil
}

func (b *budget) total() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// charge adds the cost of a call.
func (b *budget) charge(promptTokens, completionTokens int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent += b.prices.Cost(promptTokens, completionTokens)
}
