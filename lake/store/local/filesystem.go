package local

import (
	"io"
	"io/fs"
)

// FileSystem is the little of an operating system that Store needs. Names are
// slash-separated, relative to the root of the store, and "." is the root.
// Errors are those of package os: they match fs.ErrExist, fs.ErrNotExist and
// the numbers of package syscall.
//
// It is a seam: the forgetting disk below a Store proves that the order of
// its syncs survives a loss of power.
type FileSystem interface {
	// Create makes a new, empty file; fs.ErrExist when there is one.
	Create(name string) (File, error)
	Open(name string) (File, error)
	Mkdir(name string) error
	// Link gives a file a second name; fs.ErrExist when the name is taken.
	Link(file, name string) error
	// Rename moves a file over whatever file has the name.
	Rename(file, name string) error
	Remove(name string) error
	// ReadDir gives the names in a folder, in any order.
	ReadDir(name string) ([]string, error)
	// Lstat describes a name itself, not what a symbolic link leads to.
	Lstat(name string) (fs.FileInfo, error)
	// SyncDir makes the entries of a folder durable: the names in it, but
	// neither the content of the files nor the folder's own entry.
	SyncDir(name string) error
}

// File is an open file. Sync makes its content durable, but not its name.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
	Sync() error
}
