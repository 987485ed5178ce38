package schema

import (
	"bytes"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyRow draws a valid event of any type, with any value in every field that
// no rule binds.
func anyRow() *rapid.Generator[Row] {
	types := make([]string, 0, len(tableOf))
	for eventType := range tableOf {
		types = append(types, eventType)
	}
	slices.Sort(types)
	return rapid.Custom(func(t *rapid.T) Row {
		eventType := rapid.SampledFrom(types).Draw(t, "type")
		row := NewRow(tableOf[eventType])
		fill(t, reflect.ValueOf(row).Elem().Field(bodyField), "body")
		for _, i := range schemas.events[eventType][Version].strays {
			reflect.ValueOf(row).Elem().Field(bodyField).Field(i).SetZero()
		}
		*row.Head() = anyEnvelope(t, eventType)
		obey(t, row)
		require.NoError(t, Validate(row), "the generator draws valid rows")
		return row
	})
}

func anyEnvelope(t *rapid.T, eventType string) Envelope {
	e := Envelope{
		EventType: eventType, SchemaVersion: Version,
		EventID: anyID(t), Source: anyID(t), Subject: anyID(t),
		Time: Micros(rapid.Int64Range(int64(earliest), int64(latest)).Filter(func(n int64) bool { return n != 0 }).Draw(t, "time")),
	}
	if rapid.Bool().Draw(t, "has producer") {
		e.Producer, e.Sequence = some(anyID(t)), some(rapid.Int64Min(1).Draw(t, "sequence"))
	}
	return e
}

func anyID(t *rapid.T) string { return rapid.StringN(1, 20, MaxIDBytes).Draw(t, "id") }

// fill sets every field of a struct.
func fill(t *rapid.T, v reflect.Value, name string) {
	for i := range v.NumField() {
		set(t, v.Field(i), name+"."+v.Type().Field(i).Name)
	}
}

func set(t *rapid.T, v reflect.Value, name string) {
	switch {
	case v.Type() == reflect.TypeFor[JSON]():
		v.SetString(rapid.SampledFrom([]string{`{}`, `{"a":"é"}`, ` {"b":[null,1e-7]} `}).Draw(t, name))
	case v.Kind() == reflect.String:
		v.SetString(rapid.String().Draw(t, name))
	case v.Kind() == reflect.Int64:
		v.SetInt(rapid.Int64Min(0).Draw(t, name))
	case v.Kind() == reflect.Float64:
		v.SetFloat(rapid.Float64Range(0, 1).Draw(t, name))
	case v.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case v.Kind() == reflect.Pointer && rapid.Bool().Draw(t, name+" is given"):
		v.Set(reflect.New(v.Type().Elem()))
		set(t, v.Elem(), name)
	case v.Kind() == reflect.Slice && rapid.Bool().Draw(t, name+" is given"):
		n := rapid.IntRange(0, 3).Draw(t, name+" length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			set(t, v.Index(i), name)
		}
	case v.Kind() == reflect.Struct:
		fill(t, v, name)
	}
}

// obey changes what the rules bind.
func obey(t *rapid.T, row Row) {
	switch r := row.(type) {
	case *TransitionRow:
		r.Purpose, r.Origin = "probe", "synthetic"
		r.Environment, r.Split, r.TaskID, r.EpisodeID = anyID(t), anyID(t), anyID(t), r.Subject
		for i := range r.Demonstrations {
			r.Demonstrations[i].EventID = anyID(t)
		}
	case *EpisodeRow:
		r.Purpose, r.Origin, r.Status = "train", "real", "failed"
		r.Environment, r.Split, r.TaskID, r.EpisodeID = anyID(t), anyID(t), anyID(t), r.Subject
	case *TaskRow:
		r.TaskID = r.Subject
		if r.EventType == TypeTaskProposed {
			r.Environment, r.Split, r.Instruction, r.Kind = some(anyID(t)), some(anyID(t)), some(anyID(t)), some("seed")
		} else {
			r.Iteration = some[int64](0)
		}
	case *CallRow:
		r.Role, r.Messages, r.Tools = "judge", `[{"role":"user"}]`, nil
		r.LossMask, r.RolloutLogprobs, r.TrainerLogprobs = nil, nil, nil
		if r.EpisodeID != nil {
			r.EpisodeID = &r.Subject
		}
	case *AnnotationRow:
		r.TargetKind, r.Target, r.Kind = "selector", anyID(t), "tag"
	case *TrainingRow:
		for i := range r.Items {
			r.Items[i].ID = anyID(t)
		}
	}
}

// headersOf returns the headers of a row as they lie on the log.
func headersOf(row Row, contentType string) []Header {
	headers := row.Head().Headers(contentType)
	if e := row.Head(); e.Producer != nil {
		headers = append(headers, Header{HeaderProducer, []byte(*e.Producer)}, Header{HeaderSequence, strconv.AppendInt(nil, *e.Sequence, 10)})
	}
	return headers
}

func TestAnyEventSurvivesTheLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyRow().Draw(t, "row")
		headers, body, err := Encode(want)
		require.NoError(t, err)
		got, err := new(Decoder).Decode(append(headers, headersOf(want, "")[len(headers):]...), body)
		require.NoError(t, err)
		require.Equal(t, want, got, "Avro")

		got, err = new(Decoder).Decode(headersOf(want, ContentJSON), jsonBody(t, want))
		require.NoError(t, err)
		require.Equal(t, want, got, "JSON")
		got, err = new(Decoder).Decode(headersOf(want, ContentJSON), withoutNulls(t, jsonBody(t, want)))
		require.NoError(t, err)
		require.Equal(t, want, got, "JSON without nulls")
	})
}

// Two rows have one canonical encoding only when they are equal; NULL, an
// empty list and an empty text are three things.
func TestTheCanonicalEncodingIsInjective(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := anyRow().Draw(t, "row")
		encoding, err := AppendCanonical(nil, row)
		require.NoError(t, err)
		body := reflect.ValueOf(row).Elem().Field(bodyField)
		f := body.Field(rapid.IntRange(0, body.NumField()-1).Draw(t, "field"))
		before := reflect.New(f.Type()).Elem()
		before.Set(f)
		if f.Kind() == reflect.Slice || f.Kind() == reflect.Pointer {
			f.Set(rapid.SampledFrom(emptyValues(f.Type())).Draw(t, "empty"))
		} else {
			set(t, f, "another")
		}
		changed, err := AppendCanonical(nil, row)
		require.NoError(t, err)
		require.Equal(t, reflect.DeepEqual(before.Interface(), f.Interface()), bytes.Equal(encoding, changed))
	})
}

// Sort is a faster Compare, for the rows of every table, and Compare is total:
// only the very same position is equal.
func TestSortAndCompareAgreeForEveryTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		byTable := map[string][]Row{}
		for i, row := range rapid.SliceOfN(anyRow(), 2, 12).Draw(t, "rows") {
			row.At().Partition, row.At().Offset = int64(i%2), int64(i)
			byTable[row.Table()] = append(byTable[row.Table()], row)
		}
		for table, rows := range byTable {
			want := slices.Clone(rows)
			slices.SortFunc(want, Compare)
			Sort(rows)
			require.Equal(t, want, rows, table)
			for i := range rows {
				for j := range rows {
					require.Equal(t, sign(i-j), sign(Compare(rows[i], rows[j])), table)
				}
			}
		}
	})
}

// emptyValues are NULL and what is easily taken for it.
func emptyValues(t reflect.Type) []reflect.Value {
	null := reflect.Zero(t)
	if t.Kind() == reflect.Pointer {
		return []reflect.Value{null, reflect.New(t.Elem())}
	}
	return []reflect.Value{null, reflect.MakeSlice(t, 0, 0), reflect.MakeSlice(t, 1, 1)}
}
