package replay

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
)

// Follow brings the demonstrations to a later snapshot. It reads the episodes of
// which something lies between the two cuts: a transition, an end, a correction
// or a retraction. So it takes time in proportion to what is new; but where
// something was retracted the index is put together again without it, and where
// a selector retracts, everything is read again. Until it returns, retrieval
// answers as of the earlier snapshot; after an error it still does.
func (d *Demonstrations) Follow(ctx context.Context, session *analytics.Session) error {
	d.following.Lock()
	defer d.following.Unlock()
	from := d.Snapshot()
	switch {
	case session.Snapshot() < from:
		return fmt.Errorf("follow the lake to snapshot %d: the demonstrations stand at %d already, and do not go back", session.Snapshot(), from)
	case session.Snapshot() == from:
		return nil
	}
	if err := d.follow(ctx, session); err != nil {
		return fmt.Errorf("follow the lake from snapshot %d to %d: %w", from, session.Snapshot(), err)
	}
	d.cuts = session.Cuts()
	return nil
}

func (d *Demonstrations) follow(ctx context.Context, session *analytics.Session) error {
	n := news{d: d, session: session, scope: *d.basis.scope, whole: map[string]struct{}{}}
	n.scope.between = between(d.cuts, session.Cuts())
	if err := n.read(ctx); err != nil {
		return err
	}
	c := d.newChange()
	touched := map[key]bool{}
	err := n.each(ctx, func(e *Episode) error {
		touched[e.key()] = true
		return c.add(ctx, e)
	})
	if err != nil {
		return err
	}
	if n.retracted {
		for k := range d.episodes {
			if _, asked := n.whole[k.episode]; (asked || n.everything) && !touched[k] {
				c.remove(k)
			}
		}
	}
	return c.apply(ctx, session.Snapshot())
}

// news is what lies between two cuts.
type news struct {
	d       *Demonstrations
	session *analytics.Session
	// scope is that of the basis, between the cuts.
	scope scope
	// grown are episodes with the steps that are new, ended those whose end is.
	grown []*Episode
	ended []key
	// whole are the ids of episodes of which something that was there has changed:
	// they are read again.
	whole map[string]struct{}
	// everything says that it may be any episode.
	everything bool
	// retracted says that episodes may be gone.
	retracted bool
}

// between is the condition for rows that lie before the second cuts, as all of a
// session do, and not before the first.
func between(first, second []analytics.Cut) string {
	start := map[[2]int64]int64{}
	for _, c := range first {
		start[[2]int64{c.Generation, c.Partition}] = c.Next
	}
	lowest := int64(math.MaxInt64)
	parts := []string{"false"}
	for _, c := range second {
		next := start[[2]int64{c.Generation, c.Partition}]
		if next == c.Next {
			continue
		}
		lowest = min(lowest, next)
		parts = append(parts, fmt.Sprintf("log_generation = %d AND log_partition = %d AND log_offset >= %d", c.Generation, c.Partition, next))
	}
	// The first comparison is one that files are left out by.
	return fmt.Sprintf("log_offset >= %d AND (%s)", lowest, strings.Join(parts, " OR "))
}

// read finds out what is new.
func (n *news) read(ctx context.Context) error {
	if err := n.annotations(ctx); err != nil {
		return fmt.Errorf("look for corrections and retractions: %w", err)
	}
	if n.everything {
		return nil
	}
	if err := n.scope.recount(ctx, n.session); err != nil {
		return err
	}
	err := n.scope.eachWithoutEnd(ctx, n.session, n.d.intern, func(e *Episode) error {
		n.grown = append(n.grown, e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for new transitions: %w", err)
	}
	err = eachRow(ctx, n.session, func(row []any) error {
		n.ended = append(n.ended, key{row[0].(string), row[1].(string)})
		return nil
	}, "SELECT DISTINCT task_id, episode_id FROM lake.episodes WHERE "+n.scope.where(), n.scope.arguments()...)
	if err != nil {
		return fmt.Errorf("look for new ends: %w", err)
	}
	return nil
}

// annotations finds the episodes that later facts are about. The subject of an
// annotation mostly is the episode of its target; the id of the event is what
// holds.
func (n *news) annotations(ctx context.Context) error {
	var events []string
	err := eachRow(ctx, n.session, func(row []any) error {
		switch target := row[1].(string); row[0].(string) {
		case "episode":
			n.whole[target] = struct{}{}
		case "event":
			events = append(events, target)
		default:
			n.everything = true
		}
		n.retracted = n.retracted || row[2].(string) == "retraction"
		return nil
	}, "SELECT DISTINCT target_kind, target, kind FROM lake.annotations WHERE kind IN ('reward', 'outcome', 'retraction') AND "+n.scope.between)
	if err != nil {
		return err
	}
	note := func(row []any) error {
		n.whole[row[0].(string)] = struct{}{}
		return nil
	}
	for chunk := range slices.Chunk(events, namedAtOnce) {
		condition, arguments := oneOf("event_id", chunk)
		for _, table := range []string{"lake.transitions", "lake.episodes"} {
			if err := eachRow(ctx, n.session, note, "SELECT DISTINCT episode_id FROM "+table+" WHERE "+condition, arguments...); err != nil {
				return err
			}
		}
	}
	return nil
}

// each calls do with every episode that there is news of, as it is now.
func (n *news) each(ctx context.Context, do func(*Episode) error) error {
	scope := n.d.basis.scope
	if n.everything {
		scope, err := scope.at(ctx, n.session)
		if err != nil {
			return err
		}
		return scope.eachEpisode(ctx, n.session, n.d.intern, do)
	}
	all := n.merged()
	if err := scope.complete(ctx, n.session, all); err != nil {
		return fmt.Errorf("read the ends of %d episodes: %w", len(all), err)
	}
	again, err := scope.named(ctx, n.session, n.d.intern, slices.Collect(maps.Keys(n.whole)))
	if err != nil {
		return err
	}
	for _, e := range append(all, again...) {
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}

// merged returns the episodes that have grown or ended, together with what is
// held of them, without their new ends. One that grew after its end is read
// again: it is not the end that says how it goes on.
func (n *news) merged() (all []*Episode) {
	grown := map[key]bool{}
	for _, e := range n.grown {
		h := n.d.episodes[e.key()]
		if h != nil && h.Status != "" {
			n.whole[e.ID] = struct{}{}
		}
		grown[e.key()] = true
		if _, again := n.whole[e.ID]; again {
			continue
		}
		if h != nil {
			e = h.with(e)
		}
		all = append(all, e)
	}
	for _, k := range n.ended {
		h := n.d.episodes[k]
		if _, again := n.whole[k.episode]; again || h == nil || grown[k] {
			continue
		}
		copied := *h.Episode
		all = append(all, &copied)
	}
	return all
}

// with returns an episode together with steps that came later in the log.
func (e *Episode) with(later *Episode) *Episode {
	both := *e
	both.Instruction = cmp.Or(e.Instruction, later.Instruction)
	both.Origin = max(e.Origin, later.Origin) // synthetic, where one is
	both.Steps = slices.Concat(e.Steps, later.Steps)
	slices.SortStableFunc(both.Steps, func(a, b Step) int { return cmp.Compare(a.Step, b.Step) })
	both.Steps = slices.CompactFunc(both.Steps, func(a, b Step) bool { return a.Step == b.Step })
	return &both
}
