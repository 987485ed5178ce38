package lifted

import (
	"math"
	"slices"
)

// tree is a binary decision tree over features whose values are only equal or
// not. Each node asks whether one feature has one value.
type tree struct {
	Nodes []node
}

// node asks, or answers where Feature is -1.
type node struct {
	Feature int32
	Value   int64
	// Yes and No are the nodes that follow.
	Yes, No int32
	// Class is the most frequent one of the examples that came here, Share its
	// part of them and Count their number.
	Class int32
	Share float32
	Count int32
}

// treeLimits bound how far a tree is grown.
type treeLimits struct {
	depth   int // most questions in a row
	leaf    int // fewest examples of a leaf
	values  int // values of a feature that are tried as a question
	minGain float64
}

// examples are rows of features with their classes.
type examples struct {
	width   int
	values  []int64 // row after row
	classes []int32
}

func (e *examples) add(row []int64, class int32) {
	e.width = len(row)
	e.values = append(e.values, row...)
	e.classes = append(e.classes, class)
}

func (e *examples) len() int { return len(e.classes) }

// grow learns a tree that tells the classes apart.
func grow(e *examples, limits treeLimits) *tree {
	g := &grower{limits: limits, t: &tree{}, n: e.len()}
	g.encode(e)
	rows := make([]int32, e.len())
	for i := range rows {
		rows[i] = int32(i)
	}
	g.node(rows, 0)
	return g.t
}

// grower grows one tree.
type grower struct {
	limits  treeLimits
	t       *tree
	n       int
	columns [][]int32 // values by number, a slice a feature
	names   [][]int64 // what the numbers stand for
	classes []int32   // classes by number
	labels  []int32   // what those numbers stand for
	table   []int32   // counts of value and class, reused
	counts  []int32
	slots   []int32 // by value: its row of the table, from 1; 0: it has none
}

// encode numbers values and classes in the order of their first use.
func (g *grower) encode(e *examples) {
	g.columns, g.names = make([][]int32, e.width), make([][]int64, e.width)
	for f := range e.width {
		number := map[int64]int32{}
		column := make([]int32, g.n)
		for i := range g.n {
			v := e.values[i*e.width+f]
			k, known := number[v]
			if !known {
				k = int32(len(number))
				number[v] = k
				g.names[f] = append(g.names[f], v)
			}
			column[i] = k
		}
		g.columns[f] = column
	}
	number := map[int32]int32{}
	for _, c := range e.classes {
		k, known := number[c]
		if !known {
			k = int32(len(number))
			number[c] = k
			g.labels = append(g.labels, c)
		}
		g.classes = append(g.classes, k)
	}
}

// node grows a node for the rows, and returns its number.
func (g *grower) node(rows []int32, depth int) int32 {
	counts := make([]int32, len(g.labels))
	for _, r := range rows {
		counts[g.classes[r]]++
	}
	top := 0
	for k, c := range counts {
		if c > counts[top] {
			top = k
		}
	}
	at := int32(len(g.t.Nodes))
	g.t.Nodes = append(g.t.Nodes, node{
		Feature: -1, Class: g.labels[top], Share: float32(counts[top]) / float32(len(rows)), Count: int32(len(rows)),
	})
	if depth >= g.limits.depth || len(rows) < 2*g.limits.leaf || int(counts[top]) == len(rows) {
		return at
	}
	feature, value, gain := g.question(rows, counts)
	if gain < g.limits.minGain {
		return at
	}
	split := slices.Clone(rows)
	slices.SortStableFunc(split, func(a, b int32) int {
		return boolOrder(g.columns[feature][b] == value) - boolOrder(g.columns[feature][a] == value)
	})
	yes := 0
	for yes < len(split) && g.columns[feature][split[yes]] == value {
		yes++
	}
	y := g.node(split[:yes], depth+1)
	n := g.node(split[yes:], depth+1)
	nd := &g.t.Nodes[at]
	nd.Feature, nd.Value, nd.Yes, nd.No = int32(feature), g.names[feature][value], y, n
	return at
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

// question finds the feature and value that tell most about the class: the
// greatest gain of information, in bits over all rows.
func (g *grower) question(rows, counts []int32) (feature int, value int32, gain float64) {
	classes := len(counts)
	whole := entropy(counts, len(rows))
	rest := make([]int32, classes)
	for f, column := range g.columns {
		values := len(g.names[f])
		if values < 2 {
			continue
		}
		tried := g.frequent(column, rows, values)
		if len(tried) == 0 {
			continue
		}
		g.table = resized(g.table, len(tried)*classes)
		clear(g.table)
		for _, r := range rows {
			if at := g.slots[column[r]]; at > 0 {
				g.table[int(at-1)*classes+int(g.classes[r])]++
			}
		}
		for at, v := range tried {
			n := int(g.counts[v])
			with := g.table[at*classes : (at+1)*classes]
			for k := range rest {
				rest[k] = counts[k] - with[k]
			}
			if won := whole - entropy(with, n) - entropy(rest, len(rows)-n); won > gain+1e-9 {
				feature, value, gain = f, v, won
			}
			g.slots[v] = 0
		}
	}
	return feature, value, gain
}

// frequent returns the values of a feature that are worth a question, the most
// frequent first: as many rows as a leaf takes must have it, and must not. It
// numbers them in slots, from 1.
func (g *grower) frequent(column, rows []int32, values int) []int32 {
	g.counts, g.slots = resized(g.counts, values), resized(g.slots, values)
	clear(g.counts[:values])
	for _, r := range rows {
		g.counts[column[r]]++
	}
	var tried []int32
	for v := range int32(values) {
		if n := int(g.counts[v]); n >= g.limits.leaf && len(rows)-n >= g.limits.leaf {
			tried = append(tried, v)
		}
	}
	slices.SortStableFunc(tried, func(a, b int32) int { return int(g.counts[b] - g.counts[a]) })
	tried = tried[:min(len(tried), g.limits.values)]
	for at, v := range tried {
		g.slots[v] = int32(at) + 1
	}
	return tried
}

// entropy is that of n examples with the counts, in bits, times n.
func entropy(counts []int32, n int) float64 {
	sum := 0.0
	for _, c := range counts {
		if c > 0 {
			sum -= float64(c) * math.Log2(float64(c)/float64(n))
		}
	}
	return sum
}

// answer is the leaf that the features lead to.
func (t *tree) answer(features []int64) *node {
	n := &t.Nodes[0]
	for n.Feature >= 0 {
		if at(features, n.Feature) == n.Value {
			n = &t.Nodes[n.Yes]
		} else {
			n = &t.Nodes[n.No]
		}
	}
	return n
}

// answered is a question on the way to a leaf, with its answer.
type answered struct {
	feature int32
	value   int64
	yes     bool
}

// explain is answer, with the way that led there.
func (t *tree) explain(features []int64) (*node, []answered) {
	var path []answered
	n := &t.Nodes[0]
	for n.Feature >= 0 {
		yes := at(features, n.Feature) == n.Value
		path = append(path, answered{n.Feature, n.Value, yes})
		if yes {
			n = &t.Nodes[n.Yes]
		} else {
			n = &t.Nodes[n.No]
		}
	}
	return n, path
}
