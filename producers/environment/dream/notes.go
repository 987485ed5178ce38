package dream

import (
	"encoding/json"

	"github.com/dreamlog/dreamlog/schema"
)

// Where a first state comes from.
const (
	demonstrated = "demonstrated"
	imagined     = "imagined"
)

// notes is what the info of a step says of the dream.
type notes struct {
	// FirstState is demonstrated or imagined, and FirstStateFrom the event that
	// demonstrated it; at the first step only.
	FirstState     string `json:"first_state,omitempty"`
	FirstStateFrom string `json:"first_state_from,omitempty"`
	// DreamEnded is why the dream was ended; empty: it was not.
	DreamEnded string `json:"dream_ended,omitempty"`
}

// addTo adds the notes to what the model says of a step. What is no JSON object
// stays as it is, for the log to refuse.
func (n notes) addTo(info *schema.JSON) *schema.JSON {
	if n == (notes{}) {
		return info
	}
	own := schema.JSONOf(n)
	if info == nil {
		return &own
	}
	members := map[string]json.RawMessage{}
	for _, part := range []schema.JSON{*info, own} {
		if err := json.Unmarshal([]byte(part), &members); err != nil {
			return info
		}
	}
	return new(schema.JSONOf(members))
}
