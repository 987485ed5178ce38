package replay

import (
	"crypto/sha256"
	"encoding/binary"
)

// hashOf is the first eight bytes of the SHA-256 of an id. It orders tasks for
// sampling, so that any program can draw the same sample, and what is equally
// similar, so that the order of arrival does not matter.
func hashOf(id string) uint64 {
	sum := sha256.Sum256([]byte(id))
	return binary.BigEndian.Uint64(sum[:8])
}
