package schema

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// NewID returns a fresh id: a UUIDv7, which sorts by the time it was made.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// namespace is the root of derived ids; it must never change.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/dreamlog/dreamlog"))

// DeriveID returns the id (a UUIDv5) that follows from parts, so that who
// derives it again from the same source gets the same id. Parts are told apart
// by their lengths: ("ab","c") and ("a","bc") give different ids.
func DeriveID(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)))
		b.WriteByte(':')
		b.WriteString(p)
	}
	return uuid.NewSHA1(namespace, []byte(b.String())).String()
}

// HashID is the first eight bytes of the SHA-256 of an id. It orders what is to be
// sampled, so that any program can draw the same sample, and what is equally
// similar, so that the order of arrival does not matter.
func HashID(id string) uint64 {
	sum := sha256.Sum256([]byte(id))
	return binary.BigEndian.Uint64(sum[:8])
}
