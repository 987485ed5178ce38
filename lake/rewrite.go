package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// Rewrite is a data file in the making that takes rows of other files of its
// table, one by one. It is for one goroutine.
type Rewrite struct {
	lake   *Lake
	file   NewFile
	out    store.Writer
	digest hash.Hash
	stream *parquetfile.Stream
}

// Rewritten is a finished Rewrite: not part of its table before Replace.
type Rewritten struct {
	NewFile
	digest string
}

// Rows returns the number of rows.
func (r Rewritten) Rows() int64 { return r.info.Rows }

// Size returns the size in bytes.
func (r Rewritten) Size() int64 { return r.info.Size }

// Rewrite starts a file of a table. ctx covers its whole life.
func (l *Lake) Rewrite(ctx context.Context, name string, o parquetfile.Options) (*Rewrite, error) {
	r := &Rewrite{lake: l, file: NewFile{Table: name, Name: name + "/part-" + schema.NewID() + ".parquet"}, digest: sha256.New()}
	var err error
	if r.out, err = l.store.Create(ctx, r.file.Name); err != nil {
		return nil, err
	}
	if r.stream, err = parquetfile.NewStream(io.MultiWriter(r.out, r.digest), name, o); err != nil {
		return nil, errors.Join(err, r.out.Abort())
	}
	return r, nil
}

// Write adds a row; see parquetfile.Stream.Write.
func (r *Rewrite) Write(row schema.Row) error { return r.stream.Write(row) }

// Finish makes the file durable and reads its footer back.
func (r *Rewrite) Finish(ctx context.Context) (Rewritten, error) {
	var err error
	if r.file.info, err = r.stream.Close(); err != nil {
		return Rewritten{}, errors.Join(err, r.out.Abort())
	}
	if err := r.out.Commit(ctx); err != nil {
		return Rewritten{}, err
	}
	done := Rewritten{NewFile: r.file, digest: hex.EncodeToString(r.digest.Sum(nil))}
	return done, r.lake.readBack(ctx, r.file)
}

// Abort drops the file. After Finish it does nothing.
func (r *Rewrite) Abort() error { return r.out.Abort() }
