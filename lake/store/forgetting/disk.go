// Package forgetting is a disk that forgets: what was not synced, file content
// and folder entries alike, is lost when the power goes.
//
// It owns a model of a disk behind a cache, as strict as POSIX lets one be: a
// file's sync saves its content but no name of it, a folder's sync saves the
// names in it but not its own. It lies below store/local, and shows that the
// order of syncs there is right. It never touches a real disk. Tests call it:
//
//	disk := forgetting.NewDisk()
//	s := local.New(disk.Mount())
//	…
//	disk.Crash(nil)
//	s = local.New(disk.Mount()) // only what was durable is there
package forgetting

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// ErrPowerLost is what every operation ends with after the power has gone.
var ErrPowerLost = errors.New("the power is lost")

// Disk outlives the machines that mount it. It is safe for concurrent use.
type Disk struct {
	now func() time.Time

	mu         sync.Mutex // guards what follows, and every node
	root       *node
	boot       int // mounts of an earlier boot are dead
	operations int
	dieAt      int // the operation at which the power goes; 0 is never
}

// node is a file or a folder; entries is nil for a file. The durable half is
// what a crash leaves.
type node struct {
	modified time.Time

	data, durableData       []byte
	entries, durableEntries map[string]*node
}

// Option changes a new Disk.
type Option func(*Disk)

// WithClock sets the clock that gives the modification times; time.Now if absent.
func WithClock(now func() time.Time) Option { return func(d *Disk) { d.now = now } }

// NewDisk makes an empty disk.
func NewDisk(options ...Option) *Disk {
	d := &Disk{now: time.Now, root: newFolder()}
	for _, option := range options {
		option(d)
	}
	return d
}

// Mount gives the disk to a process. Two mounts without a crash between them
// are two processes of one machine, or one process that was killed and
// started again: they see the same cache.
func (d *Disk) Mount() *Mount {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &Mount{disk: d, boot: d.boot}
}

// PowerOffAt lets the power go at the n-th operation from now, counted from 1:
// that one and all later ones are not done, and end with ErrPowerLost, until
// the next Crash. n = 0 takes it back.
func (d *Disk) PowerOffAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dieAt = 0
	if n > 0 {
		d.dieAt = d.operations + n
	}
}

// Operations counts the operations that were done, so that a test can cut the
// power at each of them.
func (d *Disk) Operations() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.operations
}

// Crash loses what was not synced, and ends every mount. With random nil all
// of it is lost; otherwise each change that was not synced survives or not by
// the toss of a coin, as a real cache writes back in any order.
func (d *Disk) Crash(random *rand.Rand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.boot++
	d.dieAt = 0
	forget(d.root, random, map[*node]bool{})
}

// forget makes the surviving state both the visible and the durable one.
func forget(n *node, random *rand.Rand, seen map[*node]bool) {
	if seen[n] {
		return // a second link to it
	}
	seen[n] = true
	if n.entries == nil {
		n.data = survivingData(n, random)
		n.durableData = n.data
		return
	}
	survivors := survivingEntries(n, random)
	n.entries, n.durableEntries = survivors, maps.Clone(survivors)
	for _, name := range slices.Sorted(maps.Keys(survivors)) {
		forget(survivors[name], random, seen)
	}
}

// survivingData is what was synced, and with luck a part of what was not.
func survivingData(n *node, random *rand.Rand) []byte {
	unsynced := len(n.data) - len(n.durableData)
	if random == nil || unsynced <= 0 {
		return slices.Clone(n.durableData)
	}
	return slices.Clone(n.data[:len(n.durableData)+random.IntN(unsynced+1)])
}

func survivingEntries(n *node, random *rand.Rand) map[string]*node {
	survivors := maps.Clone(n.durableEntries)
	if random == nil {
		return survivors
	}
	changed := maps.Clone(n.durableEntries)
	maps.Copy(changed, n.entries)
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		now, there := n.entries[name]
		if now == n.durableEntries[name] || random.IntN(2) == 0 {
			continue
		}
		if there {
			survivors[name] = now
		} else {
			delete(survivors, name)
		}
	}
	return survivors
}

func newFolder() *node {
	return &node{entries: map[string]*node{}, durableEntries: map[string]*node{}}
}
