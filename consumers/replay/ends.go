package replay

import (
	"context"
	"errors"

	"github.com/dreamlog/dreamlog/analytics"
)

// endsSQL selects the ends of episodes, in the order of stepsSQL.
func endsSQL(where string) string {
	return `SELECT task_id, episode_id, status, success, episode_return, instruction
FROM episodes WHERE ` + where + ` ORDER BY task_id, episode_id`
}

// ends are the ends of episodes, read in step with their transitions.
type ends struct {
	result *analytics.Result
	row    []any // nil: the end was reached
}

// openEnds reads the ends that the run may see.
func (s *scope) openEnds(ctx context.Context, session *analytics.Session) (*ends, error) {
	result, err := session.Trusted(ctx, endsSQL(s.where()), s.arguments()...)
	if err != nil {
		return nil, err
	}
	e := &ends{result: result}
	if err := e.next(); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *ends) next() error {
	e.row = nil
	if e.result.Next() {
		e.row = e.result.Row()
	}
	return e.result.Err()
}

func (e *ends) close() error { return e.result.Close() }

// complete gives an episode its end. Episodes come in the order of the ends.
func (e *ends) complete(episode *Episode) error {
	for e.row != nil && before(e.row, episode) {
		if err := e.next(); err != nil {
			return err
		}
	}
	if e.row != nil && e.row[0].(string) == episode.TaskID && e.row[1].(string) == episode.ID {
		end(episode, e.row)
	}
	return nil
}

func before(row []any, e *Episode) bool {
	task, id := row[0].(string), row[1].(string)
	return task < e.TaskID || task == e.TaskID && id < e.ID
}

// end takes a row of endsSQL.
func end(e *Episode, row []any) {
	e.Status, e.Success, e.Return = row[2].(string), optional[bool](row[3]), optional[float64](row[4])
	if e.Instruction == "" {
		e.Instruction = text(row[5])
	}
}
