package schema

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
)

// avscField is a field of a published schema, read without the Avro library.
type avscField struct {
	Name    string `json:"name"`
	Type    any    `json:"type"`
	Default any    `json:"default"`
	Doc     string `json:"doc"`
	members map[string]any
}

func (f *avscField) has(member string) bool { _, has := f.members[member]; return has }

func readAvsc(t *testing.T, name string) []avscField {
	data, err := avroFiles.ReadFile("avro/" + name)
	require.NoError(t, err)
	var record struct {
		Doc    string           `json:"doc"`
		Fields []map[string]any `json:"fields"`
	}
	require.NoError(t, json.Unmarshal(data, &record))
	require.NotEmpty(t, record.Doc, name)
	fields := make([]avscField, len(record.Fields))
	for i, members := range record.Fields {
		text, err := json.Marshal(members)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &fields[i]))
		fields[i].members = members
	}
	return fields
}

// avroType is the Avro type that a Go field stands for.
func avroType(f reflect.Type, tag string) any {
	switch {
	case strings.HasSuffix(tag, ",timestamp-micros"):
		return map[string]any{"type": "long", "logicalType": "timestamp-micros"}
	case f.Kind() == reflect.Pointer:
		return []any{"null", avroType(f.Elem(), "")}
	case f.Kind() == reflect.Slice && f.Elem().Kind() == reflect.Uint8:
		return []any{"null", "bytes"}
	case f.Kind() == reflect.Slice:
		return []any{"null", map[string]any{"type": "array", "items": avroType(f.Elem(), "")}}
	case f.Kind() == reflect.Struct:
		fields := []any{}
		for i := range f.NumField() {
			fields = append(fields, [2]any{f.Field(i).Tag.Get("avro"), avroType(f.Field(i).Type, "")})
		}
		return fields
	}
	return map[reflect.Kind]any{reflect.String: "string", reflect.Int64: "long", reflect.Float64: "double", reflect.Bool: "boolean"}[f.Kind()]
}

// plain strips the names and docs of nested records, which Go has no word for.
func plain(t *testing.T, avro any) any {
	switch v := avro.(type) {
	case []any:
		branches := []any{}
		for _, branch := range v {
			branches = append(branches, plain(t, branch))
		}
		return branches
	case map[string]any:
		if v["type"] == "array" {
			return map[string]any{"type": "array", "items": plain(t, v["items"])}
		}
		if v["type"] == "record" {
			fields := []any{}
			for _, f := range v["fields"].([]any) {
				field := f.(map[string]any)
				require.NotEmpty(t, field["doc"], field["name"])
				fields = append(fields, [2]any{field["name"], plain(t, field["type"])})
			}
			return fields
		}
	}
	return avro
}

// goFields lists the fields of a row struct that Avro knows, in order.
func goFields(row reflect.Type) (fields []reflect.StructField) {
	for _, f := range reflect.VisibleFields(row) {
		if !f.Anonymous && f.Tag.Get("avro") != "-" {
			fields = append(fields, f)
		}
	}
	return fields
}

func avroName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("avro"), ",")
	return name
}

// agrees checks one field of a published schema against its Go field.
func agrees(t *testing.T, where string, published avscField, f reflect.StructField, defaults map[string]any) {
	require.Equal(t, avroName(f), published.Name, where)
	where += "." + published.Name
	require.Equal(t, avroType(f.Type, f.Tag.Get("avro")), plain(t, published.Type), where)
	require.NotEmpty(t, published.Doc, where)
	for _, key := range []string{"json", "parquet"} {
		name, _, _ := strings.Cut(f.Tag.Get(key), ",")
		if name != "-" {
			require.Equal(t, published.Name, name, "%s in %s", where, key)
		}
	}
	nullable := f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Slice
	require.Equal(t, nullable, strings.Contains(f.Tag.Get("parquet"), ",optional"), where)
	value, given := defaults[published.Name]
	require.Equal(t, nullable || given, published.has("default"), "%s: default", where)
	require.Equal(t, value, published.Default, where)
}

func TestRowSchemasAgreeWithTheStructs(t *testing.T) {
	for _, table := range Tables() {
		fields := goFields(reflect.TypeOf(NewRow(table)).Elem())
		published := readAvsc(t, fmt.Sprintf("rows/%s.v%d.avsc", table, Version))
		require.Len(t, published, len(fields), table)
		for i := range fields {
			agrees(t, table, published[i], fields[i], nil)
		}
	}
}

// jsonDefaults are the defaults that events have beside NULL.
var jsonDefaults = map[string]map[string]any{
	TypeTransition:   {"purpose": "collect", "split": "train", "origin": "real", "terminated": false, "truncated": false},
	TypeEpisodeEnded: {"purpose": "collect", "split": "train", "origin": "real"},
}

func TestEventSchemasAgreeWithTheStructs(t *testing.T) {
	covered := map[string]map[string]bool{}
	for eventType, table := range tableOf {
		body := reflect.TypeOf(NewRow(table)).Elem().Field(bodyField).Type
		next := 0 // fields come in the order of the struct, some left out
		if covered[table] == nil {
			covered[table] = map[string]bool{}
		}
		for _, f := range readAvsc(t, fmt.Sprintf("events/%s.v%d.avsc", eventType, Version)) {
			for next < body.NumField() && avroName(body.Field(next)) != f.Name {
				next++
			}
			require.Less(t, next, body.NumField(), "%s: field %s is not in %s, or out of order", eventType, f.Name, body.Name())
			agrees(t, eventType, f, body.Field(next), jsonDefaults[eventType])
			covered[table][f.Name] = true
		}
	}
	for table, fields := range covered {
		body := reflect.TypeOf(NewRow(table)).Elem().Field(bodyField).Type
		require.Len(t, fields, body.NumField(), "a field of %s that no event type has", table)
	}
}

// The same word means the same in the schema of the event and of the row.
func TestEventAndRowSchemasSayTheSame(t *testing.T) {
	for eventType, table := range tableOf {
		rows := map[string]string{}
		for _, f := range readAvsc(t, fmt.Sprintf("rows/%s.v%d.avsc", table, Version)) {
			rows[f.Name] = f.Doc
		}
		for _, f := range readAvsc(t, fmt.Sprintf("events/%s.v%d.avsc", eventType, Version)) {
			require.Equal(t, rows[f.Name], f.Doc, "%s.%s", eventType, f.Name)
		}
	}
}

// A JSON event that leaves out all it may has the published defaults.
func TestJSONDefaultsAreThePublishedOnes(t *testing.T) {
	for eventType, body := range map[string]string{
		TypeTransition:   `{"environment":"e","task_id":"t","episode_id":"s","step":0,"state":"","action":"","next_state":""}`,
		TypeEpisodeEnded: `{"environment":"e","task_id":"t","episode_id":"s","status":"completed","length":0}`,
	} {
		given := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(body), &given))
		row, err := new(Decoder).Decode(envelopeOf(eventType, "s"), []byte(body))
		require.NoError(t, err)
		decoded := reflect.ValueOf(row).Elem().Field(bodyField)
		for i := range decoded.NumField() {
			name := avroName(decoded.Type().Field(i))
			if _, isGiven := given[name]; isGiven {
				continue
			}
			if want, ok := jsonDefaults[eventType][name]; ok {
				require.Equal(t, want, decoded.Field(i).Interface(), name)
			} else {
				require.True(t, decoded.Field(i).IsNil(), name)
			}
		}
	}
}

// envelopeOf returns the headers of a minimal JSON event.
func envelopeOf(eventType, subject string) []Header {
	e := Envelope{EventID: "event-1", EventType: eventType, Time: 1_767_323_045_123_456, Source: "test", Subject: subject}
	return e.Headers(ContentJSON)
}
