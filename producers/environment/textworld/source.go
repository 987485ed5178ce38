package textworld

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Source is what a game file holds.
type Source struct {
	Domain  string `json:"pddl_domain"`
	Grammar string `json:"grammar"`
	Problem string `json:"pddl_problem"`
	// Walkthrough are commands that win, with ids in place of names; none where
	// the file has none.
	Walkthrough []string `json:"walkthrough"`
	// Solvable is false where the file says that the game cannot be won.
	Solvable *bool `json:"solvable"`
}

// MaxGameBytes is the most that a game file may measure.
const MaxGameBytes = 64 << 20

// ParseSource reads a game file.
func ParseSource(data []byte) (Source, error) {
	var s Source
	if err := json.Unmarshal(data, &s, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return s, fmt.Errorf("not a .tw-pddl game, which is a JSON object: line %d: %w; fetch the file anew if it was cut off", lineOf(data, err), err)
	}
	return s, s.check()
}

// lineOf returns the line of an error in JSON, from 1.
func lineOf(data []byte, err error) int {
	offset := int64(len(data))
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.ByteOffset
	case errors.As(err, &semantic):
		offset = semantic.ByteOffset
	}
	return 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n"))
}

func (s *Source) check() error {
	for _, part := range []struct{ name, text string }{
		{"pddl_domain", s.Domain}, {"grammar", s.Grammar}, {"pddl_problem", s.Problem},
	} {
		if strings.TrimSpace(part.text) == "" {
			return fmt.Errorf("not a .tw-pddl game: it has no %q", part.name)
		}
	}
	if s.Solvable != nil && !*s.Solvable {
		return errors.New("the game file itself says that the game is not solvable; leave it out")
	}
	return nil
}
