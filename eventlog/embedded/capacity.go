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
}

// refusal is what a producer is told. The code is one that clients retry.
type refusal struct {
	code   int16
	reason string
}

func newCapacity(dir string, limit int64, free func(string) (int64, error)) *capacity {
	return &capacity{dir: dir, limit: limit, free: free, now: time.Now}
}

// admit counts size bytes in, or says why not.
func (c *capacity) admit(size int64) *refusal {
	if now := c.now(); now.Sub(c.measured) >= measureEvery {
		c.measured = now
		c.measure()
	}
	switch {
	case c.failure != nil:
		return &refusal{int16(kafka.KafkaStorageError), c.failure.Error()}
	case c.left < size+reserveBytes:
		return &refusal{int16(kafka.KafkaStorageError), fmt.Sprintf("the disk of %s has %d bytes left, of which %d are kept free: make room on it", c.dir, c.left, reserveBytes)}
	case c.used+size > c.limit:
		return &refusal{int16(kafka.ThrottlingQuotaExceeded), fmt.Sprintf("the embedded log in %s is full (%d of %d bytes): land it (dreamlog land), or give it a higher limit", c.dir, c.used, c.limit)}
	}
	c.used += size
	c.left -= size
	return nil
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
