package replay

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/embedding"
)

// Demonstrations are the transitions that ground predictions: every one that a
// run may see, in memory, with an index by similarity and by task. They stand at
// a snapshot, and follow the lake to later ones. They are safe for concurrent
// use.
type Demonstrations struct {
	basis *Basis
	// following is held by who brings in what is new.
	following sync.Mutex
	cuts      []analytics.Cut // how far they have been read; guarded by following
	intern    *interner       // guarded by following

	// mu guards what follows, which retrieval reads.
	mu       sync.RWMutex
	snapshot int64
	index    *embedding.Index
	places   []stepAt // of the rows of the index
	episodes map[key]*held
	numbered []*held           // by number; none has number 0
	ids      map[string]uint32 // what the index knows episodes by, from 1
	tasks    map[string]*task
	dreamed  int // episodes of synthetic origin
	// alike has a row for each instruction that a task is told by; told are those.
	alike *embedding.Index
	told  []telling
}

// held is an episode, with the rows of its steps in the index.
type held struct {
	*Episode
	number uint32
	rows   []int32
}

// stepAt is a step: the number of its episode, and its place among the steps.
type stepAt struct{ episode, index uint32 }

// task is what is held of a task.
type task struct {
	number uint32
	// episodes by origin and id, real ones first.
	episodes []*held
}

// flagSynthetic marks rows that an experience model answered.
const flagSynthetic = 1

// Open reads every visible transition as of a session's snapshot, which is that
// of the basis or a later one, and embeds those that the derived file has not.
func (b *Basis) Open(ctx context.Context, session *analytics.Session) (*Demonstrations, error) {
	if session.Snapshot() < b.snapshot {
		return nil, fmt.Errorf("open demonstrations as of snapshot %d: their basis is snapshot %d, and must not be later", session.Snapshot(), b.snapshot)
	}
	d := &Demonstrations{
		basis: b, cuts: session.Cuts(), intern: newInterner(0),
		index: embedding.NewIndex(b.phi), alike: embedding.NewIndex(b.phi),
		episodes: map[key]*held{}, numbered: []*held{nil}, ids: map[string]uint32{}, tasks: map[string]*task{},
	}
	scope, err := b.scope.at(ctx, session)
	if err != nil {
		return nil, err
	}
	c := d.newChange()
	if b.kept != nil {
		c.reuse(b.kept)
	}
	for e, err := range scope.episodes(ctx, session, d.intern) {
		if err == nil {
			err = c.add(ctx, e)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := c.apply(ctx, session.Snapshot()); err != nil {
		return nil, err
	}
	if fresh := c.fresh.Len(); fresh > 0 && fresh >= len(d.places)/8 {
		b.file.save(b, d.index)
	}
	b.kept = nil // it has served
	return d, nil
}

// at is the scope as of another snapshot: the same environment, version and
// sample, and the tasks that are there.
func (s *scope) at(ctx context.Context, session *analytics.Session) (*scope, error) {
	other := *s
	return &other, other.recount(ctx, session)
}

// recount counts the transitions of the tasks in the sample again.
func (s *scope) recount(ctx context.Context, session *analytics.Session) error {
	s.tasks = nil
	if err := s.countTasks(ctx, session); err != nil {
		return err
	}
	s.keepSample()
	return nil
}

// Snapshot is the one that the demonstrations stand at.
func (d *Demonstrations) Snapshot() int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.snapshot
}

// Basis is what the demonstrations rest on.
func (d *Demonstrations) Basis() *Basis { return d.basis }

// Len is the number of transitions.
func (d *Demonstrations) Len() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.places)
}

// stepNumber is a step as the index has it.
func stepNumber(step int64) uint32 { return uint32(min(max(step, 0), math.MaxUint32)) }
