package schema

import "reflect"

// The times that an event may have, in microseconds since 1970: those of the
// years 1 to 9999, which RFC 3339 can write and every reader of the lake takes.
const (
	earliest Micros = -62_135_596_800_000_000
	latest   Micros = 253_402_300_799_999_999
)

// Validate says what is wrong with an event, as a *FieldError with the first
// field that breaks a rule, or nil.
func Validate(row Row) error {
	h := row.Head()
	if tableOf[h.EventType] != row.Table() {
		return fieldError(HeaderType, h.EventType, "is no event type of table "+row.Table())
	}
	if err := h.validate(); err != nil {
		return err
	}
	if err := row.validate(); err != nil {
		return err
	}
	if err := refuseStrays(row); err != nil {
		return err
	}
	return wellFormed(row)
}

func (e *Envelope) validate() error {
	var c check
	c.id("event_id", e.EventID)
	c.id("source", e.Source)
	c.id("subject", e.Subject)
	c.that(e.Time != 0, "time", nil, "is required, and not the first moment of 1970")
	if e.Time < earliest || e.Time > latest {
		c.that(false, "time", e.Time.Time(), "must lie in the years 1 to 9999")
	}
	c.that((e.Producer == nil) == (e.Sequence == nil), HeaderSequence, nil, "producer and sequence go together: give both or none")
	if e.Producer != nil && e.Sequence != nil {
		c.id("producer", *e.Producer)
		c.that(*e.Sequence >= 1, HeaderSequence, *e.Sequence, "must be 1 or more")
	}
	return c.result()
}

// refuseStrays refuses fields that belong to another event type of the same
// table: its Avro schema has no place for them, so they would be lost.
func refuseStrays(row Row) error {
	strays := schemas.events[row.Head().EventType][Version].strays
	if len(strays) == 0 {
		return nil
	}
	body := reflect.ValueOf(row).Elem().Field(bodyField)
	for _, i := range strays {
		if !body.Field(i).IsZero() {
			return fieldError(body.Type().Field(i).Tag.Get("json"), nil, "is not a field of "+row.Head().EventType)
		}
	}
	return nil
}

// straysOf returns the indexes of the fields in a table's body that an event
// type does not have.
func straysOf(table string, fields map[string]bool) (strays []int) {
	body := reflect.TypeOf(NewRow(table)).Elem().Field(bodyField).Type
	for i := range body.NumField() {
		if !fields[body.Field(i).Tag.Get("json")] {
			strays = append(strays, i)
		}
	}
	return strays
}
