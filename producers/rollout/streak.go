package rollout

import (
	"fmt"
	"sync"

	"github.com/dreamlog/dreamlog/schema"
)

// streak watches for an environment or agent that does not work at all: for
// episodes that broke with none finished between.
type streak struct {
	limit int // negative: none

	mu     sync.Mutex // guards what follows
	length int
	err    error // set when the limit was reached; stays
}

// note takes how an episode ended. One that was interrupted says nothing.
func (s *streak) note(e *schema.Episode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case e.Status == aborted || e.Status == failed:
		s.length++
	case !notesOf(e.Info).Interrupted:
		s.length = 0
	}
	if s.err == nil && s.limit >= 0 && s.length >= s.limit {
		s.err = fmt.Errorf("%d episodes in a row broke, the last with: %s; the run was given up: see that environment and agent work, then continue run %s",
			s.length, *e.Reason, *e.RunID)
	}
}

// broken returns why the run is given up; nil while it is not.
func (s *streak) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
