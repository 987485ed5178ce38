package cli

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/analytics/render"
	"github.com/dreamlog/dreamlog/internal/app"
)

const showLong = `Show steps through an episode: what was seen, thought, done and earned, with
corrections applied; of a dream also why the experience model answered so, and
by which recorded transitions. The beginning of an id will do where it is the
only one, and "latest" stands for the episode that began last. With --follow it
goes on as steps land, until the episode ends.`

const showExample = `  dreamlog sql "SELECT episode_id FROM episodes WHERE success ORDER BY length LIMIT 3"
  dreamlog show 3f2a91c0
  dreamlog show 3f2a91c0 --step 4
  dreamlog show 3f2a91c0 --json | jq '.transitions[].action'
  dreamlog show latest --follow`

func newShow(e *env) *cobra.Command {
	c := showCommand{env: e}
	cmd := &cobra.Command{
		Use: "show EPISODE", Short: "Step through an episode", Long: showLong, Example: showExample,
		Args: arguments("EPISODE"),
		RunE: e.run(func(cmd *cobra.Command, args []string) error {
			switch {
			case !cmd.Flags().Changed("step"):
				c.step = allSteps
			case c.step < 0:
				return usagef("--step counts from 0, not from %d", c.step)
			}
			if err := c.agree(); err != nil {
				return usage(err)
			}
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error { return c.show(cmd.Context(), a, args[0]) })
		}),
	}
	cmd.Flags().Int64Var(&c.step, "step", 0, "only step `number`, from 0 (default: all)")
	cmd.Flags().StringVar(&c.at, "at", "", "as of this `snapshot`: its number, or a time")
	cmd.Flags().BoolVarP(&c.follow, "follow", "f", false, "go on as steps land, until the episode ends")
	return cmd
}

type showCommand struct {
	*env
	step   int64 // or allSteps
	at     string
	follow bool
}

// agree refuses flags that contradict each other.
func (c *showCommand) agree() error {
	if c.follow && (c.step != allSteps || c.at != "" || c.global.json) {
		return errors.New("--follow shows steps as they land: leave out --step, --at and --json")
	}
	return nil
}

// steps returns the first and the last step to show.
func (c *showCommand) steps() (first, last int64) {
	if c.step == allSteps {
		return 0, math.MaxInt64
	}
	return c.step, c.step
}

// allSteps stands for no step in particular.
const allSteps = -1

func (c *showCommand) show(ctx context.Context, a *app.App, id string) (err error) {
	session, err := a.Session(ctx, c.at, analytics.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if id, err = findEpisode(ctx, session, id); err != nil {
		return err
	}
	switch {
	case c.global.json:
		return c.showJSON(ctx, session, id)
	case c.follow:
		return newWatch(c, a, id).run(ctx)
	}
	first, last := c.steps()
	ep, err := readEpisode(ctx, session, id, first, last)
	if err != nil {
		return err
	}
	if len(ep.steps) == 0 && c.step != allSteps {
		return fmt.Errorf("episode %s has no step %d", id, c.step)
	}
	return ep.print(c.stdout, width(c.stdout))
}

// episodeNamed finds the ids that begin with a text, the exact one first.
const episodeNamed = `SELECT DISTINCT episode_id FROM (
	SELECT episode_id FROM transitions_raw WHERE starts_with(episode_id, $1)
	UNION ALL SELECT episode_id FROM episodes WHERE starts_with(episode_id, $1))
ORDER BY episode_id LIMIT 5`

const episodeExact = `SELECT EXISTS (FROM transitions_raw WHERE episode_id = $1) OR EXISTS (FROM episodes WHERE episode_id = $1)`

// latestEpisode is the one whose first step was taken last.
const latestEpisode = `SELECT episode_id FROM transitions_raw WHERE step = 0 ORDER BY time DESC, log_offset DESC LIMIT 1`

// latest stands for the episode that began last.
const latest = "latest"

// findEpisode completes the beginning of an id.
func findEpisode(ctx context.Context, session *app.Session, id string) (string, error) {
	exact, err := texts(ctx, session, "SELECT $1 WHERE ("+episodeExact+")", id)
	if err != nil || len(exact) == 1 {
		return id, err
	}
	query, args := episodeNamed, []any{id}
	if id == latest {
		query, args = latestEpisode, nil
	}
	found, err := texts(ctx, session, query, args...)
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return "", fmt.Errorf("there is no episode %q as of snapshot %d: `dreamlog sql \"SELECT episode_id FROM episodes\"` lists them", id, session.Snapshot())
	}
	return "", fmt.Errorf("several episodes begin with %q: %s …: give more of the id", id, strings.Join(found, ", "))
}

// texts returns the first column of a query.
func texts(ctx context.Context, session *app.Session, query string, args ...any) (found []string, err error) {
	err = eachRow(ctx, session, func(row []any) { found = append(found, row[0].(string)) }, query, args...)
	return found, err
}

// eachRow calls do with every row of a query of ours.
func eachRow(ctx context.Context, session *app.Session, do func([]any), query string, args ...any) (err error) {
	result, err := session.Trusted(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		do(result.Row())
	}
	return result.Err()
}

// episodeObject is the whole episode as one row with lists in it. What has
// not ended has no row in episodes.
const episodeObject = `SELECT $episode AS episode_id, e.* EXCLUDE (episode_id),
	(SELECT list(t ORDER BY step, log_offset) FROM transitions t WHERE episode_id = $episode AND ($step < 0 OR step = $step)) AS transitions,
	(SELECT count(*) FROM calls WHERE episode_id = $episode) AS calls,
	(SELECT list(a ORDER BY log_offset) FROM annotations a WHERE target = $episode
		OR target IN (SELECT event_id FROM transitions_raw WHERE episode_id = $episode)) AS annotations
FROM (SELECT 1) LEFT JOIN (SELECT * FROM episodes WHERE episode_id = $episode) e ON true`

func (c *showCommand) showJSON(ctx context.Context, session *app.Session, id string) (err error) {
	result, err := session.Trusted(ctx, episodeObject,
		driver.NamedValue{Name: "episode", Value: id}, driver.NamedValue{Name: "step", Value: c.step})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	return render.Write(c.stdout, render.JSONL, result, render.Options{})
}
