package lake

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
)

// DataFile is a file of a table at its newest version, whichever snapshots see
// its rows. Readers take a Plan; this is for those who rewrite or prove files.
type DataFile struct {
	// Name in the store.
	Name string
	// Size in bytes, and number of rows, by the word of the table's log.
	Size, Rows int64
	// Ranges are the offsets that the rows lie between; nil: the log does not
	// say, because another program wrote the file.
	Ranges []parquetfile.OffsetRange
	// Digest is the SHA-256 in hex over the bytes of the file; empty: the log
	// does not say.
	Digest string
}

// tagDigest of an addition holds DataFile.Digest.
const tagDigest = "dreamlog.sha256"

// Files lists the files of a table at its newest version, by name; none when
// there is no table yet.
func (l *Lake) Files(ctx context.Context, name string) ([]DataFile, error) {
	t := l.tables[name]
	if t == nil {
		return nil, fmt.Errorf("there is no table %q", name)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.refresh(ctx)
	if errors.Is(err, delta.ErrNoTable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	live, err := t.state.Files()
	if err != nil {
		return nil, fmt.Errorf("list the files of table %s: %w", name, err)
	}
	files := make([]DataFile, len(live))
	for i, f := range live {
		files[i] = DataFile{Name: name + "/" + string(f.Path), Size: f.Size, Rows: f.Stats.Rows, Digest: f.Tags[tagDigest]}
		if tag := f.Tags[parquetfile.TagOffsets]; tag != "" {
			if files[i].Ranges, err = parquetfile.ParseRanges(tag); err != nil {
				return nil, fmt.Errorf("list the files of table %s: data file %s: %w", name, f.Path, err)
			}
		}
	}
	return files, nil
}
