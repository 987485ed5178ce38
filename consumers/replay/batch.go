package replay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"iter"
	"strconv"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// Batch is what one training step consumes.
type Batch struct {
	// ID follows from run, snapshot, seed and specification.
	ID       string
	RunID    string
	Snapshot int64
	Seed     int64
	// Spec as it was carried out, with all defaults filled in.
	Spec BatchSpec
	// Groups in the order in which they are consumed.
	Groups []*Group
	// Digest is the SHA-256 in hex over the items in order: for each its id, a
	// tab, its probability in the shortest decimal form that is exact, and a
	// line feed.
	Digest string
}

// BatchSpec is what a batch was drawn by.
type BatchSpec struct {
	Visibility Visibility `json:"visibility"`
	Draw       DrawSpec   `json:"draw"`
}

func (r *Rollouts) batch(seed int64, spec DrawSpec, groups []*Group) *Batch {
	b := &Batch{RunID: r.seen.RunID, Snapshot: r.session.Snapshot(), Seed: seed, Spec: BatchSpec{r.seen, spec}, Groups: groups}
	b.ID = schema.DeriveID("batch", b.RunID, strconv.FormatInt(b.Snapshot, 10), strconv.FormatInt(b.Seed, 10), string(schema.JSONOf(b.Spec)))
	b.Digest = digest(b.Items())
	return b
}

// Items are the groups as the event has them.
func (b *Batch) Items() []schema.BatchItem {
	items := make([]schema.BatchItem, len(b.Groups))
	for i, g := range b.Groups {
		items[i] = schema.BatchItem{ID: g.ID, Probability: g.Probability}
	}
	return items
}

func digest(items []schema.BatchItem) string {
	h := sha256.New()
	for _, item := range items {
		writeItem(h, item.ID, item.Probability)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// DigestDemonstrations is the digest of a batch over demonstrations, with the
// ids of their events, and similarities in the place of probabilities.
func DigestDemonstrations(found []Demonstration) string {
	h := sha256.New()
	for i := range found {
		writeItem(h, found[i].Step().EventID, found[i].Similarity)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writeItem(h hash.Hash, id string, number float64) {
	h.Write([]byte(id + "\t" + strconv.FormatFloat(number, 'g', -1, 64) + "\n"))
}

// partBytes is about how many bytes of items go into one event.
var partBytes = 4 << 20 // lowered by tests

// Events returns the batch.drawn events that record the batch: several where it
// is large. Their ids follow from the batch, so that they can be sent again.
// iteration is that of the training; nil: there is none.
func (b *Batch) Events(now time.Time, iteration *int64) []*schema.TrainingRow {
	parts := divideItems(b.Items())
	events := make([]*schema.TrainingRow, len(parts))
	for i, items := range parts {
		spec := schema.JSONOf(b.Spec)
		row := &schema.TrainingRow{
			Envelope: schema.Envelope{
				EventID: schema.DeriveID("batch.drawn", b.ID, strconv.Itoa(i)), EventType: schema.TypeBatchDrawn,
				Time: schema.MicrosOf(now), Source: "buffer", Subject: b.Spec.Draw.PolicyID,
			},
			Training: schema.Training{
				Iteration: iteration, BatchID: &b.ID, Part: new(int64(i)), Parts: new(int64(len(parts))), Use: new("rollouts"), Items: items,
				Seed: &b.Seed, Snapshot: &b.Snapshot, Spec: &spec, Digest: &b.Digest,
			},
		}
		if b.RunID != "" {
			row.RunID = &b.RunID
		}
		if row.Subject == "" {
			row.Subject = b.ID
		}
		events[i] = row
	}
	return events
}

func divideItems(items []schema.BatchItem) (parts [][]schema.BatchItem) {
	first, size := 0, 0
	for i, item := range items {
		if size += len(item.ID) + 16; size > partBytes && i > first {
			parts = append(parts, items[first:i])
			first, size = i, len(item.ID)+16
		}
	}
	return append(parts, items[first:])
}

// Episodes streams the episodes of a batch, in the order of task and episode id.
func (r *Rollouts) Episodes(ctx context.Context, b *Batch) iter.Seq2[*Episode, error] {
	var ids []string
	for _, g := range b.Groups {
		ids = append(ids, g.Episodes...)
	}
	return func(yield func(*Episode, error) bool) {
		if len(ids) == 0 {
			return
		}
		episodes, err := r.scope.named(ctx, r.session, newInterner(0), ids)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, e := range episodes {
			if !yield(e, nil) {
				return
			}
		}
	}
}
