package lander

import (
	"errors"
	"fmt"
)

// HaltError says that landing must not go on, because it would skip or mix up
// data silently. What to do is for a person to decide.
type HaltError struct {
	// Reason says what was found, and Remedy what to do.
	Reason, Remedy string
}

func (e *HaltError) Error() string { return "landing halted: " + e.Reason + "; " + e.Remedy }

func halt(remedy, format string, args ...any) *HaltError {
	return &HaltError{Reason: fmt.Sprintf(format, args...), Remedy: remedy}
}

// errRestart says that another lander has come between: start again at step 1.
var errRestart = errors.New("another lander has published first")
