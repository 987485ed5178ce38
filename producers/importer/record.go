package importer

import (
	"fmt"
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/schema"
)

// sourceJSON is how JSON of others is read: a doubled member does not matter,
// the last one counts; text must be valid UTF-8.
var sourceJSON = json.JoinOptions(jsontext.AllowDuplicateNames(true))

// Decode decodes the JSON of a record into v. Members without a field are
// ignored unless v has an embedded fallback for them.
func Decode(raw []byte, v any) error {
	if err := json.Unmarshal(raw, v, sourceJSON); err != nil {
		return fmt.Errorf("decode record: %w", err)
	}
	return nil
}

// infoJSON is how info is written: what the source had doubled stays doubled,
// and what is no UTF-8 is replaced.
var infoJSON = json.JoinOptions(json.Deterministic(true), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Info returns members as a JSON column; nil members are left out, and without
// any the column is NULL. Values may be jsontext.Value to stay as they are; it
// panics on those that JSON cannot hold, such as NaN.
func Info(members map[string]any) *schema.JSON {
	kept := make(map[string]any, len(members))
	for name, value := range members {
		if raw, isRaw := value.(jsontext.Value); value != nil && (!isRaw || len(raw) > 0) {
			kept[name] = value
		}
	}
	if len(kept) == 0 {
		return nil
	}
	data, err := json.Marshal(kept, infoJSON)
	if err != nil {
		panic(fmt.Sprintf("encode info: %v", err))
	}
	info := schema.JSON(data)
	return &info
}

// InfoOf returns the members that a decoder left over, and more, as a JSON
// column.
func InfoOf(rest map[string]jsontext.Value, more map[string]any) *schema.JSON {
	members := make(map[string]any, len(rest)+len(more))
	for name, value := range rest {
		members[name] = value
	}
	maps.Copy(members, more)
	return Info(members)
}
