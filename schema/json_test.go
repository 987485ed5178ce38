package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const minimalTransition = `"environment":"coin","task_id":"t","episode_id":"s","step":0,"state":"a","action":"b","next_state":"c"`

func decodeJSONTransition(body string) (*TransitionRow, error) {
	row, err := new(Decoder).Decode(envelopeOf(TypeTransition, "s"), []byte(body))
	if err != nil {
		return nil, err
	}
	return row.(*TransitionRow), nil
}

func TestJSONBodiesThatAreRefused(t *testing.T) {
	minimal := "{" + minimalTransition
	for body, message := range map[string]string{
		``:                                       `body is not a JSON object`,
		`null`:                                   `body is not a JSON object`,
		`[]`:                                     `body is not a JSON object`,
		`"{}"`:                                   `body is not a JSON object`,
		`{`:                                      `body is not valid JSON`,
		minimal + `} {}`:                         `body is not valid JSON`,
		minimal + `,}`:                           `body is not valid JSON`,
		minimal + `,"reward":NaN}`:               `body is not valid JSON`,
		minimal + `,"reward":Infinity}`:          `body is not valid JSON`,
		minimal + `,"reward":1,"reward":2}`:      `duplicate object member name "reward"`,
		minimal + `,"thought":"` + "\xff" + `"}`: `invalid UTF-8`,
		minimal + `,"thought":"\ud800"}`:         `body is not valid JSON`,
		minimal + `,"reward":1e999}`:             `field reward: 1e999: must be a number of 64 bits`,
		minimal + `,"reward":"1"}`:               `field reward: is a JSON string, must be a number of 64 bits`,
		minimal + `,"reward":[1]}`:               `field reward: is a JSON array, must be a number of 64 bits`,
		minimal + `,"attempt":1.5}`:              `field attempt: 1.5: must be a whole number of 64 bits`,
		minimal + `,"attempt":9223372036854775808}`:                         `field attempt: 9223372036854775808: must be a whole number of 64 bits`,
		minimal + `,"terminated":1}`:                                        `field terminated: is a JSON number, must be true or false`,
		minimal + `,"terminated":null}`:                                     `field terminated: is null, must be true or false`,
		minimal + `,"thought":true}`:                                        `field thought: is a JSON boolean, must be a string`,
		minimal + `,"thought":{}}`:                                          `field thought: is a JSON object, must be a string`,
		minimal + `,"call_ids":"a"}`:                                        `field call_ids: is a JSON string, must be a list`,
		minimal + `,"call_ids":["a",1]}`:                                    `field call_ids.1: is a JSON number, must be a string`,
		minimal + `,"call_ids":[null]}`:                                     `field call_ids.0: is null, must be a string`,
		minimal + `,"demonstrations":[{"event_id":"e","similarity":null}]}`: `field demonstrations.0.similarity: is null, must be a number of 64 bits`,
		minimal + `,"demonstrations":[{"event_id":"e","score":1}]}`:         `field demonstrations.0.score: is not a field of this event`,
		minimal + `,"demonstrations":[7]}`:                                  `field demonstrations.0: is a JSON number, must be an object`,
		minimal + `,"thoughts":"x"}`:                                        `field thoughts: is not a field of this event; what has no field of its own goes into info`,
		minimal + `,"Reward":1}`:                                            `field Reward: is not a field of this event`,
		minimal + `,"log_offset":1}`:                                        `field log_offset: is not a field of this event`,
		minimal + `,"salt":"AA=="}`:                                         `field salt: is not a field of this event`,
		minimal + `,"source":"x"}`:                                          `field source: is not a field of this event`,
		minimal + `,"info":[1]}`:                                            `field info: "[1]": must be a JSON object`,
		minimal + `,"info":"not JSON"}`:                                     `field info: "not JSON": must be a JSON object`,
		minimal + `,"event_id":"another"}`:                                  `field event_id: "another": must equal the header ce_id where the body repeats it`,
		minimal + `,"time":"2026-01-02T03:04:05Z"}`:                         `field time: 2026-01-02 03:04:05 +0000 UTC: must equal the header ce_time where the body repeats it`,
		minimal + `,"time":"now"}`:                                          `field time: is a JSON string, must be a time after RFC 3339`,
		minimal + `,"time":7}`:                                              `field time: is a JSON number, must be a time after RFC 3339`,
	} {
		row, err := decodeJSONTransition(body)
		require.ErrorContains(t, err, message, body)
		require.Nil(t, row)
	}
}

// What has no default must be given, and null is not a value.
func TestJSONFieldsThatAreRequired(t *testing.T) {
	for _, member := range strings.Split(minimalTransition, ",") {
		name := strings.Trim(strings.Split(member, ":")[0], `"`)
		rest := strings.Trim(strings.Replace(","+minimalTransition, ","+member, "", 1), ",")
		_, err := decodeJSONTransition("{" + rest + "}")
		require.ErrorContains(t, err, "field "+name+": is required", name)
		_, err = decodeJSONTransition("{" + rest + `,"` + name + `":null}`)
		require.ErrorContains(t, err, "field "+name+": is null, must be", name)
	}
	_, err := new(Decoder).Decode(envelopeOf(TypeLLMCalled, "s"), []byte(`{"role":"agent","messages":[]}`))
	require.EqualError(t, err, "field response: is required, though it may be empty")
	_, err = new(Decoder).Decode(envelopeOf(TypeEpisodeEnded, "s"), []byte(`{"environment":"e","task_id":"t","episode_id":"s","status":"completed"}`))
	require.EqualError(t, err, "field length: is required, and 0 or more")
}

func TestJSONFieldsOfAnotherTypeOfTheTable(t *testing.T) {
	for body, message := range map[string]string{
		`{"task_id":"t","iteration":0,"split":"train"}`: `field split: is not a field of task.selected`,
		`{"task_id":"t","iteration":0,"parents":[]}`:    `field parents: is not a field of task.selected`,
	} {
		_, err := new(Decoder).Decode(envelopeOf(TypeTaskSelected, "t"), []byte(body))
		require.EqualError(t, err, message)
	}
	_, err := new(Decoder).Decode(envelopeOf(TypeTaskSelected, "t"), []byte(`{"task_id":"t","iteration":0,"split":null}`))
	require.NoError(t, err, "null says nothing")
}

// A body of null once left the decoder without an event type.
func TestJSONNullForEveryType(t *testing.T) {
	for eventType := range tableOf {
		for _, body := range []string{`null`, ` null`, `0`, `true`, `[null]`} {
			_, err := new(Decoder).Decode(envelopeOf(eventType, "s"), []byte(body))
			require.EqualError(t, err, "body is not a JSON object")
		}
	}
}

func TestJSONBodyMayRepeatTheEnvelope(t *testing.T) {
	row, err := decodeJSONTransition(`{"event_id":"event-1","time":"2026-01-02T04:04:05.123456+01:00",` + minimalTransition + `}`)
	require.NoError(t, err)
	require.Equal(t, "event-1", row.EventID)
	require.EqualValues(t, 1_767_323_045_123_456, row.Time)
}

// A column of JSON may be given as text or as the value itself.
func TestJSONColumns(t *testing.T) {
	for given, want := range map[string]string{
		`{"a":[1,2]}`:          `{"a":[1,2]}`,
		`"{\"a\":[1,2]}"`:      `{"a":[1,2]}`,
		`{"b":1,"a":1e2,"":0}`: `{"b":1,"a":1e2,"":0}`, // neither sorted nor normalised
		`{"a":null}`:           `{"a":null}`,
		`"{\"a\":1,\"a\":2}"`:  `{"a":1,"a":2}`, // as the source has it
	} {
		row, err := decodeJSONTransition(`{` + minimalTransition + `,"info":` + given + `}`)
		require.NoError(t, err, given)
		require.Equal(t, JSON(want), *row.Info)
	}
	row, err := decodeJSONTransition(`{` + minimalTransition + `,"info":null}`)
	require.NoError(t, err)
	require.Nil(t, row.Info)

	for value, want := range map[string]JSON{`true`: `true`, `null`: `null`, `"\"text\""`: `"text"`, `{"a":1}`: `{"a":1}`} {
		row, err := new(Decoder).Decode(envelopeOf(TypeAnnotationAdded, "s"), []byte(`{"target_kind":"event","target":"e","kind":"tag","value":`+value+`}`))
		require.NoError(t, err, value)
		require.Equal(t, want, row.(*AnnotationRow).Value)
	}
}

// Numbers keep all 64 bits, and floating point its nearest value.
func TestJSONNumbers(t *testing.T) {
	row, err := decodeJSONTransition(`{` + minimalTransition + `,"env_seed":9007199254740993,"reward":0.1,"temperature":-0}`)
	require.NoError(t, err)
	require.EqualValues(t, 9007199254740993, *row.EnvSeed)
	require.Equal(t, 0.1, *row.Reward)
	require.Zero(t, *row.Temperature)
}

func TestJSONOf(t *testing.T) {
	require.Equal(t, JSON(`{"a":1,"b":[]}`), JSONOf(map[string]any{"b": []int{}, "a": 1}))
	require.Panics(t, func() { JSONOf(make(chan int)) })
}
