package messages

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// assembler writes rows of Parquet as JSON objects, by their definition and
// repetition levels. Members that are NULL are left out.
type assembler struct {
	root    *node
	columns [][]parquet.Value // of the row, by leaf; what was used is cut off
	out     []byte
	err     error // the first one
}

var errLevels = errors.New("the levels of its columns contradict each other: the file is damaged")

// record returns a row as JSON, which is the caller's own.
func (a *assembler) record(row parquet.Row) ([]byte, error) {
	clear(a.columns)
	for start := 0; start < len(row); {
		end, column := start+1, row[start].Column()
		for end < len(row) && row[end].Column() == column {
			end++
		}
		if column < 0 || column >= len(a.columns) {
			return nil, errLevels
		}
		a.columns[column], start = row[start:end], end
	}
	a.out, a.err = a.out[:0], nil
	a.group(a.root)
	if len(a.out) > importer.MaxRecordBytes {
		return nil, &importer.SizeError{Bytes: int64(len(a.out))}
	}
	return bytes.Clone(a.out), a.err
}

// next returns the next value of a leaf.
func (a *assembler) next(leaf int) (parquet.Value, bool) {
	if len(a.columns[leaf]) == 0 {
		return parquet.Value{}, false
	}
	return a.columns[leaf][0], true
}

// defined says whether the next value below n is there down to n itself.
func (a *assembler) defined(n *node) bool {
	v, ok := a.next(n.firstLeaf)
	if !ok {
		a.fail(n, errLevels)
	}
	return ok && v.DefinitionLevel() >= n.definition
}

// skip uses up the placeholders of what is not there.
func (a *assembler) skip(n *node) {
	for leaf := n.firstLeaf; leaf < n.endLeaf; leaf++ {
		if len(a.columns[leaf]) > 0 {
			a.columns[leaf] = a.columns[leaf][1:]
		}
	}
}

func (a *assembler) fail(n *node, err error) {
	if a.err == nil {
		a.err = fmt.Errorf("column %s: %w", n.name, err)
	}
}

// value writes the value of n, and says whether there was one: not for NULL.
func (a *assembler) value(n *node) bool {
	if n.repeated {
		a.list(n, func() bool { return a.present(n) })
		return true
	}
	if n.optional && !a.defined(n) {
		a.skip(n)
		return false
	}
	return a.present(n)
}

// present writes n, which is there.
func (a *assembler) present(n *node) bool {
	switch n.kind {
	case leafNode:
		return a.leaf(n)
	case listNode:
		a.list(n.children[0], func() bool { return a.element(n.children[0]) })
	case mapNode:
		a.dictionary(n.children[0])
	default:
		a.group(n)
	}
	return true
}

func (a *assembler) leaf(n *node) bool {
	v, ok := a.next(n.firstLeaf)
	if !ok {
		a.fail(n, errLevels)
		return false
	}
	a.columns[n.firstLeaf] = a.columns[n.firstLeaf][1:]
	text, err := n.text(v)
	if err != nil {
		a.fail(n, err)
	}
	a.out = append(a.out, text...)
	return err == nil
}

// group writes a struct.
func (a *assembler) group(n *node) {
	a.out = append(a.out, '{')
	empty := true
	for _, child := range n.children {
		empty = !a.member(child.name, empty, func() bool { return a.value(child) }) && empty
	}
	a.out = append(a.out, '}')
}

// member writes a member, unless its value is NULL, and says whether it did.
func (a *assembler) member(name string, first bool, value func() bool) bool {
	before := len(a.out)
	if !first {
		a.out = append(a.out, ',')
	}
	a.out, _ = jsontext.AppendQuote(a.out, name) // invalid UTF-8 in a name is replaced
	a.out = append(a.out, ':')
	if !value() {
		a.out = a.out[:before]
		return false
	}
	return true
}

// list writes the occurrences of a repeated node.
func (a *assembler) list(n *node, element func() bool) {
	a.out = append(a.out, '[')
	a.each(n, func(first bool) {
		if !first {
			a.out = append(a.out, ',')
		}
		if !element() {
			a.out = append(a.out, "null"...)
		}
	})
	a.out = append(a.out, ']')
}

// dictionary writes the pairs of a map as an object.
func (a *assembler) dictionary(pairs *node) {
	a.out = append(a.out, '{')
	empty := true
	a.each(pairs, func(bool) {
		empty = !a.pair(pairs, empty) && empty
	})
	a.out = append(a.out, '}')
}

// pair writes one pair of a map; its key is text.
func (a *assembler) pair(pairs *node, first bool) bool {
	before := len(a.out)
	a.value(pairs.children[0])
	key := string(a.out[before:])
	if unquoted, err := jsontext.AppendUnquote(nil, a.out[before:]); err == nil {
		key = string(unquoted)
	}
	a.out = a.out[:before]
	if len(pairs.children) == 1 {
		return a.member(key, first, func() bool { a.out = append(a.out, "true"...); return true })
	}
	return a.member(key, first, func() bool { return a.value(pairs.children[1]) })
}

// each calls visit for each occurrence of a repeated node.
func (a *assembler) each(n *node, visit func(first bool)) {
	if !a.defined(n) {
		a.skip(n)
		return
	}
	for first := true; a.err == nil; first = false {
		visit(first)
		if v, more := a.next(n.firstLeaf); !more || v.RepetitionLevel() != n.repetition {
			return
		}
	}
}

// element writes an element of a list, whose repeated node may be the element
// itself, as older writers had it.
func (a *assembler) element(repeated *node) bool {
	if repeated.wraps {
		return a.value(repeated.children[0])
	}
	return a.present(repeated)
}
