package replay

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/schema"
)

// file keeps what was embedded. It is derived from the lake: whatever is wrong
// with it, it is built again, and that is all.
type file struct {
	path string // empty: none is kept
	log  *slog.Logger
}

// fileOf names the file of a visibility. A later basis of the same visibility
// takes its place, so that they do not pile up.
func fileOf(dir string, v Visibility, log *slog.Logger) file {
	if log == nil {
		log = slog.Default()
	}
	f := file{log: log.With("component", "replay")}
	if dir != "" {
		f.path = filepath.Join(dir, "demonstrations-"+schema.DeriveID("visibility", string(schema.JSONOf(v)))+".index")
	}
	return f
}

// fileMeta is what the file says of itself.
type fileMeta struct {
	// Basis is the snapshot that Phi was fitted as of.
	Basis int64 `json:"basis_snapshot"`
	// Phi is the fitted encoder; empty where the caller brought another.
	Phi []byte `json:"phi,omitempty"`
}

// load takes phi and the rows from the file, where they are those of the basis.
func (f *file) load(b *Basis) {
	if f.path == "" {
		return
	}
	encoder := ""
	if !b.fitted {
		encoder = b.phi.ID()
	}
	index, meta, err := embedding.Load(f.path, encoder)
	if err == nil {
		err = b.take(index, meta)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.log.Warn("the index of demonstrations cannot be used and is built again from the lake", "file", f.path, "error", err)
	}
}

// take takes over what a file held. One of another snapshot is of no use, but no
// fault either.
func (b *Basis) take(index *embedding.Index, data []byte) error {
	var meta fileMeta
	if err := json.Unmarshal(data, &meta); err != nil {
		return err
	}
	if !b.fitted {
		b.kept = index
		return nil
	}
	if meta.Basis != b.snapshot || len(meta.Phi) == 0 {
		return nil
	}
	phi, err := embedding.ReadHashed(meta.Phi)
	if err != nil {
		return err
	}
	if phi.ID() != index.Encoder() {
		return errors.New("its rows are not those of its encoder")
	}
	b.phi, b.kept = phi, index
	return nil
}

// save keeps an index. That it cannot be kept harms nobody.
func (f *file) save(b *Basis, index *embedding.Index) {
	if f.path == "" {
		return
	}
	meta := fileMeta{Basis: b.snapshot}
	var err error
	if phi, ok := b.phi.(*embedding.Hashed); ok && b.fitted {
		meta.Phi, err = phi.MarshalBinary()
	}
	data, encodeErr := json.Marshal(meta)
	err = errors.Join(err, encodeErr, os.MkdirAll(filepath.Dir(f.path), 0o755))
	if err == nil {
		err = index.Save(f.path, data)
	}
	if err != nil {
		f.log.Warn("the index of demonstrations cannot be kept; the next one who opens it embeds all again", "file", f.path, "error", err)
	}
}
