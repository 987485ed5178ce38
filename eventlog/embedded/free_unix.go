//go:build unix

package embedded

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeBytes is what an unprivileged process may still write to the disk of
// dir.
func freeBytes(dir string) (int64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return 0, fmt.Errorf("ask for free space: %w", err)
	}
	return int64(stat.Bavail) * int64(stat.Bsize), nil
}
