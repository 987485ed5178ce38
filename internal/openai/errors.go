package openai

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrBudget says that the budget is spent: no further call is made.
var ErrBudget = errors.New("the budget for the model server is spent")

// Kind says what a failure means for another attempt.
type Kind int

const (
	// Unavailable: the server was not reached, busy, broken or too slow. Another
	// attempt may succeed.
	Unavailable Kind = iota + 1
	// Refused: the server will never take this request.
	Refused
	// Malformed: the server answered, and the answer is not what was asked for.
	Malformed
)

func (k Kind) String() string {
	switch k {
	case Unavailable:
		return "unavailable"
	case Refused:
		return "refused"
	case Malformed:
		return "malformed"
	}
	return fmt.Sprintf("kind %d", int(k))
}

// Error is a failed attempt.
type Error struct {
	Kind Kind
	// Server is where the API begins, without a query.
	Server string
	// Status of HTTP; 0 where no answer began.
	Status int
	// Reason in words, and what to do about it.
	Reason string
	// RetryAfter is the wait that the server asked for; 0: it did not.
	RetryAfter time.Duration
	// Err is the cause; nil where the status says it all.
	Err error
}

func (e *Error) Error() string {
	text := "model server " + e.Server + ": "
	if e.Status != 0 && e.Status != http.StatusOK {
		text += strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))) + ": "
	}
	text += e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of a failure; 0 where err has none.
func KindOf(err error) Kind {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return 0
}

// kindOf classes a status. Of 409 and 425 the first is a lock of the server's
// that goes away, as OpenAI documents it, the second asks for another attempt.
func kindOf(status int) Kind {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return Unavailable
	}
	if status >= 500 {
		return Unavailable
	}
	return Refused
}

// advice says what to do about a status, where that is known.
func advice(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "; check the API key and what it may use"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "; check the URL (it usually ends in /v1) and the name of the model"
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		return "; check that the model takes these parameters and prompts of this length"
	case http.StatusTooManyRequests:
		return "; lower the rate or the concurrency"
	}
	return ""
}

// asksFor is how long the server asked to wait.
func asksFor(err error) time.Duration {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.RetryAfter
	}
	return 0
}
