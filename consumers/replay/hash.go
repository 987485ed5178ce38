package replay

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
)

// taskHash orders tasks for sampling: the first eight bytes of the SHA-256 of
// the id, so that any program can draw the same sample.
func taskHash(task string) uint64 {
	sum := sha256.Sum256([]byte(task))
	return binary.BigEndian.Uint64(sum[:8])
}

func compareHashes(a, b string) int { return cmp.Compare(taskHash(a), taskHash(b)) }
