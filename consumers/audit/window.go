package audit

import "crypto/sha256"

// owner says what an offset is: the number of the file that has its row, or
// one of these.
type owner int32

const (
	nobody    owner = -1
	duplicate owner = -2
	skipped   owner = -3
)

// window is the offsets of a lane that are proven next, from first on. It
// takes 36 bytes an offset.
type window struct {
	first  int64
	leaves [][sha256.Size]byte
	owners []owner
}

func newWindow(first, size int64) *window {
	w := &window{first: first, leaves: make([][sha256.Size]byte, size), owners: make([]owner, size)}
	for i := range w.owners {
		w.owners[i] = nobody
	}
	return w
}

func (w *window) end() int64 { return w.first + int64(len(w.owners)) }

func (w *window) holds(offset int64) bool { return offset >= w.first && offset < w.end() }

func (w *window) leaf(i int) [sha256.Size]byte { return w.leaves[i] }

// put sets what an offset is, and returns what it was said to be before.
func (w *window) put(offset int64, leaf [sha256.Size]byte, o owner) (before owner) {
	i := offset - w.first
	if before = w.owners[i]; before == nobody {
		w.leaves[i], w.owners[i] = leaf, o
	}
	return before
}
