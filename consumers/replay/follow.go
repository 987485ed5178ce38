package replay

import (
	"context"
	"fmt"
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
	n := news{scope: d.basis.scope, session: session, between: between(d.cuts, session.Cuts()), episodes: map[string]struct{}{}}
	if err := n.read(ctx); err != nil {
		return err
	}
	c := d.newChange()
	touched := map[key]bool{}
	take := func(e *Episode) error {
		touched[e.key()] = true
		return c.add(ctx, e)
	}
	if n.everything {
		scope, err := d.basis.scope.at(ctx, session)
		if err != nil {
			return err
		}
		if err := scope.eachEpisode(ctx, session, d.intern, take); err != nil {
			return err
		}
	} else if err := n.each(ctx, d.intern, take); err != nil {
		return err
	}
	if n.retracted {
		for k := range d.episodes {
			if _, asked := n.episodes[k.episode]; (asked || n.everything) && !touched[k] {
				c.remove(k)
			}
		}
	}
	return c.apply(ctx, session.Snapshot())
}

// news is what lies between two cuts.
type news struct {
	scope   *scope
	session *analytics.Session
	// between is the condition for its rows.
	between string
	// episodes are those that it is about, by their ids.
	episodes map[string]struct{}
	// everything says that it may be about any episode.
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

// read finds out which episodes there is news of.
func (n *news) read(ctx context.Context) error {
	note := func(row []any) error {
		n.episodes[row[0].(string)] = struct{}{}
		return nil
	}
	for _, table := range []string{"lake.transitions", "lake.episodes"} {
		err := eachRow(ctx, n.session, note, "SELECT DISTINCT episode_id FROM "+table+" WHERE "+n.between+" AND "+n.scope.where(), n.scope.arguments()...)
		if err != nil {
			return fmt.Errorf("look for news in %s: %w", table, err)
		}
	}
	if err := n.annotations(ctx, note); err != nil {
		return fmt.Errorf("look for corrections and retractions: %w", err)
	}
	return nil
}

// annotations finds the episodes that later facts are about. The subject of an
// annotation mostly is the episode of its target; the id of the event is what
// holds.
func (n *news) annotations(ctx context.Context, note func([]any) error) error {
	var events []string
	err := eachRow(ctx, n.session, func(row []any) error {
		switch target := row[1].(string); row[0].(string) {
		case "episode":
			n.episodes[target] = struct{}{}
		case "event":
			events = append(events, target)
		default:
			n.everything = true
		}
		n.retracted = n.retracted || row[2].(string) == "retraction"
		return nil
	}, "SELECT DISTINCT target_kind, target, kind FROM lake.annotations WHERE kind IN ('reward', 'outcome', 'retraction') AND "+n.between)
	if err != nil {
		return err
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
func (n *news) each(ctx context.Context, in *interner, do func(*Episode) error) error {
	ids := make([]string, 0, len(n.episodes))
	for id := range n.episodes {
		ids = append(ids, id)
	}
	all, err := n.scope.named(ctx, n.session, in, ids)
	if err != nil {
		return err
	}
	for _, e := range all {
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}
