package wording

import (
	"maps"
	"slices"
	"strings"
)

// Changing says whether the command of an action may depend on facts whose
// predicates change; all others can be written once.
func (g *Grammar) Changing(action string, changes func(predicate string) bool) bool {
	a := g.actions[action]
	return a != nil && g.changing(a.template, changes, 0)
}

func (g *Grammar) changing(r *rule, changes func(string) bool, depth int) bool {
	if r.condition.mentions(changes) || depth > len(g.rules) {
		return true
	}
	return slices.ContainsFunc(r.text, func(p piece) bool {
		return p.query.mentions(changes) || slices.ContainsFunc(p.leadsTo(), func(symbol string) bool {
			return slices.ContainsFunc(g.rules[symbol], func(r *rule) bool { return g.changing(r, changes, depth+1) })
		})
	})
}

func (q *query) mentions(changes func(string) bool) bool {
	return q != nil && slices.ContainsFunc(*q, func(a atom) bool { return changes(strings.TrimPrefix(a.predicate, "not_")) })
}

// Fingerprint writes all that the grammar says, but for one symbol, so that
// two grammars that say the same have the same.
func (g *Grammar) Fingerprint(except string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(g.rules)) {
		if name == except {
			continue
		}
		b.WriteString("#" + name + "#\n")
		for _, r := range g.rules[name] {
			b.WriteString(r.given + "\n" + r.source + "\n")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.actions)) {
		a := g.actions[name]
		b.WriteString("action " + name + "\n" + a.template.source + "\n" + a.feedback.source + "\n")
	}
	return b.String()
}
