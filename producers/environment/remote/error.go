package remote

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
)

// Error is a request that did not bring what it should.
type Error struct {
	Method, URL string
	// Status of the answer; 0: there was none.
	Status int
	// Err is what was wrong.
	Err error

	transient bool
}

func (e *Error) Error() string {
	if e.Status == 0 || e.Status == http.StatusOK {
		return fmt.Sprintf("%s %s: %v", e.Method, e.URL, e.Err)
	}
	return fmt.Sprintf("%s %s: status %d: %v", e.Method, e.URL, e.Status, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Transient says whether the same request could go well a little later. It does
// not say whether the server took the request.
func Transient(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.transient
}

// mayPass says which statuses are of the moment.
func mayPass(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// Decode decodes JSON from a server.
func Decode(answer []byte, v any) error {
	if bytes.HasPrefix(bytes.TrimSpace(answer), []byte("<")) {
		return fmt.Errorf("the answer is HTML or XML where JSON is expected (%s): is this the address of the environment's server?", excerpt(answer))
	}
	if err := json.Unmarshal(answer, v); err != nil {
		return fmt.Errorf("the answer is not what the protocol says (%s): %w", excerpt(answer), err)
	}
	return nil
}

// excerpt is the beginning of an answer, to be shown.
func excerpt(answer []byte) string {
	const most = 200
	text := strings.ToValidUTF8(string(answer[:min(len(answer), most)]), "�")
	switch {
	case len(answer) == 0:
		return "an empty answer"
	case len(answer) > most:
		return fmt.Sprintf("%q… of %d bytes", text, len(answer))
	}
	return fmt.Sprintf("%q", text)
}
