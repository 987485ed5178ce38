package replay

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dreamlog/dreamlog/analytics"
)

// Transitions are sorted a slice at a time, as DuckDB sorts in memory and texts may
// be long: so many of them, and about so many bytes.
var sliceTransitions int64 = 20_000 // lowered by tests

const sliceBytes = 128 << 20

// streamedTexts bounds the texts that are kept to be shared among the episodes
// of a stream.
const streamedTexts = 20_000

// Episodes streams every episode that a run may see, each whole, in the order
// of task and episode id. Beside the episode at hand it holds the ids of the
// tasks, and what DuckDB takes to sort at most some 20,000 transitions and the ends
// of the episodes. After an error there is nothing more.
func Episodes(ctx context.Context, session *analytics.Session, v Visibility) iter.Seq2[*Episode, error] {
	return func(yield func(*Episode, error) bool) {
		s, err := v.resolve(ctx, session)
		if err != nil {
			yield(nil, err)
			return
		}
		s.episodes(ctx, session, newInterner(streamedTexts))(yield)
	}
}

// errStopped says that the caller has seen enough.
var errStopped = errors.New("stopped")

func (s *scope) episodes(ctx context.Context, session *analytics.Session, in *interner) iter.Seq2[*Episode, error] {
	return func(yield func(*Episode, error) bool) {
		err := s.eachEpisode(ctx, session, in, func(e *Episode) error {
			if !yield(e, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, fmt.Errorf("read episodes of %s: %w", place{s.Environment, s.version}, err))
		}
	}
}

// eachEpisode reads all slices, with the ends of the episodes beside them in the
// same order.
func (s *scope) eachEpisode(ctx context.Context, session *analytics.Session, in *interner, do func(*Episode) error) (err error) {
	ends, err := s.openEnds(ctx, session)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ends.close()) }()
	return s.eachWithoutEnd(ctx, session, in, func(e *Episode) error {
		if err := ends.complete(e); err != nil {
			return err
		}
		return do(e)
	})
}

// eachWithoutEnd reads slice after slice of the transitions.
func (s *scope) eachWithoutEnd(ctx context.Context, session *analytics.Session, in *interner, do func(*Episode) error) error {
	slices, err := s.slices(ctx, session)
	if err != nil {
		return err
	}
	for _, sl := range slices {
		a := assembly{scope: s, intern: in, do: do}
		if err := eachRow(ctx, session, a.add, stepsSQL(s.where()+" AND "+sl.where()), s.arguments(sl.arguments()...)...); err != nil {
			return err
		}
		if err := a.flush(); err != nil {
			return err
		}
	}
	return nil
}

// slice is a part of the transitions that is read at once: consecutive tasks,
// or consecutive episodes of one large task.
type slice struct {
	tasks []string
	// first and last episode; both empty: all of them.
	first, last string
}

func (sl slice) where() string {
	condition := "task_id BETWEEN $first_task AND $last_task AND task_id IN (SELECT unnest($tasks::VARCHAR[]))"
	if sl.first != "" {
		condition += " AND episode_id BETWEEN $first_episode AND $last_episode"
	}
	return condition
}

func (sl slice) arguments() []any {
	all := []any{named("first_task", sl.tasks[0]), named("last_task", sl.tasks[len(sl.tasks)-1]), named("tasks", sl.tasks)}
	if sl.first != "" {
		all = append(all, named("first_episode", sl.first), named("last_episode", sl.last))
	}
	return all
}

// sliceSize is how many transitions make a slice, going by the first ones that are
// found.
func (s *scope) sliceSize(ctx context.Context, session *analytics.Session) (most int64, err error) {
	most = sliceTransitions
	err = eachRow(ctx, session, func(row []any) error {
		if bytes := optional[float64](row[0]); bytes != nil && *bytes > 0 {
			most = max(1, min(most, int64(sliceBytes / *bytes)))
		}
		return nil
	}, `SELECT avg(strlen(state) + strlen(next_state) + strlen(action) + coalesce(strlen(array_to_string(admissible_actions, ' ')), 0))
		FROM (SELECT state, next_state, action, admissible_actions FROM transitions WHERE `+s.where()+` LIMIT 1000)`, s.arguments()...)
	return most, err
}

// slices divides the visible tasks.
func (s *scope) slices(ctx context.Context, session *analytics.Session) (all []slice, err error) {
	if len(s.tasks) == 0 {
		return nil, nil
	}
	most, err := s.sliceSize(ctx, session)
	if err != nil {
		return nil, err
	}
	var open slice
	var size int64
	finish := func() {
		if len(open.tasks) > 0 {
			all = append(all, open)
		}
		open, size = slice{}, 0
	}
	for _, t := range s.tasks {
		if size > 0 && size+t.transitions > most {
			finish()
		}
		if t.transitions > most {
			parts, err := s.divide(ctx, session, t.id, most)
			if err != nil {
				return nil, err
			}
			all = append(all, parts...)
			continue
		}
		open.tasks, size = append(open.tasks, t.id), size+t.transitions
	}
	finish()
	return all, nil
}

// divide divides the episodes of a large task.
func (s *scope) divide(ctx context.Context, session *analytics.Session, task string, most int64) (all []slice, err error) {
	var size int64
	err = eachRow(ctx, session, func(row []any) error {
		id, n := row[0].(string), row[1].(int64)
		if len(all) == 0 || size+n > most {
			all, size = append(all, slice{tasks: []string{task}, first: id}), 0
		}
		all[len(all)-1].last, size = id, size+n
		return nil
	}, "SELECT episode_id, count(*) FROM transitions WHERE "+s.where()+" AND task_id = $task GROUP BY episode_id ORDER BY episode_id",
		s.arguments(named("task", task))...)
	return all, err
}
