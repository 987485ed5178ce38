package catalogue

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
)

// Catalogue is what a shop sells and what is asked of it.
type Catalogue struct {
	Products []Product
	Goals    []Goal
}

// Version names the products by what they are: "catalogue-" and the first
// twelve hexadecimal digits of their SHA-256.
func (c *Catalogue) Version() string {
	d := digest{sha256.New()}
	for i := range c.Products {
		d.product(&c.Products[i])
	}
	return "catalogue-" + hex.EncodeToString(d.Sum(nil))[:12]
}

// digest takes values with their lengths, so that no two lists of them read
// alike.
type digest struct{ hash.Hash }

func (d digest) number(n uint64) { d.Write(binary.BigEndian.AppendUint64(nil, n)) }

func (d digest) text(texts ...string) {
	d.number(uint64(len(texts)))
	for _, t := range texts {
		d.number(uint64(len(t)))
		d.Write([]byte(t))
	}
}

func (d digest) product(p *Product) {
	d.text(p.ID, p.Title, p.Description, p.Query, p.Category, p.PriceTag, p.Rating)
	d.text(p.Features...)
	d.text(p.Path...)
	d.text(p.Attributes...)
	d.number(math.Float64bits(p.Price))
	d.number(uint64(len(p.Options)))
	for _, o := range p.Options {
		d.text(o.Name)
		d.text(o.Values...)
	}
	d.number(uint64(len(p.Reviews)))
	for _, r := range p.Reviews {
		d.text(r.Title, r.Body)
		d.number(uint64(r.Stars))
	}
}
