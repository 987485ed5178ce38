package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/lake/store"
)

// List implements store.Store. It reads a folder when it comes to it.
func (s *Store) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		if err := store.CheckPrefix(prefix); err != nil {
			yield(store.Info{}, fmt.Errorf("list %s: %w", prefix, err))
			return
		}
		l := lister{files: s.files, prefix: prefix, after: after, yield: yield}
		if err := l.folder(ctx, path.Dir(prefix+"x")); err != nil && !errors.Is(err, errStop) {
			yield(store.Info{}, fmt.Errorf("list %s: %w", prefix, err))
		}
	}
}

// errStop ends a listing whose caller has seen enough.
var errStop = errors.New("stop")

type lister struct {
	files         FileSystem
	prefix, after string
	yield         func(store.Info, error) bool
}

// folder yields what lies below a folder. An absent one holds nothing.
func (l lister) folder(ctx context.Context, folder string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	names, err := l.files.ReadDir(folder)
	if errors.Is(translate(err), store.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	entries, err := l.wanted(folder, names)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.info.IsDir() {
			err = l.folder(ctx, path.Clean(e.key))
		} else if !l.yield(store.Info{Name: e.key, Size: e.info.Size(), Modified: e.info.ModTime()}, nil) {
			err = errStop
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// entry is a file or folder in range; the key of a folder ends in a slash, so
// that keys sort as the names of the objects below them do.
type entry struct {
	key  string
	info fs.FileInfo
}

// wanted gives the entries of a folder that lie in the range asked for, in
// order. The others, of which a log has thousands, cost no system call.
func (l lister) wanted(folder string, names []string) ([]entry, error) {
	var wanted []entry
	above := folder + "/"
	if folder == "." {
		above = ""
	}
	for _, name := range names {
		e := entry{key: above + name}
		if !l.holdsFile(e.key) && !l.holdsFolder(e.key+"/") || store.CheckName(name) != nil {
			continue
		}
		var err error
		if e.info, err = l.files.Lstat(e.key); errors.Is(err, fs.ErrNotExist) {
			continue // deleted meanwhile
		} else if err != nil {
			return nil, err
		}
		if e.info.IsDir() {
			e.key += "/"
		}
		if e.info.IsDir() && l.holdsFolder(e.key) || e.info.Mode().IsRegular() && l.holdsFile(e.key) {
			wanted = append(wanted, e)
		}
	}
	slices.SortFunc(wanted, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	return wanted, nil
}

func (l lister) holdsFile(key string) bool {
	return key > l.after && strings.HasPrefix(key, l.prefix)
}

func (l lister) holdsFolder(key string) bool {
	return (strings.HasPrefix(key, l.prefix) || strings.HasPrefix(l.prefix, key)) &&
		(key > l.after || strings.HasPrefix(l.after, key))
}
