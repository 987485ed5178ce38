package messages

import (
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

type nodeKind int

const (
	groupNode nodeKind = iota
	leafNode
	listNode
	mapNode
)

// node is a column of a Parquet schema, or a group of columns.
type node struct {
	name     string
	kind     nodeKind
	optional bool
	repeated bool
	// wraps: the repeated node of a list that holds the element, rather than
	// being it.
	wraps      bool
	definition int // level from which on it is there
	repetition int // level at which it repeats
	// Its leaves are those from firstLeaf up to endLeaf, exclusively.
	firstLeaf, endLeaf int
	children           []*node
	text               func(parquet.Value) ([]byte, error) // of a leaf, as JSON
}

// newNode describes a column with its columns below.
func newNode(c *parquet.Column) *node {
	leaves := 0
	return describe(c, &leaves)
}

func describe(c *parquet.Column, leaves *int) *node {
	n := &node{name: c.Name(), optional: c.Optional(), repeated: c.Repeated(),
		definition: c.MaxDefinitionLevel(), repetition: c.MaxRepetitionLevel(), firstLeaf: *leaves}
	if c.Leaf() {
		n.kind, n.text = leafNode, writer(c.Type())
		*leaves++
	}
	for _, child := range c.Columns() {
		n.children = append(n.children, describe(child, leaves))
	}
	n.endLeaf = *leaves
	n.recognise(c)
	return n
}

// recognise finds lists and maps, which are groups of a fixed shape.
func (n *node) recognise(c *parquet.Column) {
	if n.kind == leafNode || c.Depth() == 0 || len(n.children) != 1 || !n.children[0].repeated {
		return
	}
	logical := c.Type().LogicalType()
	if logical == nil {
		return
	}
	child := n.children[0]
	switch logical.Value.(type) {
	case *format.ListType:
		n.kind = listNode
		child.wraps = len(child.children) == 1 && child.name != "array" && child.name != n.name+"_tuple"
	case *format.MapType:
		if len(child.children) > 0 {
			n.kind = mapNode
		}
	}
}
