package app

import (
	"maps"
	"sync"

	"github.com/dreamlog/dreamlog/lake"
)

// Landed says what a landing did.
type Landed struct {
	// Snapshot is the newest one behind the landing; 0: nothing was ever landed.
	Snapshot int64 `json:"snapshot"`
	// Rows that became visible, by table.
	Rows       map[string]int64 `json:"rows"`
	DeadLetter int64            `json:"deadletter"`
	Duplicates int64            `json:"duplicates"`
	Skipped    int64            `json:"skipped"`
}

// tally adds up what a lander publishes.
type tally struct {
	mu     sync.Mutex
	before lake.Counts
	landed Landed
	newest *lake.Snapshot
}

func newTally(s *lake.Snapshot) *tally {
	t := &tally{landed: Landed{Rows: map[string]int64{}}, newest: s}
	if s != nil {
		t.before, t.landed.Snapshot = s.Counts(), s.Number
	}
	return t
}

// add takes a published round.
func (t *tally) add(s *lake.Snapshot, rows map[string]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for table, n := range rows {
		t.landed.Rows[table] += n
	}
	t.see(s)
}

// take takes the newest snapshot, whoever published it.
func (t *tally) take(s *lake.Snapshot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.see(s)
}

// see takes the newest snapshot; t.mu is held.
func (t *tally) see(s *lake.Snapshot) {
	if s == nil {
		return
	}
	c := s.Counts()
	t.newest, t.landed.Snapshot = s, s.Number
	t.landed.DeadLetter = c.DeadLetter - t.before.DeadLetter
	t.landed.Duplicates = c.Duplicates - t.before.Duplicates
	t.landed.Skipped = c.Skipped - t.before.Skipped
}

func (t *tally) sum() Landed {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.landed
	sum.Rows = maps.Clone(t.landed.Rows)
	return sum
}

// reached says whether the tally has taken a snapshot that covers the offsets.
func (t *tally) reached(ends map[int]int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Covers(t.newest, ends)
}
