package main

import (
	"context"
	"errors"
	"os"

	"github.com/dreamlog/dreamlog/analytics/render"
	"github.com/dreamlog/dreamlog/internal/app"
)

// exportRows writes the columns that the queries and a reader of episodes use,
// as `dreamlog sql --format parquet` does.
func exportRows(ctx context.Context, session *app.Session, file string) (err error) {
	result, err := session.Query(ctx, `SELECT event_id, episode_id, task_id, environment, step, state, action, next_state,
		reward, terminated, truncated, policy_version, time FROM transitions`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(render.Write(out, render.Parquet, result, render.Options{}), out.Close())
}
