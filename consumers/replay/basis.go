package replay

import (
	"context"
	"fmt"
	"iter"
	"log/slog"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/schema"
)

// Basis is what retrieval is settled on as of one snapshot: what is visible,
// with the environment version and the sample of tasks that follow from it, and
// phi. Demonstrations that have the same basis and stand at the same snapshot
// give the same answers, whether they were opened there or followed the lake to
// it.
type Basis struct {
	scope    *scope
	snapshot int64
	phi      embedding.Encoder
	fitted   bool // phi was fitted to what is visible as of the snapshot
	file     file
	kept     *embedding.Index // what the derived file has; nil: nothing of use
}

// BasisOptions say what a basis rests on. The zero value means the defaults.
type BasisOptions struct {
	// Phi is the encoder; nil: hashed TF-IDF, fitted to the visible states and
	// actions.
	Phi embedding.Encoder
	// Dir is the folder for the derived file, one for each visibility, which
	// spares embedding again what was embedded before; empty: none is kept.
	Dir string
	// Log hears when the file had to be built again; nil: slog.Default.
	Log *slog.Logger
}

// NewBasis settles on what a run may see as of a session's snapshot.
func NewBasis(ctx context.Context, session *analytics.Session, v Visibility, o BasisOptions) (*Basis, error) {
	s, err := v.resolve(ctx, session)
	if err != nil {
		return nil, err
	}
	b := &Basis{scope: s, snapshot: session.Snapshot(), phi: o.Phi, fitted: o.Phi == nil}
	b.file = fileOf(o.Dir, s.Visibility, o.Log)
	b.file.load(b)
	if b.phi == nil {
		if b.phi, err = s.fit(ctx, session); err != nil {
			return nil, fmt.Errorf("fit phi as of snapshot %d: %w", b.snapshot, err)
		}
	}
	return b, nil
}

// Snapshot is the one that the basis was settled as of.
func (b *Basis) Snapshot() int64 { return b.snapshot }

// Visibility is what is visible, with its environment and version named.
func (b *Basis) Visibility() Visibility { return b.scope.Visibility }

// Spec says what answers depend on beside the snapshot of the demonstrations:
// one JSON object.
func (b *Basis) Spec() schema.JSON {
	return schema.JSONOf(struct {
		Visibility Visibility `json:"visibility"`
		Snapshot   int64      `json:"basis_snapshot"`
		Phi        string     `json:"phi"`
	}{b.scope.Visibility, b.snapshot, b.phi.ID()})
}

// fit fits phi to every visible transition.
func (s *scope) fit(ctx context.Context, session *analytics.Session) (*embedding.Hashed, error) {
	var failure error
	phi, err := embedding.FitHashed(s.texts(ctx, session, &failure), embedding.HashedOptions{})
	if failure != nil {
		return nil, failure
	}
	return phi, err
}

// texts streams the visible states and actions, in no order.
func (s *scope) texts(ctx context.Context, session *analytics.Session, failure *error) iter.Seq[embedding.Text] {
	return func(yield func(embedding.Text) bool) {
		*failure = eachRow(ctx, session, func(row []any) error {
			if !yield(embedding.Text{State: row[0].(string), Action: row[1].(string)}) {
				return errStopped
			}
			return nil
		}, "SELECT state, action FROM transitions WHERE "+s.sampledWhere(), s.sampledArguments()...)
	}
}
