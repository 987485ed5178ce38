package importer

import (
	"fmt"

	"github.com/dreamlog/dreamlog/schema"
)

// encodeFrom is from which size of record on each event's size is checked by
// encoding it: an event repeats what its record holds a few times at most, so
// that events of smaller records stay below schema.MaxEventBytes.
const encodeFrom = schema.MaxEventBytes / 16

// check refuses an episode whose events would not be accepted, before any of
// them is produced: an episode goes in whole or not at all.
func check(e *Episode, rows []schema.Row) error {
	for i := range e.Steps {
		s := &e.Steps[i]
		if last := i == len(e.Steps)-1; (s.Terminated || s.Truncated) && !last {
			return fmt.Errorf("step %d ends the episode, but step %d follows it", i, i+1)
		}
		for _, c := range s.Calls {
			if c < 0 || c >= len(e.Calls) {
				return fmt.Errorf("step %d names call %d of %d", i, c, len(e.Calls))
			}
		}
	}
	for _, row := range rows {
		if err := acceptable(row, len(e.Record) >= encodeFrom); err != nil {
			return fmt.Errorf("%s: %w", describe(row), err)
		}
	}
	return nil
}

func acceptable(row schema.Row, large bool) error {
	if large {
		_, _, err := schema.Encode(row)
		return err
	}
	return schema.Validate(row)
}

// describe names an event by its place in the episode.
func describe(row schema.Row) string {
	if t, ok := row.(*schema.TransitionRow); ok {
		return fmt.Sprintf("step %d", t.Step)
	}
	return row.Head().EventType
}
