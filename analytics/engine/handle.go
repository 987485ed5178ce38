package engine

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/marcboeker/go-duckdb/mapping"
	"github.com/marcboeker/go-duckdb/v2"
)

// The driver keeps its C handles to itself. They are read by reflection, by
// the names they have in the pinned version; another version fails here with
// an error, not later with a crash.

func connectionHandle(conn *duckdb.Conn) (mapping.Connection, error) {
	ptr, err := handle(reflect.ValueOf(conn).Elem().FieldByName("conn"))
	return mapping.Connection{Ptr: ptr}, err
}

func statementHandle(stmt *duckdb.Stmt) (mapping.PreparedStatement, error) {
	field := reflect.ValueOf(stmt).Elem().FieldByName("preparedStmt")
	if field.Kind() == reflect.Pointer {
		field = field.Elem()
	}
	ptr, err := handle(field)
	return mapping.PreparedStatement{Ptr: ptr}, err
}

// handle returns the pointer in a wrapper struct{ Ptr unsafe.Pointer }.
func handle(wrapper reflect.Value) (unsafe.Pointer, error) {
	if wrapper.Kind() == reflect.Struct {
		if ptr := wrapper.FieldByName("Ptr"); ptr.Kind() == reflect.UnsafePointer && !ptr.IsNil() {
			return ptr.UnsafePointer(), nil
		}
	}
	return nil, fmt.Errorf("this version of go-duckdb keeps its handles elsewhere: build with the version that go.mod pins")
}
