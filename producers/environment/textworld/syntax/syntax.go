// Package syntax says what is wrong with the text of a game, and where: in its
// PDDL and in its grammar alike. Packages pddl, ground and wording call it.
package syntax

import "fmt"

// Error says what is wrong with a text, and where.
type Error struct {
	// Line of the text, from 1.
	Line int
	// Message names the construct and what is wrong with it.
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// Errorf returns an *Error.
func Errorf(line int, format string, args ...any) error {
	return &Error{Line: line, Message: fmt.Sprintf(format, args...)}
}
