package replay

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// MaxStaleness is the most policy versions that a drawn group may be behind.
const MaxStaleness = 8

// DrawSpec says what a batch is to consist of.
type DrawSpec struct {
	// PolicyID is the policy in training; empty: the only one that has groups.
	PolicyID string `json:"policy_id"`
	// PolicyVersion is its version now; nil: the newest that has groups. A policy
	// without versions is never stale.
	PolicyVersion *int64 `json:"policy_version"`
	// Staleness is how many versions a group may be behind, at most MaxStaleness;
	// 0: only groups of the version itself.
	Staleness int64 `json:"staleness"`
	// Groups is how many are drawn.
	Groups int `json:"groups"`
	// GroupSize is how many finished attempts make a group whole; 0: as many as
	// there are, but one or more, and none that still runs.
	GroupSize int64 `json:"group_size"`
	// SyntheticShare of the groups are synthetic, in [0, 1]; their number is
	// rounded down.
	SyntheticShare float64 `json:"synthetic_share"`
	// MaxTimes is how often a run draws a group in all; 0: once.
	MaxTimes int64 `json:"max_times"`
	// Order is fifo, the groups that became whole first; or uniform, each as
	// likely as another. Empty: fifo. In a batch they stand in an order that the
	// seed shuffles.
	Order string `json:"order"`
	// MinGroups is how many groups must have become whole before anything is
	// drawn (min size to sample of Reverb's rate limiters).
	MinGroups int64 `json:"min_groups"`
	// SamplesPerInsert bounds how many groups a run draws in all for each that
	// became whole (Reverb's sample to insert ratio); 0: no bound.
	SamplesPerInsert float64 `json:"samples_per_insert"`
}

// withDefaults fills in what was left out.
func (s DrawSpec) withDefaults() DrawSpec {
	s.MaxTimes = cmp.Or(s.MaxTimes, 1)
	s.Order = cmp.Or(s.Order, "fifo")
	return s
}

// Validate says what is wrong with a specification.
func (s DrawSpec) Validate() error {
	s = s.withDefaults()
	switch {
	case s.Groups < 1:
		return fmt.Errorf("a batch of %d groups: give 1 or more", s.Groups)
	case s.Staleness < 0 || s.Staleness > MaxStaleness:
		return fmt.Errorf("staleness %d: give 0 to %d policy versions", s.Staleness, MaxStaleness)
	case s.GroupSize < 0:
		return fmt.Errorf("group size %d: give 0 for any, or more", s.GroupSize)
	case !(s.SyntheticShare >= 0 && s.SyntheticShare <= 1): // so that NaN is refused
		return fmt.Errorf("synthetic share %v: give 0 to 1", s.SyntheticShare)
	case s.MaxTimes < 0:
		return fmt.Errorf("a group drawn at most %d times: give 1 or more", s.MaxTimes)
	case s.Order != "fifo" && s.Order != "uniform":
		return fmt.Errorf("order %q: give fifo or uniform", s.Order)
	case s.MinGroups < 0:
		return fmt.Errorf("at least %d groups: give 0 or more", s.MinGroups)
	case !(s.SamplesPerInsert >= 0) || math.IsInf(s.SamplesPerInsert, 1):
		return fmt.Errorf("%v samples per insert: give 0 for any number, or more", s.SamplesPerInsert)
	}
	return nil
}

// NotReadyError says that a batch cannot be drawn as of this snapshot; a later
// one may have what is missing.
type NotReadyError struct {
	Snapshot int64
	// Reason says what is missing, in words.
	Reason string
}

func (e *NotReadyError) Error() string {
	return fmt.Sprintf("nothing can be drawn as of snapshot %d: %s", e.Snapshot, e.Reason)
}

// Draw draws a batch: the same snapshot, seed and specification give the same
// one. It records nothing: Batch.Events are for the log, and a batch is not
// drawn before they have landed. A *NotReadyError says what is missing.
func (r *Rollouts) Draw(ctx context.Context, seed int64, spec DrawSpec) (*Batch, error) {
	spec = spec.withDefaults()
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if r.nothing != nil {
		return nil, &NotReadyError{r.session.Snapshot(), r.nothing.Error()}
	}
	byPolicy, err := r.groups(ctx, spec.GroupSize)
	if err != nil {
		return nil, err
	}
	groups, err := choosePolicy(&spec, byPolicy)
	if err != nil {
		return nil, err
	}
	drawn, total, err := r.consumption(ctx)
	if err != nil {
		return nil, err
	}
	ready, count := sift(groups, drawn, &spec)
	if reason := spec.limit(int64(len(groups)-count[mixed]-count[incomplete]-count[broken]-count[ungraded]), total); reason != "" {
		return nil, &NotReadyError{r.session.Snapshot(), reason}
	}
	synthetic := int(math.Floor(float64(spec.Groups)*spec.SyntheticShare + 1e-9))
	var chosen []*Group
	for _, part := range []struct {
		origin string
		n      int
	}{{"real", spec.Groups - synthetic}, {"synthetic", synthetic}} {
		if part.n > len(ready[part.origin]) {
			return nil, &NotReadyError{r.session.Snapshot(), short(part.n, part.origin, len(groups), ready, count, &spec)}
		}
		chosen = append(chosen, choose(ready[part.origin], part.n, seed, spec.Order)...)
	}
	slices.SortFunc(chosen, func(a, b *Group) int { return compareDrawn(seed, a, b) })
	return r.batch(seed, spec, chosen), nil
}

// sift parts the groups that can be drawn, by origin, from the others, which it
// counts.
func sift(groups []*Group, drawn map[string]int64, spec *DrawSpec) (ready map[string][]*Group, count map[flaw]int) {
	ready, count = map[string][]*Group{}, map[flaw]int{}
	for _, g := range groups {
		g.drawn = drawn[g.ID]
		if g.flaw == "" && behind(g, spec) {
			g.flaw = stale
		}
		if g.flaw == "" && g.drawn >= spec.MaxTimes {
			g.flaw = consumed
		}
		if g.flaw != "" {
			count[g.flaw]++
			continue
		}
		ready[g.Origin] = append(ready[g.Origin], g)
	}
	return ready, count
}

// behind says whether a group is of a policy version that is too old, or newer
// than the one in training.
func behind(g *Group, spec *DrawSpec) bool {
	if g.PolicyVersion == nil || spec.PolicyVersion == nil {
		return g.PolicyVersion != spec.PolicyVersion
	}
	by := *spec.PolicyVersion - *g.PolicyVersion
	return by < 0 || by > spec.Staleness
}

// limit says why the rate limits hold a draw back; empty: they do not.
func (s *DrawSpec) limit(inserted, drawn int64) string {
	if inserted < s.MinGroups {
		return fmt.Sprintf("%d groups must have become whole before the first draw, %d have", s.MinGroups, inserted)
	}
	if most := s.SamplesPerInsert * float64(inserted); s.SamplesPerInsert > 0 && float64(drawn)+float64(s.Groups) > most {
		return fmt.Sprintf("with %d more, %d groups would have been drawn for %d that became whole, more than %v for each",
			s.Groups, drawn+int64(s.Groups), inserted, s.SamplesPerInsert)
	}
	return ""
}

// short says why there are too few groups of an origin.
func short(wanted int, origin string, all int, ready map[string][]*Group, count map[flaw]int, spec *DrawSpec) string {
	policy := spec.PolicyID
	if spec.PolicyVersion != nil {
		policy = fmt.Sprintf("%s version %d", policy, *spec.PolicyVersion)
	}
	text := fmt.Sprintf("%d %s groups are wanted for policy %s; of the %d groups that the run may see %d real and %d synthetic ones can be drawn",
		wanted, origin, cmp.Or(policy, "(none is named)"), all, len(ready["real"]), len(ready["synthetic"]))
	for _, f := range flaws {
		if count[f] > 0 {
			text += fmt.Sprintf(", %d %s", count[f], f)
		}
	}
	return text
}

// choose takes n of the groups and gives each its probability.
func choose(groups []*Group, n int, seed int64, order string) []*Group {
	probability := 1.0
	compare := compareAge
	if order == "uniform" {
		probability = float64(n) / float64(len(groups))
		compare = func(a, b *Group) int { return compareDrawn(seed, a, b) }
	}
	slices.SortFunc(groups, compare)
	for _, g := range groups[:n] {
		g.Probability = probability
	}
	return groups[:n]
}

// compareAge orders groups by how long they have waited: older versions first,
// then what became whole earlier.
func compareAge(a, b *Group) int {
	return cmp.Or(compareVersions(a.PolicyVersion, b.PolicyVersion), cmp.Compare(a.whole, b.whole), strings.Compare(a.ID, b.ID))
}

func compareVersions(a, b *int64) int {
	if a == nil || b == nil {
		return 0
	}
	return cmp.Compare(*a, *b)
}

// compareDrawn orders groups as a seed shuffles them: by a keyed hash of their
// ids, so that any program can do it again.
func compareDrawn(seed int64, a, b *Group) int {
	return cmp.Or(cmp.Compare(drawHash(seed, a.ID), drawHash(seed, b.ID)), strings.Compare(a.ID, b.ID))
}

// drawHash is the first eight bytes of the SHA-256 over the seed, big-endian,
// and the id.
func drawHash(seed int64, id string) uint64 {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(seed)), id...))
	return binary.BigEndian.Uint64(sum[:8])
}
