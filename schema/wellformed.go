package schema

import (
	"fmt"
	"math"
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// wellFormed refuses text that is not UTF-8, which Avro does not check and
// Parquet readers choke on, and numbers that are not finite, which JSON cannot
// hold and a mean does not survive.
func wellFormed(row Row) error {
	v := reflect.ValueOf(row)
	start := v.UnsafePointer()
	forms := schemas.forms[row.Table()]
	for i := range forms {
		if f := &forms[i]; !f.holds(unsafe.Add(start, f.offset)) {
			return malformed(f.name, v.Elem().FieldByIndex(f.index))
		}
	}
	return nil
}

// form is a field of a row that holds text or a number of floating point. Every
// event passes by every form: they are found once, and read by their place in the
// struct, which takes a third of the time that reflection does.
type form struct {
	name   string
	index  []int
	offset uintptr                   // in the row, in bytes
	holds  func(unsafe.Pointer) bool // given the address of the field
}

// formsOf lists the fields of a table's rows that can be malformed.
func formsOf(table string) (forms []form) {
	row := reflect.TypeOf(NewRow(table)).Elem()
	for part := range row.NumField() {
		fields := row.Field(part)
		for i := range fields.Type.NumField() {
			field := fields.Type.Field(i)
			if holds := ruleOf(field.Type); holds != nil {
				forms = append(forms, form{field.Tag.Get("avro"), []int{part, i}, fields.Offset + field.Offset, holds})
			}
		}
	}
	return forms
}

// ruleOf returns what must hold for values of a type; nil: nothing.
func ruleOf(t reflect.Type) func(unsafe.Pointer) bool {
	switch t.Kind() {
	case reflect.String:
		return func(p unsafe.Pointer) bool { return utf8.ValidString(*(*string)(p)) }
	case reflect.Float64:
		return func(p unsafe.Pointer) bool { return finite(*(*float64)(p)) }
	case reflect.Pointer:
		if holds := ruleOf(t.Elem()); holds != nil {
			return func(p unsafe.Pointer) bool { p = *(*unsafe.Pointer)(p); return p == nil || holds(p) }
		}
	case reflect.Slice:
		return ruleOfList(t)
	case reflect.Struct:
		return ruleOfStruct(t)
	}
	return nil
}

func ruleOfList(t reflect.Type) func(unsafe.Pointer) bool {
	holds := ruleOf(t.Elem())
	if holds == nil {
		return nil
	}
	size := t.Elem().Size()
	return func(p unsafe.Pointer) bool {
		list := (*[]struct{})(p) // for its start and length, which every slice has
		start := unsafe.Pointer(unsafe.SliceData(*list))
		for i := range len(*list) {
			if !holds(unsafe.Add(start, uintptr(i)*size)) {
				return false
			}
		}
		return true
	}
}

func ruleOfStruct(t reflect.Type) func(unsafe.Pointer) bool {
	var rules []form
	for i := range t.NumField() {
		if holds := ruleOf(t.Field(i).Type); holds != nil {
			rules = append(rules, form{offset: t.Field(i).Offset, holds: holds})
		}
	}
	return func(p unsafe.Pointer) bool {
		for i := range rules {
			if !rules[i].holds(unsafe.Add(p, rules[i].offset)) {
				return false
			}
		}
		return true
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// malformed says what is wrong with a value that breaks its rule, and where;
// nil: nothing.
func malformed(name string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return malformed(name, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := malformed(fmt.Sprintf("%s[%d]", name, i), v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := malformed(name+"."+v.Type().Field(i).Tag.Get("avro"), v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Float64:
		if !finite(v.Float()) {
			return fieldError(name, v.Float(), "must be finite")
		}
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return fieldError(name, v.String(), "must be valid UTF-8")
		}
	}
	return nil
}
