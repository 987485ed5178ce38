package embedded

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/segmentio/kafka-go"
)

const (
	// measureEvery is how old the known size of the log may be.
	measureEvery = 100 * time.Millisecond
	// reserveBytes stays free on the disk, for the log's indexes, the lake's
	// commits, and everybody else.
	reserveBytes = 64 << 20
	// patience is how long producers wait for room on a full disk: some rounds
	// of landing, each of which has landed records trimmed. What that did not
	// free takes a person.
	patience = 5 * time.Second
)

// capacity decides whether the log may grow. The broker asks it from one
// goroutine.
type capacity struct {
	dir   string
	limit int64
	// free says how many bytes the disk of a directory has left.
	free func(dir string) (int64, error)
	now  func() time.Time

	measured time.Time
	used     int64
	left     int64
	failure  error
	// full is since when every write was refused for want of room on the disk;
	// zero: it is not full.
	full time.Time
}

// refusal is what a producer is told. Clients retry it or not by its code.
type refusal struct {
	code   int16
	reason string
}

func newCapacity(dir string, limit int64, free func(string) (int64, error)) *capacity {
	return &capacity{dir: dir, limit: limit, free: free, now: time.Now}
}

// admit counts size bytes in, or says why not.
func (c *capacity) admit(size int64) *refusal {
	now := c.now()
	if now.Sub(c.measured) >= measureEvery {
		c.measured = now
		c.measure()
	}
	switch {
	case c.failure != nil:
		return &refusal{int16(kafka.KafkaStorageError), c.failure.Error()}
	case c.left < size+reserveBytes:
		return c.diskFull(now)
	case c.used+size > c.limit:
		return &refusal{int16(kafka.ThrottlingQuotaExceeded), fmt.Sprintf("the embedded log in %s is full (%d of %d bytes): land it (dreamlog land), or give it a higher limit", c.dir, c.used, c.limit)}
	}
	c.used += size
	c.left -= size
	c.full = time.Time{}
	return nil
}

// diskFull is a refusal that is worth another try only for a while.
func (c *capacity) diskFull(now time.Time) *refusal {
	if c.full.IsZero() {
		c.full = now
	}
	code := kafka.KafkaStorageError
	if now.Sub(c.full) >= patience {
		code = kafka.PolicyViolation
	}
	return &refusal{int16(code), fmt.Sprintf("the disk of %s is full: %d MiB are left, and %d are kept free for the lake; make room on it, then run the same command again",
		c.dir, c.left>>20, reserveBytes>>20)}
}

// measure adds up the log's files and asks the disk. Files that vanish
// meanwhile were trimmed.
func (c *capacity) measure() {
	c.used, c.failure = 0, nil
	err := filepath.WalkDir(c.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			c.used += info.Size()
		}
		return nil
	})
	if err == nil {
		c.left, err = c.free(c.dir)
	}
	if err != nil {
		c.failure = fmt.Errorf("measure the log in %s: %w", c.dir, err)
	}
}
