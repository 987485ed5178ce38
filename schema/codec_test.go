package schema

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func exampleTransition() *TransitionRow {
	reward, group := 1.0, "g-1"
	info := JSON(`{"a":1}`)
	return &TransitionRow{
		Envelope: Envelope{EventID: "e-1", EventType: TypeTransition, Time: 1_700_000_000_000_000, Source: "test", Subject: "ep-1"},
		Transition: Transition{Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t-1", EpisodeID: "ep-1", GroupID: &group,
			Step: 3, Origin: "real", State: "you are here", AdmissibleActions: []string{}, Action: "go", NextState: "there", Reward: &reward,
			Terminated: true, Demonstrations: []Demonstration{{EventID: "d", Similarity: .5}}, Info: &info},
	}
}

func TestAnEventSurvivesTheLog(t *testing.T) {
	want := exampleTransition()
	headers, body, err := Encode(want)
	require.NoError(t, err)
	got, err := new(Decoder).Decode(headers, body)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.NotNil(t, got.(*TransitionRow).AdmissibleActions, "an empty list is not NULL")
	require.Nil(t, got.(*TransitionRow).NextAdmissibleActions)
}

func TestJSONEvent(t *testing.T) {
	want := exampleTransition()
	headers := want.Headers(ContentJSON)
	got, err := new(Decoder).Decode(headers, []byte(`{"event_id":"e-1","environment":"coin","task_id":"t-1","episode_id":"ep-1","group_id":"g-1","step":3,
		"state":"you are here","admissible_actions":[],"action":"go","next_state":"there","reward":1.0,"terminated":true,
		"demonstrations":[{"event_id":"d","similarity":0.5}],"info":{"a":1}}`))
	require.NoError(t, err)
	want.SchemaVersion = Version
	require.Equal(t, want, got)
}

func BenchmarkDecode(b *testing.B) {
	f, err := os.ReadFile("/tmp/gen/s.jsonl")
	require.NoError(b, err)
	lines := strings.Split(strings.TrimSpace(string(f)), "\n")
	e := exampleTransition()
	h := e.Headers(ContentJSON)
	h[1].Value = nil
	d := new(Decoder)
	s := NewSealer([]byte("k"))
	b.Run("json", func(b *testing.B) {
		for i := range b.N {
			r := d.take(Transitions)
			if err := decodeBody(ContentJSON, []byte(lines[i%len(lines)]), r); err != nil && !strings.Contains(err.Error(), "equal") {
				b.Fatal(err)
			}
		}
	})
	headers, body, _ := Encode(e)
	b.Run("avro", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			d.Decode(headers, body)
		}
	})
	b.Run("validate", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			Validate(e)
		}
	})
	b.Run("seal", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			s.Seal(e)
		}
	})
}
