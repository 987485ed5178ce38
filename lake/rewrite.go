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

// Finish makes the file durable and reads its footer back. It is not part of
// its table before Replace.
func (r *Rewrite) Finish(ctx context.Context) (NewFile, error) {
	var err error
	if r.file.info, err = r.stream.Close(); err != nil {
		return NewFile{}, errors.Join(err, r.out.Abort())
	}
	if err := r.out.Commit(ctx); err != nil {
		return NewFile{}, err
	}
	r.file.digest = hex.EncodeToString(r.digest.Sum(nil))
	return r.file, r.lake.readBack(ctx, r.file)
}

// Abort drops the file. After Finish it does nothing.
func (r *Rewrite) Abort() error { return r.out.Abort() }
