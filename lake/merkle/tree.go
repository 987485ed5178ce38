// Package merkle keeps the Merkle tree of one partition of the log, after
// RFC 6962: leaf i is the hash of the i-th offset since the start of the
// partition. It keeps only the frontier, the roots of the perfect subtrees,
// so that a billion leaves take thirty hashes. The hashes of leaves are made in
// schema; the lander appends them, and whoever verifies appends them again.
package merkle

import (
	"encoding/hex"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
)

var factory = &compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}

// Tree is a growing Merkle tree. It serves one goroutine.
type Tree struct{ rows *compact.Range }

// New returns an empty tree.
func New() *Tree { return &Tree{factory.NewEmptyRange(0)} }

// Restore returns the tree of size leaves with the given frontier, as Frontier
// returned it.
func Restore(size uint64, frontier []string) (*Tree, error) {
	hashes := make([][]byte, len(frontier))
	for i, h := range frontier {
		b, err := hex.DecodeString(h)
		if err != nil || len(b) != rfc6962.DefaultHasher.Size() {
			return nil, fmt.Errorf("merkle frontier: hash %d is not a SHA-256 in hex", i)
		}
		hashes[i] = b
	}
	r, err := factory.NewRange(0, size, hashes)
	if err != nil {
		return nil, fmt.Errorf("merkle frontier of %d leaves: %w", size, err)
	}
	return &Tree{r}, nil
}

// Append adds the hash of the next leaf; the tree keeps no reference to it.
func (t *Tree) Append(leaf [32]byte) {
	if err := t.rows.Append(leaf[:], nil); err != nil {
		panic("merkle: " + err.Error()) // an in-memory append has nothing that fails
	}
}

// Size returns the number of leaves.
func (t *Tree) Size() uint64 { return t.rows.End() }

// Root returns the root in hex; of the empty tree the hash of nothing.
func (t *Tree) Root() string {
	if t.Size() == 0 {
		return hex.EncodeToString(rfc6962.DefaultHasher.EmptyRoot())
	}
	root, err := t.rows.GetRootHash(nil)
	if err != nil {
		panic("merkle: " + err.Error())
	}
	return hex.EncodeToString(root)
}

// Frontier returns the hashes, in hex, from which Restore continues the tree.
func (t *Tree) Frontier() []string {
	hashes := t.rows.Hashes()
	frontier := make([]string, len(hashes))
	for i, h := range hashes {
		frontier[i] = hex.EncodeToString(h)
	}
	return frontier
}
