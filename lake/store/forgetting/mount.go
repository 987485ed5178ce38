package forgetting

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/dreamlog/dreamlog/lake/store/local"
)

// Mount is the disk as one process sees it: a local.FileSystem.
type Mount struct {
	disk *Disk
	boot int
}

var _ local.FileSystem = (*Mount)(nil)

// do runs one operation under the lock of the disk, while there is power.
func (m *Mount) do(op, name string, operation func() error) error {
	m.disk.mu.Lock()
	defer m.disk.mu.Unlock()
	err := m.powered()
	if err == nil {
		m.disk.operations++
		err = operation()
	}
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

func (m *Mount) powered() error {
	d := m.disk
	if m.boot != d.boot || d.dieAt > 0 && d.operations+1 >= d.dieAt {
		return ErrPowerLost
	}
	return nil
}

// Create implements local.FileSystem.
func (m *Mount) Create(name string) (local.File, error) {
	f := &file{mount: m, name: name, writable: true}
	err := m.do("create", name, func() error {
		f.node = &node{modified: m.disk.now()}
		return m.disk.add(name, f.node)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Open implements local.FileSystem.
func (m *Mount) Open(name string) (local.File, error) {
	f := &file{mount: m, name: name}
	err := m.do("open", name, func() (err error) {
		f.node, err = m.disk.find(name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Mkdir implements local.FileSystem.
func (m *Mount) Mkdir(name string) error {
	return m.do("mkdir", name, func() error { return m.disk.add(name, newFolder()) })
}

// Link implements local.FileSystem.
func (m *Mount) Link(file, name string) error {
	return m.do("link", name, func() error {
		n, err := m.disk.find(file)
		if err != nil {
			return err
		}
		return m.disk.add(name, n)
	})
}

// Rename implements local.FileSystem.
func (m *Mount) Rename(file, name string) error {
	return m.do("rename", name, func() error {
		n, err := m.disk.find(file)
		if err != nil {
			return err
		}
		folder, err := m.disk.folder(path.Dir(name))
		if err != nil {
			return err
		}
		if old := folder.entries[path.Base(name)]; old != nil && old.entries != nil {
			return syscall.EISDIR
		}
		folder.entries[path.Base(name)] = n
		return m.disk.remove(file)
	})
}

// Remove implements local.FileSystem.
func (m *Mount) Remove(name string) error {
	return m.do("remove", name, func() error { return m.disk.remove(name) })
}

// ReadDir implements local.FileSystem.
func (m *Mount) ReadDir(name string) (names []string, err error) {
	err = m.do("readdir", name, func() error {
		folder, err := m.disk.folder(name)
		if err != nil {
			return err
		}
		names = slices.Collect(maps.Keys(folder.entries))
		return nil
	})
	return names, err
}

// Lstat implements local.FileSystem.
func (m *Mount) Lstat(name string) (info fs.FileInfo, err error) {
	err = m.do("lstat", name, func() error {
		n, err := m.disk.find(name)
		if err == nil {
			info = describe(name, n)
		}
		return err
	})
	return info, err
}

// SyncDir implements local.FileSystem.
func (m *Mount) SyncDir(name string) error {
	return m.do("syncdir", name, func() error {
		folder, err := m.disk.folder(name)
		if err == nil {
			folder.durableEntries = maps.Clone(folder.entries)
		}
		return err
	})
}

func (d *Disk) find(name string) (*node, error) {
	n := d.root
	if name == "." {
		return n, nil
	}
	for segment := range strings.SplitSeq(name, "/") {
		if n.entries == nil {
			return nil, syscall.ENOTDIR
		}
		if n = n.entries[segment]; n == nil {
			return nil, fs.ErrNotExist
		}
	}
	return n, nil
}

func (d *Disk) folder(name string) (*node, error) {
	n, err := d.find(name)
	if err == nil && n.entries == nil {
		err = syscall.ENOTDIR
	}
	return n, err
}

func (d *Disk) add(name string, n *node) error {
	folder, err := d.folder(path.Dir(name))
	if err != nil {
		return err
	}
	if folder.entries[path.Base(name)] != nil {
		return fs.ErrExist
	}
	folder.entries[path.Base(name)] = n
	return nil
}

func (d *Disk) remove(name string) error {
	n, err := d.find(name)
	if err != nil {
		return err
	}
	if len(n.entries) > 0 {
		return syscall.ENOTEMPTY
	}
	folder, err := d.folder(path.Dir(name))
	if err == nil {
		delete(folder.entries, path.Base(name))
	}
	return err
}
