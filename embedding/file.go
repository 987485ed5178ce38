package embedding

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
)

// Beginnings of the two formats. The number is raised when the format changes,
// or the meaning of what it holds: the features that are hashed, the directions
// of a sketch.
const (
	hashedMagic = "DLHASH01"
	indexMagic  = "DLINDX01"
)

// MarshalBinary returns the encoder in the form that ReadHashed takes.
func (h *Hashed) MarshalBinary() ([]byte, error) { return h.encode(), nil }

func (h *Hashed) encode() []byte {
	var b bytes.Buffer
	s := newSealer(&b, hashedMagic)
	s.number(uint64(h.options.Dim))
	s.number(uint64(h.options.ActionShare))
	s.number(h.texts)
	s.bytes(h.idf)
	if err := s.seal(); err != nil {
		panic(err) // memory takes everything
	}
	return b.Bytes()
}

// ReadHashed returns the encoder that was marshalled, or ErrUnusable.
func ReadHashed(data []byte) (*Hashed, error) {
	h, err := readHashed(data)
	if err != nil {
		return nil, fmt.Errorf("read a hashed encoder: %w", err)
	}
	return h, nil
}

func readHashed(data []byte) (*Hashed, error) {
	u, err := newUnsealer(bytes.NewReader(data), int64(len(data)), hashedMagic)
	if err != nil {
		return nil, err
	}
	o := HashedOptions{Dim: u.small(), ActionShare: u.small()}
	texts, idf := u.number(), u.bytes(slots)
	if err := u.end(); err != nil {
		return nil, err
	}
	if o.Dim == 0 || o.ActionShare == 0 {
		return nil, unusable("it names no components, or no share")
	}
	if err := o.Validate(); err != nil {
		return nil, unusable("%v", err)
	}
	return newHashed(o, texts, idf), nil
}

// small reads a number that an int holds on every machine.
func (u *unsealer) small() int {
	n := u.number()
	if n > math.MaxInt32 {
		u.fail("it names a number of %d where small ones are", n)
		return 0
	}
	return int(n)
}

// Save writes the index into a file, in place of what was there, with meta,
// which the caller gets back: such as which snapshot the rows are of. Rows that
// are added meanwhile are not in it.
func (ix *Index) Save(path string, meta []byte) error {
	ix.mu.RLock()
	all := ix.rows
	ix.mu.RUnlock()
	err := replaceFile(path, func(w io.Writer) error { return ix.write(w, &all, meta) })
	if err != nil {
		return fmt.Errorf("save the index %s: %w", path, err)
	}
	return nil
}

func (ix *Index) write(w io.Writer, all *rows, meta []byte) error {
	s := newSealer(w, indexMagic)
	s.text([]byte(ix.encoder))
	s.number(uint64(ix.dim))
	s.text(meta)
	s.number(sparsity(all.vectors.sparse))
	s.number(uint64(len(all.attributes)))
	s.number(uint64(len(all.vectors.values)))
	s.number(uint64(len(all.vectors.dims)))
	column(s, all.attributes, putAttributes)
	column(s, all.sketches, putSketch)
	column(s, all.vectors.ends, binary.LittleEndian.AppendUint64)
	column(s, all.vectors.values, func(b []byte, x int16) []byte { return binary.LittleEndian.AppendUint16(b, uint16(x)) })
	column(s, all.vectors.dims, binary.LittleEndian.AppendUint16)
	return s.seal()
}

// Load reads an index that was saved, with its meta. The error is ErrUnusable
// where it cannot serve, fs.ErrNotExist where there is none; encoder is the ID of
// the encoder that must have made its vectors, or empty for any.
func Load(path, encoder string) (*Index, []byte, error) {
	ix, meta, err := load(path, encoder)
	if err != nil {
		return nil, nil, fmt.Errorf("load the index %s: %w", path, err)
	}
	return ix, meta, nil
}

func load(path, encoder string) (*Index, []byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	return readIndex(f, info.Size(), encoder)
}

func readIndex(r io.Reader, size int64, encoder string) (*Index, []byte, error) {
	u, err := newUnsealer(r, size, indexMagic)
	if err != nil {
		return nil, nil, err
	}
	made := string(u.text())
	if u.err == nil && encoder != "" && made != encoder {
		return nil, nil, unusable("it holds vectors of %q, not of %q", made, encoder)
	}
	dim, meta, sparse := u.small(), u.text(), u.number() != 0
	n, values, dims := u.number(), u.number(), u.number()
	all := rows{
		attributes: readColumn(u, n, attributesSize, getAttributes),
		sketches:   readColumn(u, n, sketchBits/8, getSketch),
		vectors: vectors{
			ends:   readColumn(u, n, 8, binary.LittleEndian.Uint64),
			values: readColumn(u, values, 2, func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b)) }),
			dims:   readColumn(u, dims, 2, binary.LittleEndian.Uint16),
			sparse: sparse,
		},
	}
	if err := u.end(); err != nil {
		return nil, nil, err
	}
	if err := all.vectors.complete(dim); err != nil {
		return nil, nil, err
	}
	ix := newIndex(made, dim)
	ix.publish(all)
	return ix, meta, nil
}

// complete computes what is not in the file, and holds what is against what a
// search relies on.
func (vs *vectors) complete(dim int) error {
	if dim < 1 || dim > math.MaxUint16+1 || len(vs.dims) != 0 && !vs.sparse || vs.sparse && len(vs.dims) != len(vs.values) {
		return unusable("it has %d components in %d places, of vectors of %d", len(vs.values), len(vs.dims), dim)
	}
	vs.squares = make([]uint64, len(vs.ends))
	var start uint64
	for row, end := range vs.ends {
		if end < start || end > uint64(len(vs.values)) || end-start > uint64(dim) || !vs.sparse && end-start != uint64(dim) {
			return unusable("row %d has its components from %d to %d", row, start, end)
		}
		vs.squares[row] = squared(vs.values[start:end])
		start = end
	}
	for _, d := range vs.dims {
		if int(d) >= dim {
			return unusable("it has a component %d of vectors of %d", d, dim)
		}
	}
	return nil
}

func sparsity(sparse bool) uint64 {
	if sparse {
		return 1
	}
	return 0
}

const attributesSize = 24

func putAttributes(b []byte, a Attributes) []byte {
	b = binary.LittleEndian.AppendUint64(b, a.Key)
	for _, n := range [...]uint32{a.Task, a.Episode, a.Step, a.Flags} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func getAttributes(b []byte) Attributes {
	at := func(i int) uint32 { return binary.LittleEndian.Uint32(b[i:]) }
	return Attributes{Key: binary.LittleEndian.Uint64(b), Task: at(8), Episode: at(12), Step: at(16), Flags: at(20)}
}

func putSketch(b []byte, s sketch) []byte {
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func getSketch(b []byte) (s sketch) {
	for i := range s {
		s[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return s
}
