package engine

/*
#include <stdint.h>

void *duckdb_scalar_function_get_extra_info(void *info);
void duckdb_scalar_function_set_extra_info(void *function, void *extra, void (*destroy)(void *));

void dreamlogLookup(void *info, void *input, void *output);
void dreamlogForget(void *handle);

// A cgo.Handle is a number, which C carries where it expects a pointer.
static void dreamlog_set_handle(void *function, uintptr_t handle) {
	duckdb_scalar_function_set_extra_info(function, (void *)handle, dreamlogForget);
}
static uintptr_t dreamlog_handle(void *info) {
	return (uintptr_t)duckdb_scalar_function_get_extra_info(info);
}
static void *dreamlog_lookup_callback(void) { return dreamlogLookup; }
*/
import "C"

import (
	"context"
	"fmt"
	"runtime/cgo"
	"unsafe"

	"github.com/marcboeker/go-duckdb/mapping"
)

// DefineLookup gives SQL the function
//
//	name(high UBIGINT, low BIGINT, otherwise DOUBLE) -> DOUBLE
//
// which is the number that numbers has for Key(high, low), and otherwise where
// it has none. Unlike a join with a table of numbers it costs a query nothing when it
// does not use the function's column, and a few nanoseconds a row when it does:
// it is called once for about two thousand rows, in parallel, and works on
// DuckDB's own memory.
//
// numbers must not change any more.
func (db *DB) DefineLookup(ctx context.Context, name string, numbers *Numbers) error {
	conn, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	connection, err := connectionHandle(conn)
	if err != nil {
		return err
	}
	function := lookupFunction(name, numbers)
	defer mapping.DestroyScalarFunction(&function)
	if mapping.RegisterScalarFunction(connection, function) != mapping.StateSuccess {
		return fmt.Errorf("define SQL function %s: DuckDB refused it; is there one of this name?", name)
	}
	return nil
}

func lookupFunction(name string, numbers *Numbers) mapping.ScalarFunction {
	function := mapping.CreateScalarFunction()
	mapping.ScalarFunctionSetName(function, name)
	for _, parameter := range []mapping.Type{mapping.TypeUBigInt, mapping.TypeBigInt, mapping.TypeDouble} {
		logical := mapping.CreateLogicalType(parameter)
		mapping.ScalarFunctionAddParameter(function, logical)
		mapping.ScalarFunctionSetReturnType(function, logical) // in the end that of the last
		mapping.DestroyLogicalType(&logical)
	}
	mapping.ScalarFunctionSetSpecialHandling(function) // otherwise may be NULL
	mapping.ScalarFunctionSetFunction(function, C.dreamlog_lookup_callback())
	C.dreamlog_set_handle(function.Ptr, C.uintptr_t(cgo.NewHandle(numbers)))
	return function
}

// dreamlogForget is called by DuckDB when it drops a lookup function.
//
//export dreamlogForget
func dreamlogForget(handle unsafe.Pointer) { cgo.Handle(uintptr(handle)).Delete() }

// dreamlogLookup is called by DuckDB with a chunk of arguments, as flat vectors.
//
//export dreamlogLookup
func dreamlogLookup(info, input, output unsafe.Pointer) {
	numbers := cgo.Handle(C.dreamlog_handle(info)).Value().(*Numbers)
	chunk, out := mapping.DataChunk{Ptr: input}, mapping.Vector{Ptr: output}
	size := int(mapping.DataChunkGetSize(chunk))
	high, low := mapping.DataChunkGetVector(chunk, 0), mapping.DataChunkGetVector(chunk, 1)
	otherwise := mapping.DataChunkGetVector(chunk, 2)
	values := cells[float64](out, size)
	copy(values, cells[float64](otherwise, size))
	found := numbers.replace(cells[uint64](high, size), cells[int64](low, size), values)

	// Rows without a value stay so, unless their key has a number.
	present := (*uint64)(mapping.VectorGetValidity(otherwise))
	if present == nil {
		return
	}
	mapping.VectorEnsureValidityWritable(out)
	outPresent := (*uint64)(mapping.VectorGetValidity(out))
	for i := range size {
		setValid(outPresent, i, isValid(present, i))
	}
	for _, i := range found {
		setValid(outPresent, i, true)
	}
}

// cells returns the data of a flat vector. DuckDB owns it.
func cells[T any](vector mapping.Vector, size int) []T {
	return unsafe.Slice((*T)(mapping.VectorGetData(vector)), size)
}

func setValid(mask *uint64, row int, valid bool) {
	word, bit := (*uint64)(unsafe.Add(unsafe.Pointer(mask), row/64*8)), uint64(1)<<(row%64)
	if valid {
		*word |= bit
	} else {
		*word &^= bit
	}
}
