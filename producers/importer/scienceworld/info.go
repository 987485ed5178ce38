package scienceworld

import (
	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// info holds what the file knows about the task.
func (t *task) info() *schema.JSON {
	return importer.InfoOf(t.Rest, map[string]any{"task_name": t.Name, "task_index": t.Index})
}

// info holds what the file knows about the step beyond the columns.
func (s *step) info(score *float64) *schema.JSON {
	more := map[string]any{}
	if score != nil {
		more["score"] = *score
	}
	if s.completed() {
		more["completed"] = true
	}
	return importer.InfoOf(s.Rest, more)
}
