package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
)

// Rollouts are the episodes that training consumes, in whole groups, as of the
// snapshot of a session. They hold nothing beside what the lake says, earlier
// draws included: opened again they are the same.
type Rollouts struct {
	session *analytics.Session
	seen    Visibility
	scope   *scope // nil: nothing is visible yet
	nothing error  // which says so
}

// OpenRollouts opens what a run may train on. A run that has not played yet may
// see nothing: then every draw is not ready.
func OpenRollouts(ctx context.Context, session *analytics.Session, v Visibility) (*Rollouts, error) {
	s, err := v.resolve(ctx, session)
	if err != nil && !errors.Is(err, ErrNothingVisible) {
		return nil, err
	}
	r := &Rollouts{session: session, scope: s, seen: v, nothing: err}
	if s != nil {
		r.seen = s.Visibility
	}
	return r, nil
}

// Group is the draw unit: finished and graded episodes of one task by one
// version of a policy, answered by one environment or by one version of a model
// with demonstrations of one snapshot, which are compared with each other.
type Group struct {
	ID     string `json:"group_id"`
	TaskID string `json:"task_id"`
	Origin string `json:"origin"`
	// ModelID, ModelVersion and BufferSnapshot are those of the experience model;
	// nil for what an environment answered.
	ModelID        *string `json:"model_id,omitempty"`
	ModelVersion   *string `json:"model_version,omitempty"`
	BufferSnapshot *int64  `json:"buffer_snapshot,omitempty"`
	PolicyVersion  *int64  `json:"policy_version"`
	// Episodes by their ids.
	Episodes []string `json:"episodes"`
	// Probability with which the draw chose the group, in (0, 1].
	Probability float64 `json:"probability"`

	whole int64 // when it became so: the ingest time of its last end, in microseconds
	flaw  flaw
	drawn int64 // how often it was drawn before
}

// flaw is why a group cannot be drawn.
type flaw string

// The flaws, in the order in which they are looked for.
const (
	mixed      flaw = "are of several tasks, origins, models, snapshots or policy versions"
	incomplete flaw = "lack attempts that have ended"
	broken     flaw = "lack steps"
	ungraded   flaw = "are not graded"
	stale      flaw = "are stale"
	consumed   flaw = "were drawn before"
)

// flaws in the order in which they are told.
var flaws = []flaw{consumed, stale, incomplete, broken, ungraded, mixed}

// groupsSQL sums up the groups that a run may see. What its transitions say
// tells what the group is, what its ends say how it went: an episode without an
// end is running, one with fewer steps than its end counts has lost some. The
// struct makes NULL a value like others.
func groupsSQL(where string) string {
	return `WITH steps AS (
	SELECT group_id, episode_id, count(DISTINCT step) AS steps,
		min({'task': task_id, 'origin': origin, 'model': model_id, 'version': model_version, 'snapshot': buffer_snapshot,
			'policy': policy_id, 'policy_version': policy_version}) AS kind,
		max({'task': task_id, 'origin': origin, 'model': model_id, 'version': model_version, 'snapshot': buffer_snapshot,
			'policy': policy_id, 'policy_version': policy_version}) AS other
	FROM transitions WHERE group_id IS NOT NULL AND ` + where + `
	GROUP BY group_id, episode_id
),
ended AS (SELECT episode_id, finished, length, episode_return, epoch_us(ingest_time) AS ended_at FROM episodes WHERE group_id IS NOT NULL AND ` + where + `)
SELECT group_id, min(kind) IS DISTINCT FROM max(other) AS mixed,
	min(kind).task, min(kind).origin, min(kind).model, min(kind).version, min(kind).snapshot, min(kind).policy, min(kind).policy_version,
	list(episode_id ORDER BY episode_id) FILTER (finished) AS episodes,
	count(*) FILTER (finished) AS finished,
	count(*) FILTER (length IS NULL) AS running,
	count(*) FILTER (finished AND steps <> length) AS broken,
	count(*) FILTER (finished AND episode_return IS NULL) AS ungraded,
	max(ended_at) AS whole_at
FROM steps LEFT JOIN ended USING (episode_id)
GROUP BY group_id`
}

// groups reads the groups of every policy, keyed by the policy's id.
func (r *Rollouts) groups(ctx context.Context, groupSize int64) (map[string][]*Group, error) {
	byPolicy := map[string][]*Group{}
	err := eachRow(ctx, r.session, func(row []any) error {
		policy, g := groupOf(row, groupSize)
		byPolicy[policy] = append(byPolicy[policy], g)
		return nil
	}, groupsSQL(r.scope.sampledWhere()), r.scope.sampledArguments()...)
	if err != nil {
		return nil, fmt.Errorf("read the groups of %s: %w", place{r.scope.Environment, r.scope.version}, err)
	}
	return byPolicy, nil
}

// groupOf reads a row of groupsSQL.
func groupOf(row []any, groupSize int64) (policy string, g *Group) {
	g = &Group{
		ID: row[0].(string), TaskID: row[2].(string), Origin: row[3].(string),
		ModelID: optional[string](row[4]), ModelVersion: optional[string](row[5]), BufferSnapshot: optional[int64](row[6]),
		PolicyVersion: optional[int64](row[8]),
	}
	if list, ok := row[9].([]any); ok {
		for _, id := range list {
			g.Episodes = append(g.Episodes, id.(string))
		}
	}
	finished, running, lost, without := row[10].(int64), row[11].(int64), row[12].(int64), row[13].(int64)
	switch {
	case row[1].(bool):
		g.flaw = mixed
	case finished < max(groupSize, 1), groupSize == 0 && running > 0:
		g.flaw = incomplete
	case lost > 0:
		g.flaw = broken
	case without > 0:
		g.flaw = ungraded
	}
	if at, ok := row[14].(int64); ok {
		g.whole = at
	}
	return text(row[7]), g
}

// consumption is how often the run has drawn each group. Only a batch that is
// in the lake with all its parts was handed to anybody.
func (r *Rollouts) consumption(ctx context.Context) (map[string]int64, int64, error) {
	drawn, total := map[string]int64{}, int64(0)
	err := eachRow(ctx, r.session, func(row []any) error {
		drawn[row[0].(string)] = row[1].(int64)
		total += row[1].(int64)
		return nil
	}, `SELECT item.id, count(*) FROM (
		SELECT unnest(items) AS item FROM batches WHERE "use" = 'rollouts' AND complete AND coalesce(run_id, '') = $run
	) GROUP BY ALL`, named("run", r.seen.RunID))
	if err != nil {
		return nil, 0, fmt.Errorf("read what run %q has drawn: %w", r.seen.RunID, err)
	}
	return drawn, total, nil
}

// choosePolicy settles on the policy of a draw, and on the version that it is
// counted from.
func choosePolicy(spec *DrawSpec, byPolicy map[string][]*Group) ([]*Group, error) {
	if spec.PolicyID == "" && len(byPolicy) > 1 {
		names := make([]string, 0, len(byPolicy))
		for name := range byPolicy {
			names = append(names, cmp.Or(name, "(without a name)"))
		}
		slices.Sort(names)
		return nil, fmt.Errorf("there are groups of several policies, and a batch is of one: name one of %s", strings.Join(names, ", "))
	}
	for name := range byPolicy {
		spec.PolicyID = cmp.Or(spec.PolicyID, name)
	}
	groups := byPolicy[spec.PolicyID]
	if spec.PolicyVersion == nil {
		for _, g := range groups {
			if v := g.PolicyVersion; v != nil && (spec.PolicyVersion == nil || *v > *spec.PolicyVersion) {
				spec.PolicyVersion = v
			}
		}
	}
	return groups, nil
}
