package local

import (
	"crypto/rand"
	"fmt"
	"sync/atomic"
)

// tempPrefix starts with a dot, so that no object can have such a name.
const tempPrefix = ".tmp-"

// tempNames gives names that no other process gives.
type tempNames struct {
	process string
	count   atomic.Uint64
}

func newTempNames() *tempNames { return &tempNames{process: rand.Text()} }

func (t *tempNames) next() string {
	return fmt.Sprintf("%s%s-%d", tempPrefix, t.process, t.count.Add(1))
}
