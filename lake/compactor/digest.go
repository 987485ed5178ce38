package compactor

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/dreamlog/dreamlog/schema"
)

// digest is the number of rows and the sum, modulo 2^256, of their hashes: the
// same for the same rows in whatever order.
type digest struct {
	rows int64
	sum  [4]uint64 // least significant first
}

// prover makes the hash of each row again from its content. It serves one
// goroutine.
type prover struct{ hasher *schema.Hasher }

func newProver() *prover { return &prover{schema.NewHasher()} }

// add adds a row to a digest. It refuses rows whose content is not what their
// hash says: they were changed after they were landed.
func (p *prover) add(d *digest, row schema.Row) error {
	leaf, err := p.hasher.Leaf(row)
	if err != nil {
		return err
	}
	proof := row.Evidence()
	if len(proof.Salt) == 0 { // erased: the hash remains of content that is gone
		leaf = sha256.Sum256(append(leaf[:], proof.EventHash...))
	} else if !bytes.Equal(leaf[:], proof.EventHash) {
		at := row.At()
		return fmt.Errorf("event %s (generation %d, partition %d, offset %d) was changed after it was landed: its content does not have its hash; run `dreamlog verify`",
			row.Head().EventID, at.Generation, at.Partition, at.Offset)
	}
	d.plus(leaf)
	return nil
}

func (d *digest) plus(hash [sha256.Size]byte) {
	d.rows++
	var carry uint64
	for i := range d.sum {
		d.sum[i], carry = bits.Add64(d.sum[i], binary.LittleEndian.Uint64(hash[8*i:]), carry)
	}
}
