package textworldexpress

import (
	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// info holds what the rollout tells beyond the columns, and how the start looked.
func (r *rollout) info() *schema.JSON {
	more := map[string]any{}
	if len(r.Initial.Rest) > 0 {
		more["initial"] = r.Initial.Rest
	}
	if r.Failure {
		more["failure"] = true
	}
	return importer.InfoOf(r.Rest, more)
}

// info holds what the engine tells after the step beyond the columns.
func (s *step) info() *schema.JSON {
	more := map[string]any{}
	if s.Score != nil {
		more["score"] = *s.Score
	}
	return importer.InfoOf(s.Rest, more)
}
