package openai

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// read keeps what came in an attempt, or says why it is no answer.
func (c *Client) read(a *Attempt, r reply, read func(*Attempt, []byte) error) error {
	switch {
	case r.status >= 300 && r.status < 400:
		return c.failed(Refused, r, "it redirects to "+host(r.header.Get("Location"))+"; use that URL if it is to be trusted")
	case r.status != http.StatusOK:
		return c.failed(kindOf(r.status), r, complaint(r.body)+advice(r.status))
	case !r.whole:
		return c.failed(Malformed, r, fmt.Sprintf("the answer has more than %d bytes", c.options.MaxResponseBytes))
	case foreign(r):
		return c.failed(Refused, r, "it answered with "+describe(r)+" instead of JSON; check the URL (it usually ends in /v1)")
	}
	err := read(a, r.body)
	var reported *reportedError
	switch {
	case errors.As(err, &reported):
		return c.failed(reported.kind(), r, reported.Error())
	case err != nil:
		return c.failed(Malformed, r, err.Error())
	}
	return nil
}

// kind of a reported error; one that does not say is the server's own trouble.
func (e *reportedError) kind() Kind {
	if e.status >= 400 && e.status < 600 {
		return kindOf(e.status)
	}
	return Unavailable
}

func (c *Client) failed(kind Kind, r reply, reason string) *Error {
	return &Error{
		Kind: kind, Server: c.server, Status: r.status,
		Reason:     string(c.key.redact([]byte(reason))),
		RetryAfter: retryAfter(r.header, time.Now()),
	}
}

// foreign says whether what answered is no model server at all, as a proxy or a
// web page is: every further request would meet it too.
func foreign(r reply) bool {
	start := bytes.TrimSpace(r.body)
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return false
	}
	media, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	return bytes.HasPrefix(start, []byte{'<'}) || err == nil && media != "application/json"
}

// describe names what came by its media type.
func describe(r reply) string {
	media, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil || media == "application/json" {
		return "what looks like HTML"
	}
	return media
}

// longestComplaint is the most of a server's message that goes into an error.
const longestComplaint = 300

// complaint is what a server says is wrong: the message of its JSON, in one of
// the usual spellings, else the beginning of its text.
func complaint(text []byte) string {
	for _, name := range []string{"error", "message", "detail"} {
		value := member(text, name)
		if inner := member(value, "message"); inner != nil {
			value = inner
		}
		switch {
		case value.Kind() == '"':
			return oneLine(or[string](value))
		case value != nil && value.Kind() != 'n':
			return oneLine(string(value))
		}
	}
	if line := oneLine(string(text)); line != "" {
		return line
	}
	return "it gives no reason"
}

// oneLine shortens a text for an error message.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text[:min(len(text), 4*longestComplaint)], "?")), " ")
	if runes := []rune(text); len(runes) > longestComplaint {
		return string(runes[:longestComplaint]) + "…"
	}
	return text
}

// host returns the host of a URL that a server gave; the rest may be anything.
func host(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "another path"
	}
	return strconv.Quote(u.Scheme + "://" + u.Host)
}

// retryAfter reads how long a server asks to wait: seconds, a date, or the
// milliseconds that some servers give more exactly; 0 where it does not ask.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return span(ms, time.Millisecond)
	}
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return span(seconds, time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// longestSpan is as long as any wait that a server may mean.
const longestSpan = 365 * 24 * time.Hour

// span is n units, within what makes sense.
func span(n float64, unit time.Duration) time.Duration {
	switch {
	case !(n > 0):
		return 0
	case n > float64(longestSpan/unit):
		return longestSpan
	}
	return time.Duration(n * float64(unit))
}
