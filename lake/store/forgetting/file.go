package forgetting

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"time"
)

// file is an open file of a Mount.
type file struct {
	mount    *Mount
	name     string
	node     *node
	writable bool
}

func (f *file) Write(p []byte) (n int, err error) {
	err = f.mount.do("write", f.name, func() error {
		if !f.writable {
			return fs.ErrPermission
		}
		f.node.data = append(f.node.data, p...)
		f.node.modified = f.mount.disk.now()
		n = len(p)
		return nil
	})
	return n, err
}

// ReadAt ends with io.EOF as it is, which callers compare.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	var data []byte
	err := f.mount.do("read", f.name, func() error {
		data = f.node.data // only ever appended to
		return nil
	})
	if err != nil {
		return 0, err
	}
	return bytes.NewReader(data).ReadAt(p, off)
}

func (f *file) Stat() (info fs.FileInfo, err error) {
	err = f.mount.do("stat", f.name, func() error {
		info = describe(f.name, f.node)
		return nil
	})
	return info, err
}

func (f *file) Sync() error {
	return f.mount.do("sync", f.name, func() error {
		f.node.durableData = slices.Clone(f.node.data)
		return nil
	})
}

// Close succeeds without power: it has nothing left to lose.
func (f *file) Close() error { return nil }

type fileInfo struct {
	name     string
	size     int64
	mode     fs.FileMode
	modified time.Time
}

func describe(name string, n *node) fs.FileInfo {
	i := fileInfo{name: path.Base(name), size: int64(len(n.data)), modified: n.modified}
	if n.entries != nil {
		i.mode = fs.ModeDir
	}
	return i
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) ModTime() time.Time { return i.modified }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) Sys() any           { return nil }
