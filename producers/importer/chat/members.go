package chat

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/schema"
)

// Value takes the first of the named members that is there, as it is; nil when
// none is.
func (o *Object) Value(names ...string) jsontext.Value {
	_, value := o.take(names)
	return value
}

// JSON takes a member as the text of a JSON column; nil when it is absent.
func (o *Object) JSON(names ...string) *schema.JSON {
	value := o.Value(names...)
	if value == nil {
		return nil
	}
	j := schema.JSON(value)
	return &j
}

// Text takes a string.
func (o *Object) Text(names ...string) *string {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	s, err := unquote(value)
	if err != nil {
		o.fail(name, err.Error())
	}
	return &s
}

// ID takes a string or a whole number as text; empty when absent.
func (o *Object) ID(names ...string) string {
	name, value := o.take(names)
	switch value.Kind() {
	case 0:
		return ""
	case '"':
		s, err := unquote(value)
		if err != nil {
			o.fail(name, err.Error())
		}
		return s
	}
	if _, err := strconv.ParseInt(string(value), 10, 64); err != nil {
		o.fail(name, "must be a string or a whole number")
	}
	return string(value)
}

// Number takes a finite number.
func (o *Object) Number(names ...string) *float64 {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	x, err := number(value)
	if err != nil {
		o.fail(name, err.Error())
	}
	return &x
}

func number(value jsontext.Value) (float64, error) {
	if value.Kind() != '0' {
		return 0, fmt.Errorf("is a JSON %s, must be a number", kindName(value.Kind()))
	}
	x, err := strconv.ParseFloat(string(value), 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, errors.New("must be a finite number")
	}
	return x, nil
}

// Int takes a whole number, which may be written as 3.0.
func (o *Object) Int(names ...string) *int64 {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		x, errNumber := number(value)
		if n = int64(x); errNumber != nil || float64(n) != x {
			o.fail(name, "must be a whole number")
		}
	}
	return &n
}

// Bool takes true or false.
func (o *Object) Bool(names ...string) *bool {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	if k := value.Kind(); k != 't' && k != 'f' {
		o.fail(name, fmt.Sprintf("is a JSON %s, must be true or false", kindName(k)))
	}
	b := value.Kind() == 't'
	return &b
}

// Object takes an object, or a string that holds one; it has no members when it
// is absent.
func (o *Object) Object(names ...string) *Object {
	name, value := o.take(names)
	if value == nil {
		return &Object{failed: o.failed}
	}
	value, err := opened(value)
	if err == nil {
		var inner *Object
		if inner, err = parseObject(value, o.path+name+".", o.failed); err == nil {
			return inner
		}
	}
	o.fail(name, err.Error())
	return &Object{failed: o.failed}
}
