package catalogue

import "math/rand/v2"

// identities number products without repeating and without showing the order:
// n is multiplied by a factor that is coprime to the number of ids, and moved.
type identities struct{ idShift, modelShift uint64 }

const (
	idDigits  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	idLength  = 8
	idCount   = 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36
	idFactor  = 1_000_000_000_039 // coprime to 36
	letters   = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	models    = 24 * 24 * 10_000
	modFactor = 1_299_709 // coprime to 24 and 10
)

func newIdentities(seed int64) identities {
	r := rand.New(rand.NewPCG(uint64(seed), ^uint64(0)))
	return identities{r.Uint64N(idCount), r.Uint64N(models)}
}

// id returns a product id: ten characters that begin with B0, as shoppers know
// them.
func (d identities) id(n int) string {
	// With MaxProducts below 2^20 and the factor below 2^40 it fits into 64 bits.
	v := (uint64(n)*idFactor + d.idShift) % idCount
	id := []byte("B000000000")
	for i := range idLength {
		id[len(id)-1-i] = idDigits[v%36]
		v /= 36
	}
	return string(id)
}

// model returns a model number; no two products have the same one, and so no
// two titles are alike.
func (d identities) model(n int) string {
	v := (uint64(n)*modFactor + d.modelShift) % models
	m := []byte("AA-0000")
	for i := range 4 {
		m[6-i] = byte('0' + v%10)
		v /= 10
	}
	m[1] = letters[v%24]
	m[0] = letters[v/24]
	return string(m)
}
