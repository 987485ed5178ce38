package schema

import (
	"fmt"
	"slices"
	"strings"
)

// MaxIDBytes is the most that an id may measure.
const MaxIDBytes = 512

// check collects the first rule that does not hold. Its methods build the text
// of a rule only when it is broken: they run for every event.
type check struct{ err *FieldError }

// result returns the first rule that does not hold, or nil.
func (c *check) result() error {
	if c.err == nil {
		return nil
	}
	return c.err
}

func (c *check) that(holds bool, field string, value any, rule string) {
	if c.err == nil && !holds {
		c.err = fieldError(field, value, rule)
	}
}

func (c *check) required(field, s string) { c.that(s != "", field, nil, "is required") }

func (c *check) id(field, s string) {
	if s == "" || len(s) > MaxIDBytes {
		c.required(field, s)
		c.that(false, field, s, fmt.Sprintf("must have at most %d bytes", MaxIDBytes))
	}
}

func (c *check) oneOf(field, s string, allowed ...string) {
	if !slices.Contains(allowed, s) {
		c.that(false, field, s, "must be one of "+strings.Join(allowed, ", "))
	}
}

func (c *check) count(field string, n *int64) {
	if n != nil && *n < 0 {
		c.that(false, field, *n, "must be 0 or more")
	}
}

// absentNumber stands in a JSON event for a number that was not given.
const absentNumber = -1

func (c *check) number(field string, n int64) {
	if n < 0 {
		c.that(n != absentNumber, field, nil, "is required, and 0 or more")
		c.that(false, field, n, "must be 0 or more")
	}
}

func (c *check) within(field string, x *float64, low, high float64) {
	if x != nil && !(*x >= low && *x <= high) { // so that NaN is outside
		c.that(false, field, *x, fmt.Sprintf("must lie between %v and %v", low, high))
	}
}

func (c *check) object(field string, j *JSON) {
	if j != nil && !j.valid('{') {
		c.that(false, field, string(*j), "must be a JSON object")
	}
}

func (c *check) array(field string, j *JSON) {
	if j != nil && !j.valid('[') {
		c.that(false, field, string(*j), "must be a JSON array")
	}
}

// subject checks that the event is ordered behind what it is about.
func (c *check) subject(h *Envelope, field, id string) {
	if h.Subject != id {
		c.that(false, "subject", h.Subject, "must equal "+field)
	}
}

// item takes over what was found in one record of a list.
func (c *check) item(list string, index int, found check) {
	if c.err == nil && found.err != nil {
		c.err = found.err
		c.err.Field = fmt.Sprintf("%s[%d].%s", list, index, found.err.Field)
	}
}
