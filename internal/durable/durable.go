// Package durable makes what lies on a disk outlive a loss of power.
package durable

import (
	"errors"
	"os"
)

// SyncFolder makes the names in a folder last: those of files that were made,
// renamed or removed there. The files themselves are synced by who writes them.
func SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
