package schema

import (
	"fmt"
	"math"
	"reflect"
	"unicode/utf8"
)

// wellFormed refuses text that is not UTF-8, which Avro does not check and
// Parquet readers choke on, and numbers that are not finite, which JSON cannot
// hold and a mean does not survive.
func wellFormed(row Row) error {
	v := reflect.ValueOf(row).Elem()
	for _, f := range schemas.forms[row.Table()] {
		if !f.holds(v.Field(f.part).Field(f.index)) {
			return malformed(f.name, v.Field(f.part).Field(f.index))
		}
	}
	return nil
}

// form is a field of a row that holds text or a number of floating point.
type form struct {
	name        string
	part, index int // of the embedded struct in the row, and of the field in it
	holds       func(reflect.Value) bool
}

// formsOf lists the fields of a table's rows that can be malformed. It is done
// once, so that each row only meets those.
func formsOf(table string) (forms []form) {
	row := reflect.TypeOf(NewRow(table)).Elem()
	for part := range row.NumField() {
		fields := row.Field(part).Type
		for index := range fields.NumField() {
			field := fields.Field(index)
			if holds := ruleOf(field.Type); holds != nil {
				forms = append(forms, form{field.Tag.Get("avro"), part, index, holds})
			}
		}
	}
	return forms
}

// ruleOf returns what must hold for values of a type; nil: nothing.
func ruleOf(t reflect.Type) func(reflect.Value) bool {
	switch t.Kind() {
	case reflect.String:
		return func(v reflect.Value) bool { return utf8.ValidString(v.String()) }
	case reflect.Float64:
		return func(v reflect.Value) bool { return finite(v.Float()) }
	case reflect.Pointer:
		if holds := ruleOf(t.Elem()); holds != nil {
			return func(v reflect.Value) bool { return v.IsNil() || holds(v.Elem()) }
		}
	case reflect.Slice:
		if holds := ruleOf(t.Elem()); holds != nil {
			return func(v reflect.Value) bool { return firstBroken(v, holds) < 0 }
		}
	case reflect.Struct:
		return ruleOfStruct(t)
	}
	return nil
}

func ruleOfStruct(t reflect.Type) func(reflect.Value) bool {
	rules := make([]func(reflect.Value) bool, t.NumField())
	for i := range rules {
		rules[i] = ruleOf(t.Field(i).Type)
	}
	return func(v reflect.Value) bool {
		for i, holds := range rules {
			if holds != nil && !holds(v.Field(i)) {
				return false
			}
		}
		return true
	}
}

// firstBroken returns the index of the first element that breaks a rule; -1
// when there is none.
func firstBroken(list reflect.Value, holds func(reflect.Value) bool) int {
	for i := range list.Len() {
		if !holds(list.Index(i)) {
			return i
		}
	}
	return -1
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// malformed says what is wrong with a value that breaks its rule, and where.
func malformed(name string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		return malformed(name, v.Elem())
	case reflect.Slice:
		i := firstBroken(v, ruleOf(v.Type().Elem()))
		return malformed(fmt.Sprintf("%s[%d]", name, i), v.Index(i))
	case reflect.Struct:
		for i := range v.NumField() {
			if holds := ruleOf(v.Field(i).Type()); holds != nil && !holds(v.Field(i)) {
				return malformed(name+"."+v.Type().Field(i).Tag.Get("avro"), v.Field(i))
			}
		}
	case reflect.Float64:
		return fieldError(name, v.Float(), "must be finite")
	}
	return fieldError(name, v.String(), "must be valid UTF-8")
}
