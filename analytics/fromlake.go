package analytics

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// Files gives objects of the lake's store as files on the local disk, which
// stay until they are released.
type Files interface {
	Path(ctx context.Context, name string) (path string, release func(), err error)
}

// FromLake is the Source of a snapshot of a lake; nil is the empty lake.
func FromLake(l *lake.Lake, snapshot *lake.Snapshot, files Files) Source {
	return &lakeSource{l, snapshot, files}
}

type lakeSource struct {
	lake     *lake.Lake
	snapshot *lake.Snapshot
	files    Files
}

// Pin plans every table as of the snapshot and brings its files here.
func (s *lakeSource) Pin(ctx context.Context) (*Pin, error) {
	pin := &Pin{Tables: map[string][]File{}}
	if s.snapshot == nil {
		return pin, nil
	}
	pin.Snapshot, pin.Time = s.snapshot.Number, s.snapshot.Time
	for _, p := range s.snapshot.Partitions {
		pin.Cuts = append(pin.Cuts, Cut{p.Generation, int64(p.Partition), p.Cut})
	}
	var releases []func()
	pin.Release = func() {
		for _, release := range releases {
			release()
		}
	}
	for _, table := range schema.Tables() {
		plan, err := s.lake.Plan(ctx, s.snapshot, table)
		if err != nil {
			pin.Release()
			return nil, err
		}
		for _, f := range plan.Files {
			path, release, err := s.files.Path(ctx, f.Name)
			if err != nil {
				pin.Release()
				return nil, fmt.Errorf("bring %s to the local disk: %w", f.Name, err)
			}
			releases = append(releases, release)
			pin.Tables[table] = append(pin.Tables[table], File{Path: path, Rows: f.Rows, Mixed: f.Mixed, Schemas: f.Schemas})
		}
	}
	return pin, nil
}
