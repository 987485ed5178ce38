package openai

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// redacted stands where a key was.
const redacted = "[redacted]"

// shortestSecret is the least length of a key that is looked for in answers:
// what is shorter, such as EMPTY, is a placeholder and would be found in words.
const shortestSecret = 8

// secret is an API key. It is kept behind a function, since fmt prints the
// strings of a struct whatever their methods say.
type secret struct{ reveal func() string }

func newSecret(key string) secret { return secret{func() string { return key }} }

// redact takes the key out of what a server said, as it is and as URLs and JSON
// may spell it.
func (s secret) redact(text []byte) []byte {
	key := s.reveal()
	if len(key) < shortestSecret {
		return text
	}
	if plain := jsontext.Value(bytes.Clone(text)); bytes.Contains(text, []byte(`\u`)) &&
		plain.Format(jsontext.PreserveRawStrings(false), lenient) == nil && bytes.Contains(plain, []byte(key)) {
		text = plain // it was hidden by escapes
	}
	for _, spelling := range []string{key, url.QueryEscape(key), url.PathEscape(key), strings.ReplaceAll(key, "/", `\/`)} {
		if bytes.Contains(text, []byte(spelling)) {
			text = bytes.ReplaceAll(text, []byte(spelling), []byte(redacted))
		}
	}
	return text
}
