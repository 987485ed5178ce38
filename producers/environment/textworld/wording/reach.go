package wording

import (
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// Intro is the symbol of the text that a game begins with.
const Intro = "intro"

// Check looks for errors in all that the intro and the actions of a domain
// lead to: rules that cannot be read, symbols without rules, and symbols that
// expand into themselves. knows says whether a type is declared.
func (g *Grammar) Check(actions []string, knows func(kind string) bool) error {
	c := &checker{g: g, knows: knows, state: map[string]int{}}
	if err := c.symbol(Intro); err != nil {
		return err
	}
	for _, name := range actions {
		a := g.actions[name]
		if a == nil {
			return syntax.Errorf(1, "the grammar has no words for the action “%s” of the domain", name)
		}
		for _, r := range []*rule{a.template, a.feedback} {
			if err := c.rule(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// checker walks through the symbols that can be reached.
type checker struct {
	g     *Grammar
	knows func(string) bool
	state map[string]int // of each symbol; 0: not met
	path  []string
}

const (
	open = iota + 1
	done
)

func (c *checker) symbol(name string) error {
	rules := c.g.rules[name]
	switch {
	case len(rules) == 0:
		return syntax.Errorf(1, "the symbol “%s” has no rules", name)
	case c.state[name] == done:
		return nil
	case c.state[name] == open:
		cycle := append(c.path[slices.Index(c.path, name):], name)
		return syntax.Errorf(rules[0].line, "the symbol “%s” expands into itself: %s", name, strings.Join(cycle, " → "))
	}
	c.state[name] = open
	c.path = append(c.path, name)
	for _, r := range rules {
		if err := c.rule(r); err != nil {
			return err
		}
		if r.condition == nil {
			break // nothing comes to what follows
		}
	}
	c.path = c.path[:len(c.path)-1]
	c.state[name] = done
	return nil
}

func (c *checker) rule(r *rule) error {
	if r.broken != nil {
		return r.broken
	}
	if err := c.query(r, r.condition); err != nil {
		return err
	}
	for _, p := range r.text {
		if err := c.query(r, p.query); err != nil {
			return err
		}
		for _, symbol := range p.leadsTo() {
			if err := c.lead(r, symbol); err != nil {
				return err
			}
		}
	}
	return nil
}

// lead follows a symbol that a rule names.
func (c *checker) lead(r *rule, symbol string) error {
	if len(c.g.rules[symbol]) == 0 {
		return syntax.Errorf(r.line, "the symbol “%s” in “%s” has no rules", symbol, shortened(r.source))
	}
	return c.symbol(symbol)
}

// leadsTo returns the symbols that a piece may expand.
func (p *piece) leadsTo() []string {
	var symbols []string
	if p.symbol != "" {
		symbols = append(symbols, p.symbol)
	}
	if p.list && p.query != nil {
		symbols = append(symbols, "list_empty", separator(false), separator(true))
	}
	return symbols
}

func (c *checker) query(r *rule, q *query) error {
	if q == nil {
		return nil
	}
	for _, a := range *q {
		for _, p := range a.placeholders {
			if !c.knows(p.kind) {
				return syntax.Errorf(r.line, "%s(… %s:%s …): the domain declares no type “%s”", a.predicate, p.name, p.kind, p.kind)
			}
		}
	}
	return nil
}
