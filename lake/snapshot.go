package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

// FormatVersion is the version of the snapshot format that this code writes.
// It reads every version up to it and refuses later ones.
const FormatVersion = 1

// Snapshot is a numbered, published cut through the log, with all that is
// needed to go on from it: what the lander knew, and what proves the rows.
// Entry 1 is the first.
type Snapshot struct {
	Format int `json:"format"`
	// Number of the entry, from 1 without gaps.
	Number int64 `json:"snapshot"`
	// Time it was published at; never before the entry in front of it.
	Time time.Time `json:"time"`
	// Previous is the SHA-256 in hex over the bytes of entry Number-1; of the
	// first entry it is empty.
	Previous string `json:"previous"`
	// Token names who published it, to recognise one's own entry.
	Token string `json:"token"`
	// KeyID names the key that salts are made with.
	KeyID string `json:"key_id"`
	// Topic is the topic that was landed.
	Topic string `json:"topic"`
	// Generation is the current incarnation of the topic, from 0.
	Generation int64 `json:"generation"`
	// Partitions of every generation, ordered by generation and number.
	Partitions []Partition `json:"partitions"`
	// Tables gives the version of each table that holds all rows below the cut.
	Tables map[string]TableVersion `json:"tables"`
}

// TableVersion is where a table stood when a snapshot was published.
type TableVersion struct {
	// Version of the Delta log.
	Version int64 `json:"version"`
	// Rows below the cut.
	Rows int64 `json:"rows"`
}

// Partition is how far one partition of one generation has been landed, and
// the state that landing goes on from.
type Partition struct {
	Generation int64 `json:"generation"`
	Partition  int   `json:"partition"`
	// Start is the first offset that was ever landed.
	Start int64 `json:"start"`
	// Cut is the next offset: everything from Start up to it is landed.
	Cut int64 `json:"cut"`
	// Root is the Merkle root (hex) over the offsets from Start to Cut.
	Root string `json:"root"`
	// Frontier continues the Merkle tree.
	Frontier []string `json:"frontier"`
	// LastRecord is the digest of the last record before Cut, by which a
	// topic that was made again is recognised.
	LastRecord string `json:"last_record,omitempty"`
	// LogTime is the latest record time seen.
	LogTime time.Time `json:"log_time"`
	// Counts add up to Cut - Start.
	Counts Counts `json:"counts"`
	// Producers gives the high-water mark of each producer.
	Producers map[string]HighWater `json:"producers,omitempty"`
	// Duplicates and Skipped are the offsets without a row that this entry
	// added, so that each leaf can be recomputed.
	Duplicates []Range `json:"duplicates,omitempty"`
	Skipped    []Range `json:"skipped,omitempty"`
}

// Counts says what became of the offsets: each is exactly one of these.
type Counts struct {
	// Rows of tables other than the dead letters.
	Rows       int64 `json:"rows"`
	DeadLetter int64 `json:"deadletter"`
	Duplicates int64 `json:"duplicates"`
	Skipped    int64 `json:"skipped"`
}

// Total returns the number of offsets counted.
func (c Counts) Total() int64 { return c.Rows + c.DeadLetter + c.Duplicates + c.Skipped }

// Plus returns the sums.
func (c Counts) Plus(d Counts) Counts {
	return Counts{c.Rows + d.Rows, c.DeadLetter + d.DeadLetter, c.Duplicates + d.Duplicates, c.Skipped + d.Skipped}
}

// HighWater is the last sequence landed of a producer, and the record time of
// that, in microseconds since 1970: a day of log time later it is forgotten.
type HighWater struct {
	Sequence int64 `json:"sequence"`
	Time     int64 `json:"time"`
}

// Range is the offsets from First up to but not including End.
type Range struct {
	First int64 `json:"first"`
	End   int64 `json:"end"`
}

// Partition returns the state of a partition; nil when it was never landed.
func (s *Snapshot) Partition(generation int64, partition int) *Partition {
	if s == nil {
		return nil
	}
	for i := range s.Partitions {
		if p := &s.Partitions[i]; p.Generation == generation && p.Partition == partition {
			return p
		}
	}
	return nil
}

// Counts returns the sums over all partitions.
func (s *Snapshot) Counts() (sum Counts) {
	for i := range s.Partitions {
		sum = sum.Plus(s.Partitions[i].Counts)
	}
	return sum
}

// Visible says whether a row at a position is part of the snapshot.
func (s *Snapshot) Visible(generation int64, partition int, offset int64) bool {
	p := s.Partition(generation, partition)
	return p != nil && offset < p.Cut
}

// encode returns the entry as it lies in the store. The bytes are what the
// chain hashes, so they must not depend on map order.
func (s *Snapshot) encode() ([]byte, error) {
	data, err := json.Marshal(s, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode snapshot %d: %w", s.Number, err)
	}
	return append(data, '\n'), nil
}

// decodeSnapshot decodes an entry and checks that it is the one asked for.
func decodeSnapshot(data []byte, number int64) (*Snapshot, error) {
	// The version comes first: a later format may have members unknown here.
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("snapshot %d is damaged: %w; run `dreamlog verify`", number, err)
	}
	if head.Format < 1 || head.Format > FormatVersion {
		return nil, fmt.Errorf("snapshot %d has format %d, this version of dreamlog reads up to %d: use the newer version that wrote it", number, head.Format, FormatVersion)
	}
	s := new(Snapshot)
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("snapshot %d is damaged: %w; run `dreamlog verify`", number, err)
	}
	if s.Number != number {
		return nil, fmt.Errorf("snapshot %d is damaged: it says that it is %d; run `dreamlog verify`", number, s.Number)
	}
	return s, nil
}

// digest is the SHA-256 in hex over an entry's bytes.
func digest(entry []byte) string {
	sum := sha256.Sum256(entry)
	return hex.EncodeToString(sum[:])
}
