package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/schema"
)

// seen knows which events the lake holds as of the moment it was opened.
type seen struct{ session *Session }

// openSeen returns what the lake holds now.
func (a *App) openSeen(ctx context.Context) (*seen, error) {
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return nil, fmt.Errorf("look up what is known already: %w", err)
	}
	return &seen{session}, nil
}

// Close lets the lake's files go.
func (s *seen) Close() error { return s.session.Close() }

// subjectQueries find the events about subjects, by the columns that have
// bloom filters where a table has them.
var subjectQueries = map[string]string{
	schema.Transitions: "SELECT event_id FROM lake.transitions WHERE episode_id IN (SELECT unnest($1::VARCHAR[]))",
	schema.Episodes:    "SELECT event_id FROM lake.episodes WHERE episode_id IN (SELECT unnest($1::VARCHAR[]))",
	schema.Calls:       "SELECT event_id FROM lake.calls WHERE subject IN (SELECT unnest($1::VARCHAR[]))",
	schema.Tasks:       "SELECT event_id FROM lake.tasks WHERE task_id IN (SELECT unnest($1::VARCHAR[]))",
	schema.Annotations: "SELECT event_id FROM lake.annotations WHERE subject IN (SELECT unnest($1::VARCHAR[]))",
	schema.TrainingLog: "SELECT event_id FROM lake.training WHERE subject IN (SELECT unnest($1::VARCHAR[]))",
}

// Seen returns the ids of the events about the subjects.
func (s *seen) Seen(ctx context.Context, subjects []string) (map[string]struct{}, error) {
	known := map[string]struct{}{}
	if s.session.Snapshot() == 0 {
		return known, nil
	}
	for _, table := range schema.Tables() {
		query, ok := subjectQueries[table]
		if !ok {
			continue
		}
		if err := s.collect(ctx, known, query, subjects); err != nil {
			return nil, fmt.Errorf("look up known events in %s: %w", table, err)
		}
	}
	return known, nil
}

func (s *seen) collect(ctx context.Context, known map[string]struct{}, query string, subjects []string) (err error) {
	result, err := s.session.Trusted(ctx, query, subjects)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		known[result.Row()[0].(string)] = struct{}{}
	}
	return result.Err()
}
