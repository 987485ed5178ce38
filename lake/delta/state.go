package delta

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// State is a table at one version. It changes by Apply and Log.Refresh only,
// and is not safe for concurrent use: Clone gives a copy to another goroutine.
type State struct {
	version  int64
	protocol Protocol
	metadata MetaData
	txns     map[string]Txn
	files    map[Path]*liveFile
	removed  map[Path]*Remove

	checkpoint int64     // version of the newest checkpoint that is known, -1: none
	forgot     int64     // removals before this time (ms since 1970) are forgotten
	current    time.Time // when version was last known to be the newest
}

// liveFile is a file of the table, with its statistics once they were asked for.
type liveFile struct {
	add    *Add
	stats  Stats
	parsed bool
}

// File is a data file of a table.
type File struct {
	*Add
	Stats Stats // parsed Add.Stats
}

func newState() *State {
	return &State{version: -1, checkpoint: -1, txns: map[string]Txn{}, files: map[Path]*liveFile{}, removed: map[Path]*Remove{}}
}

// Version is the version of the table, from 0.
func (s *State) Version() int64 { return s.version }

// Protocol is what a program must know to use the table.
func (s *State) Protocol() Protocol { return s.protocol }

// MetaData describes the table. The caller must not change it.
func (s *State) MetaData() *MetaData { return &s.metadata }

// Txn returns how far an application has come; found is false when it never
// wrote.
func (s *State) Txn(appID string) (version int64, found bool) {
	txn, found := s.txns[appID]
	return txn.Version, found
}

// Txns returns how far each application has come.
func (s *State) Txns() map[string]Txn { return maps.Clone(s.txns) }

// Live says whether a file is part of the table.
func (s *State) Live(path string) bool { return s.files[Path(path)] != nil }

// FileCount is the number of files of the table.
func (s *State) FileCount() int { return len(s.files) }

// Files returns the files of the table, by path. The caller must not change
// what they point to.
func (s *State) Files() ([]File, error) {
	files := make([]File, 0, len(s.files))
	for path, file := range s.files {
		if err := file.parse(); err != nil {
			return nil, fmt.Errorf("data file %s: %w", path, err)
		}
		files = append(files, File{Add: file.add, Stats: file.stats})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(string(a.Path), string(b.Path)) })
	return files, nil
}

func (f *liveFile) parse() (err error) {
	if f.parsed {
		return nil
	}
	f.stats, err = ParseStats(f.add.Stats)
	f.parsed = err == nil
	return err
}

// Removed returns the files that are no longer part of the table but may still
// be read at older versions, by path. The caller must not change them.
func (s *State) Removed() []*Remove {
	removed := slices.Collect(maps.Values(s.removed))
	slices.SortFunc(removed, func(a, b *Remove) int { return strings.Compare(string(a.Path), string(b.Path)) })
	return removed
}

// Apply brings the state from its version to the next one by the actions of
// that entry: what another writer committed, or what the caller just did.
func (s *State) Apply(version int64, actions []Action) error {
	if version != s.version+1 {
		return fmt.Errorf("apply version %d to a table at version %d: versions follow each other", version, s.version)
	}
	s.apply(actions)
	s.version = version
	return nil
}

func (s *State) apply(actions []Action) {
	for _, action := range actions {
		switch {
		case action.Add != nil:
			s.files[action.Add.Path] = &liveFile{add: action.Add}
			delete(s.removed, action.Add.Path)
		case action.Remove != nil:
			delete(s.files, action.Remove.Path)
			s.removed[action.Remove.Path] = action.Remove
		case action.Txn != nil:
			s.txns[action.Txn.AppID] = *action.Txn
		case action.MetaData != nil:
			s.metadata = *action.MetaData
		case action.Protocol != nil:
			s.protocol = *action.Protocol
		}
	}
}

// Clone returns a copy that may be used by another goroutine.
func (s *State) Clone() *State {
	c := *s
	c.txns, c.removed = maps.Clone(s.txns), maps.Clone(s.removed)
	c.files = make(map[Path]*liveFile, len(s.files))
	for path, file := range s.files {
		f := *file
		c.files[path] = &f
	}
	return &c
}

// CheckpointDue says whether as many versions as the table asks for have
// passed since the newest checkpoint.
func (s *State) CheckpointDue() bool {
	return s.version-max(s.checkpoint, 0) >= s.checkpointInterval()
}

// dropExpired forgets removed files whose retention has passed: no checkpoint
// needs to name them any longer.
func (s *State) dropExpired(now time.Time) {
	s.forgot = now.Add(-s.deletedFileRetention()).UnixMilli()
	maps.DeleteFunc(s.removed, func(_ Path, r *Remove) bool { return r.DeletionTimestamp < s.forgot })
}
