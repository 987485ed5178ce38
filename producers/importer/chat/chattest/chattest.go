// Package chattest helps the tests of chat formats: it rebuilds conversations
// from calls. Only tests use it.
package chattest

import (
	"context"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// Read reads one file with a format and returns its episodes and the records
// refused.
func Read(t testing.TB, format importer.Format, path string) (episodes []*importer.Episode, refused map[int]error) {
	t.Helper()
	src, err := importer.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, src.Close()) }()
	refused = map[int]error{}
	err = format.Read(context.Background(), src, func(number int, e *importer.Episode, err error) error {
		if err != nil {
			refused[number] = err
			return nil
		}
		episodes = append(episodes, e)
		return nil
	})
	require.NoError(t, err)
	return episodes, refused
}

// Messages returns the elements of a JSON array of messages.
func Messages(t testing.TB, array []byte) []string {
	t.Helper()
	var raw []jsontext.Value
	require.NoError(t, json.Unmarshal(array, &raw, jsontext.AllowDuplicateNames(true)))
	messages := make([]string, len(raw))
	for i := range raw {
		messages[i] = string(raw[i])
	}
	return messages
}

// Conversation rebuilds the messages of an episode of one segment from its
// calls, and from its info what no call answered.
func Conversation(t testing.TB, e *importer.Episode) []string {
	t.Helper()
	messages := []string{}
	for i := range e.Calls {
		require.Zero(t, *e.Calls[i].Segment)
		messages = append(messages, Messages(t, []byte(e.Calls[i].Messages))...)
		messages = append(messages, e.Calls[i].Response)
	}
	if e.Info == nil {
		return messages
	}
	var info map[string]jsontext.Value
	require.NoError(t, json.Unmarshal([]byte(*e.Info), &info))
	if rest := info[chat.Unanswered]; rest != nil {
		messages = append(messages, Messages(t, rest)...)
	}
	return messages
}

// Fuzz gives a parser of records any bytes, and holds it to what every
// importer promises: no panic, and episodes that hang together.
func Fuzz(f *testing.F, parse func(record []byte) (*importer.Episode, error)) {
	f.Fuzz(func(t *testing.T, record []byte) {
		if e, err := parse(record); err == nil {
			Coherent(t, e)
		}
	})
}

// Coherent checks what holds for every episode.
func Coherent(t testing.TB, e *importer.Episode) {
	require.NotEmpty(t, e.Environment)
	require.NotEmpty(t, e.TaskID)
	require.NotEmpty(t, e.Status)
	for i := range e.Steps {
		if i > 0 {
			require.Equal(t, e.Steps[i-1].NextState, e.Steps[i].State)
		}
		for _, c := range e.Steps[i].Calls {
			require.Equal(t, int64(i), *e.Calls[c].Step)
		}
	}
	for i := range e.Calls {
		Messages(t, []byte(e.Calls[i].Messages))
	}
}
