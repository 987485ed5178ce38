package replay

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
)

// namedAtOnce is how many episodes one query asks for by their ids.
const namedAtOnce = 64

// named reads the episodes with these ids, as far as they are visible, in the
// order of task and episode id.
func (s *scope) named(ctx context.Context, session *analytics.Session, in *interner, ids []string) (all []*Episode, err error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for chunk := range slices.Chunk(slices.Compact(ids), namedAtOnce) {
		found, err := s.someNamed(ctx, session, in, chunk)
		if err != nil {
			return nil, fmt.Errorf("read %d episodes of %s by their ids: %w", len(chunk), place{s.Environment, s.version}, err)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, compareEpisodes)
	return all, nil
}

func compareEpisodes(a, b *Episode) int {
	if c := strings.Compare(a.TaskID, b.TaskID); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// key is what tells episodes apart, whatever their producers did.
type key struct{ task, episode string }

func (e *Episode) key() key { return key{e.TaskID, e.ID} }

// oneOf is the condition that a column has one of some values, each named in the
// statement: then DuckDB reads files by their bloom filters, and of the view
// episodes looks at these episodes only. A list would be compared row by row.
func oneOf(column string, values []string) (condition string, arguments []any) {
	names := make([]string, len(values))
	for i, value := range values {
		name := column + "_" + strconv.Itoa(i)
		names[i] = "$" + name
		arguments = append(arguments, named(name, value))
	}
	return column + " IN (" + strings.Join(names, ", ") + ")", arguments
}

func (s *scope) someNamed(ctx context.Context, session *analytics.Session, in *interner, ids []string) (all []*Episode, err error) {
	condition, arguments := oneOf("episode_id", ids)
	a := assembly{scope: s, intern: in, do: func(e *Episode) error {
		if s.inSample(e.TaskID) {
			all = append(all, e)
		}
		return nil
	}}
	if err := eachRow(ctx, session, a.add, stepsSQL(s.where()+" AND "+condition), s.arguments(arguments...)...); err != nil {
		return nil, err
	}
	if err := a.flush(); err != nil {
		return nil, err
	}
	return all, s.complete(ctx, session, all)
}

// complete gives episodes their ends.
func (s *scope) complete(ctx context.Context, session *analytics.Session, episodes []*Episode) error {
	for chunk := range slices.Chunk(episodes, namedAtOnce) {
		byKey, ids := map[key]*Episode{}, make([]string, len(chunk))
		for i, e := range chunk {
			byKey[e.key()], ids[i] = e, e.ID
		}
		condition, arguments := oneOf("episode_id", ids)
		err := eachRow(ctx, session, func(row []any) error {
			if e := byKey[key{row[0].(string), row[1].(string)}]; e != nil {
				end(e, row)
			}
			return nil
		}, endsSQL(s.where()+" AND "+condition), s.arguments(arguments...)...)
		if err != nil {
			return err
		}
	}
	return nil
}
