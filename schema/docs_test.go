package schema

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// fenced returns the blocks of a language in the page of the event format.
func fenced(t *testing.T, language string) []string {
	page, err := os.ReadFile("../docs/formats/events.md")
	require.NoError(t, err)
	var blocks []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		blocks = append(blocks, match[1])
	}
	require.NotEmpty(t, blocks)
	return blocks
}

func TestTheDocumentedRecordIsAnEvent(t *testing.T) {
	command := fenced(t, "sh")[0]
	body := regexp.MustCompile(`echo '(.*)'`).FindStringSubmatch(command)[1]
	var headers []Header
	for _, match := range regexp.MustCompile(`-H (\S+?)=(\S+)`).FindAllStringSubmatch(command, -1) {
		headers = append(headers, Header{match[1], []byte(match[2])})
	}
	row, err := new(Decoder).Decode(headers, []byte(body))
	require.NoError(t, err)
	require.Equal(t, 0.5, *row.(*TransitionRow).Reward)
	require.Contains(t, command, "-k "+row.Head().Subject)
}

func TestTheDocumentedLinesAreEvents(t *testing.T) {
	tables := map[string]bool{}
	for line := range strings.Lines(fenced(t, "jsonl")[0]) {
		var event struct {
			SpecVersion, ID, Type, Source, Subject, Time string
			Data                                         jsontext.Value
		}
		require.NoError(t, json.Unmarshal([]byte(line), &event, json.MatchCaseInsensitiveNames(true)))
		row, err := new(Decoder).Decode([]Header{
			{HeaderSpecVersion, []byte(event.SpecVersion)}, {HeaderID, []byte(event.ID)}, {HeaderType, []byte(event.Type)},
			{HeaderSource, []byte(event.Source)}, {HeaderSubject, []byte(event.Subject)}, {HeaderTime, []byte(event.Time)},
			{HeaderContentType, []byte(ContentJSON)},
		}, event.Data)
		require.NoError(t, err)
		tables[row.Table()] = true
	}
	require.Len(t, tables, 3)
}

// Every event type is on the page, in the row of its table.
func TestEveryEventTypeIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/formats/events.md")
	require.NoError(t, err)
	for eventType, table := range tableOf {
		require.Regexp(t, "(?m)^\\|.*`"+regexp.QuoteMeta(eventType)+"`.*\\| "+table+" \\|", string(page))
	}
}
