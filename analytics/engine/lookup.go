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
//	name(generation BIGINT, "partition" BIGINT, "offset" BIGINT, otherwise DOUBLE) -> DOUBLE
//
// which is the number that positions has for this position, and otherwise
// where it has none. Unlike a join with a table of positions it
// costs a query nothing when it does not use the function's column, and a few
// nanoseconds a row when it does: it is called once for about two thousand
// rows, in parallel, and works on DuckDB's own memory.
//
// positions must not change any more.
func (db *DB) DefineLookup(ctx context.Context, name string, positions *Positions) error {
	conn, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	connection, err := connectionHandle(conn)
	if err != nil {
		return err
	}
	function := lookupFunction(name, positions)
	defer mapping.DestroyScalarFunction(&function)
	if mapping.RegisterScalarFunction(connection, function) != mapping.StateSuccess {
		return fmt.Errorf("define SQL function %s: DuckDB refused it; is there one of this name?", name)
	}
	return nil
}

func lookupFunction(name string, positions *Positions) mapping.ScalarFunction {
	function := mapping.CreateScalarFunction()
	mapping.ScalarFunctionSetName(function, name)
	number, double := mapping.CreateLogicalType(mapping.TypeBigInt), mapping.CreateLogicalType(mapping.TypeDouble)
	defer mapping.DestroyLogicalType(&number)
	defer mapping.DestroyLogicalType(&double)
	for _, parameter := range []mapping.LogicalType{number, number, number, double} {
		mapping.ScalarFunctionAddParameter(function, parameter)
	}
	mapping.ScalarFunctionSetReturnType(function, double)
	mapping.ScalarFunctionSetSpecialHandling(function) // otherwise may be NULL
	mapping.ScalarFunctionSetFunction(function, C.dreamlog_lookup_callback())
	C.dreamlog_set_handle(function.Ptr, C.uintptr_t(cgo.NewHandle(positions)))
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
	positions := cgo.Handle(C.dreamlog_handle(info)).Value().(*Positions)
	chunk, out := mapping.DataChunk{Ptr: input}, mapping.Vector{Ptr: output}
	size := int(mapping.DataChunkGetSize(chunk))
	generation := argument[int64](chunk, 0, size)
	partition := argument[int64](chunk, 1, size)
	offset := argument[int64](chunk, 2, size)
	result := unsafe.Slice((*float64)(mapping.VectorGetData(out)), size)
	copy(result, argument[float64](chunk, 3, size))
	found := positions.replace(generation, partition, offset, result)

	// Rows without a value stay so, unless their position has one.
	present := (*uint64)(mapping.VectorGetValidity(mapping.DataChunkGetVector(chunk, 3)))
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

// argument returns the cells of an argument. DuckDB owns them.
func argument[T any](chunk mapping.DataChunk, i, size int) []T {
	return unsafe.Slice((*T)(mapping.VectorGetData(mapping.DataChunkGetVector(chunk, mapping.IdxT(i)))), size)
}

func setValid(mask *uint64, row int, valid bool) {
	word, bit := (*uint64)(unsafe.Add(unsafe.Pointer(mask), row/64*8)), uint64(1)<<(row%64)
	if valid {
		*word |= bit
	} else {
		*word &^= bit
	}
}
