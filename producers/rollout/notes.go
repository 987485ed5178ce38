package rollout

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/dreamlog/dreamlog/schema"
)

// The statuses of an episode.
const (
	completed = "completed" // the task ended it
	truncated = "truncated" // cut off: by a limit, the environment or an interrupt
	aborted   = "aborted"   // something broke
	failed    = "failed"    // could not be played at all
)

// notes is what the end of an episode says in its info.
type notes struct {
	// AgentSeed is Episode.Seed as the agent was told; nil in ends that were
	// written for a process which could not.
	AgentSeed *int64 `json:"agent_seed,omitempty"`
	// K is how many demonstrations ground an answer at most; nil likewise, and
	// where an environment answered.
	K *int `json:"k,omitempty"`
	// Interrupted tells an episode that an interrupt cut off from one that
	// reached its limit.
	Interrupted bool `json:"interrupted,omitempty"`
}

// notesOf reads the notes back; an info without any has none.
func notesOf(info *schema.JSON) (n notes) {
	if info != nil {
		if err := json.Unmarshal([]byte(*info), &n); err != nil {
			return notes{}
		}
	}
	return n
}

// column returns the notes as a column.
func (n notes) column() *schema.JSON { return new(schema.JSONOf(n)) }

// malformed is the name under which the info of a step says why its action
// could not be read from the agent's answer.
const malformed = "malformed"

// withMalformed adds the reason to what the environment says of a step. What is
// no JSON object stays as it is, for the log to refuse.
func withMalformed(info *schema.JSON, reason string) *schema.JSON {
	if reason == "" {
		return info
	}
	members := map[string]json.RawMessage{}
	if info != nil {
		if err := json.Unmarshal([]byte(*info), &members); err != nil {
			return info
		}
	}
	members[malformed] = json.RawMessage(schema.JSONOf(sentence(reason)))
	text, err := json.Marshal(members)
	if err != nil {
		return info // cannot be: its members were JSON before
	}
	return new(schema.JSON(text))
}

// maxSentence bounds what an event quotes of an error, in bytes: a server may
// answer with pages of HTML.
const maxSentence = 2000

// sentence makes a text fit to be recorded: valid UTF-8, and not too long.
func sentence(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxSentence {
		return text
	}
	end := maxSentence
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// optional returns a pointer to s; nil where it is empty.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
