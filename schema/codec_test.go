package schema

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
)

// stamped returns headers with what the event log adds to them.
func stamped(headers []Header) []Header {
	return append(headers, Header{HeaderProducer, []byte("producer-1")}, Header{HeaderSequence, []byte("7")})
}

// jsonBody returns the body of a row as a JSON producer writes it.
func jsonBody(t require.TestingT, row Row) []byte {
	body, err := json.Marshal(row, json.FormatNilSliceAsNull(true))
	require.NoError(t, err)
	return body
}

func TestEveryEventSurvivesTheLog(t *testing.T) {
	seen := map[string]bool{}
	for _, want := range examples() {
		seen[want.Head().EventType] = true
		headers, body, err := Encode(want)
		require.NoError(t, err)
		got, err := new(Decoder).Decode(stamped(headers), body)
		require.NoError(t, err)
		require.Equal(t, want, got)

		got, err = new(Decoder).Decode(stamped(want.Head().Headers(ContentJSON)), jsonBody(t, want))
		require.NoError(t, err)
		require.Equal(t, want, got, "JSON and Avro give the same row")
	}
	require.Len(t, seen, len(tableOf), "an example of every event type")
}

// The examples are only worth something when they leave nothing out.
func TestExamplesAreFull(t *testing.T) {
	for _, row := range examples() {
		typ := row.Head().EventType
		body := reflect.ValueOf(row).Elem().Field(bodyField)
		fields := schemas.events[typ][Version].fieldNames()
		for i := range body.NumField() {
			name := body.Type().Field(i).Tag.Get("json")
			require.Equal(t, fields[name], !body.Field(i).IsZero(), "%s.%s", typ, name)
		}
	}
}

func TestAnEmptyListIsNotNull(t *testing.T) {
	row := kilobyteTransition(1)
	row.AdmissibleActions, row.NextAdmissibleActions = []string{}, nil
	headers, body, err := Encode(row)
	require.NoError(t, err)
	got, err := new(Decoder).Decode(headers, body)
	require.NoError(t, err)
	require.NotNil(t, got.(*TransitionRow).AdmissibleActions)
	require.Nil(t, got.(*TransitionRow).NextAdmissibleActions)
}

func TestEncodeSetsTheSchemaVersion(t *testing.T) {
	row := kilobyteTransition(1)
	headers, body, err := Encode(row)
	require.NoError(t, err)
	require.EqualValues(t, Version, row.SchemaVersion)
	require.Equal(t, []byte{0xc3, 0x01}, body[:2], "the mark of Avro's single-object encoding")
	named := map[string]string{}
	for _, h := range headers {
		named[h.Key] = string(h.Value)
	}
	require.Equal(t, map[string]string{
		"ce_specversion": "1.0", "ce_id": row.EventID, "ce_source": "react/alfworld.json", "ce_type": "transition",
		"ce_subject": row.EpisodeID, "ce_time": "2026-01-02T03:04:05.000001Z", "ce_dataschema": "urn:dreamlog:schema:transition:1",
		"content-type": "application/avro",
	}, named)
}

// A row of the decoder's slab must not share memory with the next one.
func TestRowsOfADecoderAreTheirOwn(t *testing.T) {
	var d Decoder
	var rows []*TransitionRow
	for step := range 3 * slabRows {
		headers, body, err := Encode(kilobyteTransition(step))
		require.NoError(t, err)
		row, err := d.Decode(headers, body)
		require.NoError(t, err)
		rows = append(rows, row.(*TransitionRow))
	}
	for step, row := range rows {
		want := kilobyteTransition(step)
		want.SchemaVersion = Version
		require.Equal(t, want, row)
	}
}

func TestAnEventThatIsTooLargeNamesTheField(t *testing.T) {
	row := kilobyteTransition(1)
	row.State = strings.Repeat("x", MaxEventBytes)
	_, _, err := Encode(row)
	var size *SizeError
	require.ErrorAs(t, err, &size)
	require.Equal(t, "state", size.Field)
	require.Equal(t, MaxEventBytes, size.FieldBytes)
	require.Greater(t, size.EventBytes, MaxEventBytes)
	require.ErrorContains(t, err, "at most 8388608 are allowed: field state alone has 8388608; shorten it or split it over events")
}

func TestAListThatIsTooLargeIsNamed(t *testing.T) {
	row := kilobyteTransition(1)
	row.NextAdmissibleActions = slicesOf("go to a place", MaxEventBytes/8)
	_, _, err := Encode(row)
	require.ErrorContains(t, err, "field next_admissible_actions alone has")

	call := exampleCall()
	call.PromptTokenIDs = slicesOf(int64(1)<<60, MaxEventBytes/8)
	_, _, err = Encode(call)
	require.ErrorContains(t, err, "field prompt_token_ids alone has")
}

func slicesOf[T any](v T, n int) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = v
	}
	return list
}

// The limit counts headers and body: an event of exactly that size passes.
func TestAnEventOfExactlyTheLimitPasses(t *testing.T) {
	row := kilobyteTransition(1)
	row.State = ""
	headers, body, err := Encode(row)
	require.NoError(t, err)
	const growth = 3 // the length of a text of 8 MB takes 4 bytes, of "" it takes 1
	row.State = strings.Repeat("x", MaxEventBytes-eventSize(headers, body)-growth)
	_, _, err = Encode(row)
	require.NoError(t, err)
	row.State += "x"
	_, _, err = Encode(row)
	require.ErrorContains(t, err, "measures 8388609 bytes")
}

func TestTables(t *testing.T) {
	for _, table := range Tables() {
		require.Equal(t, table, NewRow(table).Table())
	}
	require.Nil(t, NewRow("nonsense"))
	require.Equal(t, []string{TypeTaskProposed, TypeTaskSelected}, EventTypes(Tasks))
}

// Rows are sorted by what is read together, and what is equal by position.
func TestCompare(t *testing.T) {
	row := func(environment, task, episode string, step, offset int64) *TransitionRow {
		return &TransitionRow{Transition: Transition{Environment: environment, TaskID: task, EpisodeID: episode, Step: step}, Position: Position{Offset: offset}}
	}
	sorted := []Row{row("a", "z", "z", 9, 9), row("b", "a", "z", 9, 8), row("b", "b", "a", 9, 7), row("b", "b", "b", 1, 6), row("b", "b", "b", 2, 4), row("b", "b", "b", 2, 5)}
	for i := range sorted {
		for j := range sorted {
			require.Equal(t, sign(i-j), sign(Compare(sorted[i], sorted[j])), "%d and %d", i, j)
		}
	}
}

func sign(n int) int { return min(1, max(-1, n)) }
