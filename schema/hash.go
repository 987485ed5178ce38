package schema

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
)

// SaltBytes is the size of a row's salt.
const SaltBytes = 16

// AppendCanonical appends the canonical encoding of a row: Avro binary under
// the schema avro/rows of its table in the version that the event was written
// with, each list as one block. Salt and hash are not part of it.
func AppendCanonical(dst []byte, row Row) ([]byte, error) {
	version := row.Head().SchemaVersion
	r := schemas.rows[row.Table()][version]
	if r == nil {
		return nil, fmt.Errorf("table %s has no schema version %d; a newer version of dreamlog may know it", row.Table(), version)
	}
	return r.avro.AppendEncode(dst, row)
}

// Hasher computes Merkle leaves. It keeps a buffer and serves one goroutine.
type Hasher struct{ buf []byte }

// NewHasher returns a Hasher.
func NewHasher() *Hasher { return new(Hasher) }

// Leaf returns the leaf hash of a row, after RFC 6962:
// SHA-256(0x00 || salt || canonical encoding). The leaf of a row that was
// erased, and has no salt, is not that of its event. A salt of any other size
// than SaltBytes is an error: with bytes moved between salt and row, two rows
// could have one hash.
func (h *Hasher) Leaf(row Row) ([sha256.Size]byte, error) {
	salt := row.Evidence().Salt
	if len(salt) != 0 && len(salt) != SaltBytes {
		return [sha256.Size]byte{}, fmt.Errorf("hash %s event %s: its salt has %d bytes, must have %d: the row was altered", row.Table(), row.Head().EventID, len(salt), SaltBytes)
	}
	h.buf = append(append(h.buf[:0], 0x00), salt...)
	var err error
	if h.buf, err = AppendCanonical(h.buf, row); err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hash %s event %s: %w", row.Table(), row.Head().EventID, err)
	}
	return sha256.Sum256(h.buf), nil
}

// Sealer salts rows and sets their hash. It serves one goroutine.
type Sealer struct {
	hasher *Hasher
	mac    hash.Hash
	block  [24]byte
	sum    []byte
}

// NewSealer returns a sealer with the key that is kept beside the lake. The
// salt of an offset depends on nothing but key and offset, so that landing the
// same log again gives the same leaves.
func NewSealer(key []byte) *Sealer {
	return &Sealer{hasher: NewHasher(), mac: hmac.New(sha256.New, key)}
}

// Seal sets the salt and the hash of a row whose position is set.
func (s *Sealer) Seal(row Row) error {
	at := row.At()
	binary.BigEndian.PutUint64(s.block[0:], uint64(at.Generation))
	binary.BigEndian.PutUint64(s.block[8:], uint64(at.Partition))
	binary.BigEndian.PutUint64(s.block[16:], uint64(at.Offset))
	s.mac.Reset()
	s.mac.Write(s.block[:])
	s.sum = s.mac.Sum(s.sum[:0])

	proof := row.Evidence()
	both := make([]byte, SaltBytes+sha256.Size) // one allocation for the two
	copy(both, s.sum[:SaltBytes])
	proof.Salt = both[:SaltBytes:SaltBytes]
	leaf, err := s.hasher.Leaf(row)
	if err != nil {
		return err
	}
	copy(both[SaltBytes:], leaf[:])
	proof.EventHash = both[SaltBytes:]
	return nil
}

// KeyID names a key without giving it away.
func KeyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("dreamlog key id\x00"), key...))
	return hex.EncodeToString(sum[:8])
}

// Kinds of offsets that have no row.
const (
	KindDuplicate = "duplicate"
	KindSkipped   = "skipped"
)

// RowlessLeaf returns the leaf hash of an offset without a row: a record that
// a producer's retry doubled, or an offset that holds no record.
func RowlessLeaf(kind string, offset int64) [sha256.Size]byte {
	buf := append(make([]byte, 0, 32), 0x00)
	buf = append(buf, kind...)
	return sha256.Sum256(binary.BigEndian.AppendUint64(buf, uint64(offset)))
}
