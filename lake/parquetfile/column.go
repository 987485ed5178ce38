package parquetfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/schema"
)

// column says how a column of a row struct is stored.
type column struct {
	name  string
	field string // of the Go struct
	index []int  // of that field, through the embedded structs
	tag   string // the tag of the struct, with the encoding added
	// element is the tag of a list's elements.
	element string
	bounds  bool // has minimum and maximum, in the file and in the Delta log
	bloom   bool
}

// repeated are the columns in which few values stand for many rows, or whose
// equal values lie together once sorted: they are stored by dictionary.
var repeated = []string{
	"event_type", "source", "subject", "producer", "run_id", "purpose", "environment", "environment_version", "split",
	"task_id", "instruction", "episode_id", "group_id", "origin", "policy_id", "model_id", "model_version",
	"status", "role", "model", "weights_version", "tools", "finish_reason", "sampling", "tokenizer_digest", "template_digest",
	"target_kind", "kind", "author", "rubric", "generator", "batch_id", "use", "algorithm", "decoding", "format",
	"schema_version", "log_generation", "log_partition", "iteration", "attempt", "step", "max_steps", "reward", "policy_version",
	"temperature", "demo_depth", "length", "episode_return", "segment",
}

// repeatedElements are the lists whose elements are.
var repeatedElements = []string{"admissible_actions", "next_admissible_actions"}

// cheap is the codec of columns whose pages are small once encoded. There zstd
// saves next to nothing, while what a reader like DuckDB spends on setting up
// its decoder for each page is more than all the rest of reading the column.
const cheap = ",snappy"

// prose are the long texts: nobody looks for their minimum.
var prose = []string{"instruction", "state", "action", "next_state", "thought", "reasoning", "response", "rubric", "reason", "query", "target"}

// sought are the ids that single rows are looked up by.
var sought = []string{"event_id", "episode_id", "task_id", "group_id"}

// columnsOf returns the columns of a row struct, in order.
func columnsOf(row reflect.Type) []column {
	var columns []column
	for _, f := range reflect.VisibleFields(row) {
		if !f.Anonymous {
			columns = append(columns, columnOf(f))
		}
	}
	return columns
}

func columnOf(f reflect.StructField) column {
	tag := f.Tag.Get("parquet")
	name, _, _ := strings.Cut(tag, ",")
	c := column{name: name, field: f.Name, index: f.Index, tag: tag}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	long := t == reflect.TypeFor[schema.JSON]() || slices.Contains(prose, name)
	dict := slices.Contains(repeated, name)
	if dict {
		c.tag += ",dict"
	}
	switch {
	case slices.Contains(repeatedElements, name):
		c.element = ",dict"
	case isBytes(t) && (name == "salt" || name == "event_hash"):
		c.tag += ",uncompressed" // random
	case t.Kind() == reflect.String && dict && !long, t.Kind() != reflect.String && t.Kind() != reflect.Slice:
		c.tag += cheap
	}
	c.bounds = t.Kind() != reflect.Slice && !long
	c.bloom = slices.Contains(sought, name)
	return c
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// structTag gives parquet-go the tag of the column in place of the struct's.
func (c column) structTag() *parquet.StructTagOption {
	tag := fmt.Sprintf("parquet:%q", c.tag)
	if c.element != "" {
		tag += fmt.Sprintf(" parquet-element:%q", c.element)
	}
	return &parquet.StructTagOption{ColumnPath: []string{c.field}, StructTag: reflect.StructTag(tag)}
}
