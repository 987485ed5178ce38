package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// file is a data file of a table.
type file struct {
	lake.DataFile
	table string
	// looked says that it was read before, so that what is wrong with the file
	// as a whole is reported once.
	looked bool
	// damaged says that it could not be read: it is not tried again.
	damaged bool
	// next is, for each lane, the offset behind its last row below the cut.
	next map[lane]int64
}

// plan lists the files of all tables, at versions that hold every snapshot.
func (v *verification) plan(ctx context.Context) error {
	for _, table := range schema.Tables() {
		files, err := v.lake.Files(ctx, table)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			v.mismatch(KindTable, "table "+table, "%v", err)
			continue
		}
		if has, needs := v.lake.Version(table), v.final.Tables[table].Version; has < needs {
			v.mismatch(KindTable, "table "+table, "its log ends at version %d, snapshot %d was published at version %d", has, v.final.Number, needs)
		}
		for _, f := range files {
			v.files = append(v.files, &file{DataFile: f, table: table, next: map[lane]int64{}})
		}
	}
	v.count(func(n *Checked) { n.Files = int64(len(v.files)) })
	return nil
}

// reaches says whether rows of the file may lie in the windows.
func (f *file) reaches(windows map[lane]*window) bool {
	if f.damaged {
		return false
	}
	for _, r := range f.Ranges {
		w := windows[lane{r.Generation, int(r.Partition)}]
		if w != nil && r.First < w.end() && r.Next > w.first {
			return true
		}
	}
	return f.Ranges == nil && len(windows) > 0
}

// covers says whether the log of the table names the position of a row.
func (f *file) covers(at *schema.Position) bool {
	for _, r := range f.Ranges {
		if r.Generation == at.Generation && r.Partition == at.Partition && at.Offset >= r.First && at.Offset < r.Next {
			return true
		}
	}
	return f.Ranges == nil
}

// scanner reads files into windows.
type scanner struct {
	*verification
	windows map[lane]*window
	mu      sync.Mutex // guards what lies in windows
}

// file reads one file. What is wrong with it is a mismatch; only the end of
// ctx is an error.
func (s *scanner) file(ctx context.Context, number owner, f *file) error {
	first := !f.looked
	f.looked = true
	err := s.read(ctx, number, f, first)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		f.damaged = true
		s.mismatch(KindFile, f.Name, "%v", err)
	}
	return nil
}

func (s *scanner) read(ctx context.Context, number owner, f *file, first bool) (err error) {
	o, err := s.lake.Store().Open(ctx, f.Name)
	if errors.Is(err, store.ErrNotExist) {
		return errors.New("it is missing, but part of the table")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	if first {
		if err := s.bytes(o, f); err != nil {
			s.mismatch(KindFile, f.Name, "%v", err) // its rows tell more
		}
	}
	reading := reading{scanner: s, hasher: schema.NewHasher(), number: number, file: f, first: first}
	if err := parquetfile.Read(ctx, o, o.Size(), f.table, reading.take); err != nil {
		return err
	}
	if first && reading.rows != f.Rows {
		s.mismatch(KindFile, f.Name, "it holds %d rows, the log of the table says %d", reading.rows, f.Rows)
	}
	return nil
}

// bytes checks size and digest.
func (s *scanner) bytes(o store.Object, f *file) error {
	if o.Size() != f.Size {
		return fmt.Errorf("it has %d bytes, the log of the table says %d", o.Size(), f.Size)
	}
	if f.Digest == "" {
		return nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(o, 0, o.Size())); err != nil {
		return err
	}
	if digest := hex.EncodeToString(h.Sum(nil)); digest != f.Digest {
		return fmt.Errorf("its bytes have the digest %s, the log of the table says %s", digest, f.Digest)
	}
	return nil
}

// reading is one pass over a file.
type reading struct {
	*scanner
	hasher *schema.Hasher
	number owner
	file   *file
	first  bool
	rows   int64
	strays bool // a row was found that the log of the table does not name
	// checked is what the rows at hand add to the report.
	checked Checked
}

// take checks some rows, and puts their hashes into the windows.
func (r *reading) take(rows []schema.Row) error {
	r.rows += int64(len(rows))
	r.checked = Checked{}
	for _, row := range rows {
		at := row.At()
		in := lane{at.Generation, int(at.Partition)}
		w := r.windows[in]
		switch {
		case w != nil && w.holds(at.Offset):
			if leaf, ok := r.leaf(row); ok {
				r.put(w, in, row, leaf)
			}
		case r.first:
			r.outside(in, row)
		}
		if r.first && !r.strays && !r.file.covers(at) {
			r.strays = true
			r.mismatch(KindFile, r.file.Name, "it holds offset %d of %s, which the log of the table does not say", at.Offset, in)
		}
	}
	r.count(func(n *Checked) {
		n.Rows += r.checked.Rows
		n.Erased += r.checked.Erased
		n.Pending += r.checked.Pending
	})
	return nil
}

// leaf returns the hash that a row was landed with, and checks that the row
// still has it. What remains of an erased row has no hash of its own.
func (r *reading) leaf(row schema.Row) (leaf [sha256.Size]byte, ok bool) {
	p := row.Evidence()
	if len(p.EventHash) != len(leaf) {
		r.mismatch(KindRow, r.name(row), "its hash has %d bytes (%s)", len(p.EventHash), r.file.Name)
		return leaf, false
	}
	leaf = [sha256.Size]byte(p.EventHash)
	if len(p.Salt) == 0 {
		r.checked.Erased++
		return leaf, true
	}
	made, err := r.hasher.Leaf(row)
	switch {
	case err != nil:
		r.mismatch(KindRow, r.name(row), "%v (%s)", err, r.file.Name)
	case made != leaf:
		r.mismatch(KindRow, r.name(row), "its content has the hash %x, it was landed with %x (%s)", made, leaf, r.file.Name)
	}
	return leaf, true
}

func (r *reading) name(row schema.Row) string {
	at := row.At()
	return fmt.Sprintf("table %s, event %s, generation %d, partition %d, offset %d", row.Table(), row.Head().EventID, at.Generation, at.Partition, at.Offset)
}

func (r *reading) put(w *window, in lane, row schema.Row, leaf [sha256.Size]byte) {
	offset := row.At().Offset
	r.mu.Lock()
	before := w.put(offset, leaf, r.number)
	r.mu.Unlock()
	r.checked.Rows++
	r.file.next[in] = max(r.file.next[in], offset+1)
	switch {
	case before >= 0:
		r.mismatch(KindOffset, r.name(row), "it is there more than once: in %s and in %s", r.files[before].Name, r.file.Name)
	case before != nobody:
		r.mismatch(KindOffset, r.name(row), "a snapshot says that there is no row at this offset (%s)", r.file.Name)
	}
}

// outside looks at a row that lies in no window.
func (r *reading) outside(in lane, row schema.Row) {
	offset := row.At().Offset
	p := r.final.Partition(in.generation, in.partition)
	switch {
	case p != nil && offset >= p.Start && offset < p.Cut:
		return // another window's
	case p != nil && offset < p.Start, in.generation < r.final.Generation:
		r.mismatch(KindOffset, r.name(row), "it lies outside of what was ever landed (%s)", r.file.Name)
		return
	}
	r.leaf(row)
	r.checked.Pending++
}

// reach checks that each table says that it was landed at least as far as its
// rows go: else the lander would land them again.
func (v *verification) reach(ctx context.Context) error {
	next := map[string]map[lane]int64{}
	for _, f := range v.files {
		if next[f.table] == nil {
			next[f.table] = map[lane]int64{}
		}
		for at, n := range f.next {
			next[f.table][at] = max(next[f.table][at], n)
		}
	}
	for _, table := range schema.Tables() {
		for at, due := range next[table] {
			app := fmt.Sprintf("%s/%d/%d", v.final.Topic, at.partition, at.generation)
			covered, err := v.lake.Covered(ctx, table, app)
			if err != nil {
				return err
			}
			if covered < due {
				v.mismatch(KindTable, "table "+table, "by its own word it was landed up to offset %d of %s, but it holds rows up to %d", covered, at, due)
			}
		}
	}
	return nil
}
