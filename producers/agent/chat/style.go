package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dreamlog/dreamlog/internal/openai"
)

// style is how a model is asked to answer, and how its answers are read.
type style interface {
	// rules say in the system prompt how to answer.
	rules() string
	// shape adds to a request what makes the model answer so.
	shape(*openai.ChatRequest)
	// read reads an answer.
	read(m openai.Answer, admissible []string) reading
}

// reading is what was read in an answer.
type reading struct {
	thought, action string
	// fault says why there is no action; empty: nothing was wrong.
	fault string
}

func newStyle(o Options) (style, error) {
	switch o.Mode {
	case Structured:
		return newStructured()
	case Tools:
		return newTools(o.ToolName)
	}
	return text{}, nil
}

// tidy takes an action out of its dressing: blanks, and unless it is admissible
// as it stands, quotes around it and a full stop behind a word.
func tidy(action string, admissible []string) string {
	action = strings.TrimSpace(action)
	if slices.Contains(admissible, action) {
		return action
	}
	for {
		bare := unquoted(withoutStop(action))
		if bare == action {
			return action
		}
		action = bare
	}
}

// withoutStop drops one full stop behind a letter, a digit or a closing mark,
// where it ends a sentence; a lone one may be a name, as in a shell.
func withoutStop(s string) string {
	rest, stopped := strings.CutSuffix(s, ".")
	last, _ := utf8.DecodeLastRuneInString(rest)
	if stopped && (unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune("\"'`*)]”", last)) {
		return rest
	}
	return s
}

// quotes are the marks that models put around an action.
var quotes = [][2]string{{`"`, `"`}, {"'", "'"}, {"```", "```"}, {"`", "`"}, {"**", "**"}, {"“", "”"}}

func unquoted(s string) string {
	for _, q := range quotes {
		if len(s) < len(q[0])+len(q[1]) || !strings.HasPrefix(s, q[0]) || !strings.HasSuffix(s, q[1]) {
			continue
		}
		if inner := s[len(q[0]) : len(s)-len(q[1])]; !strings.Contains(inner, q[0]) {
			return strings.TrimSpace(inner)
		}
	}
	return s
}
