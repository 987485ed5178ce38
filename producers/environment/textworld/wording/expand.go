package wording

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// MaxText is how long, in bytes, a text may become.
const MaxText = 1 << 20

// maxPieces is how many pieces a text may be made of.
const maxPieces = 1 << 18

// errTooLong: a text grows beyond its bounds.
var errTooLong = fmt.Errorf("the text grows beyond %d bytes or %d pieces", MaxText, maxPieces)

// Binding gives a parameter of an action its value.
type Binding struct {
	Name, Type string
	Object     uint16
}

// Writer writes texts of a grammar about the facts of a world. It is used by
// one goroutine at a time.
type Writer struct {
	grammar *Grammar
	world   *World
	facts   Facts
	out     []byte
	pieces  int
	bound   bindings
	arena   []binding // of the matches of the queries around
}

// NewWriter returns a writer.
func NewWriter(g *Grammar, w *World) *Writer { return &Writer{grammar: g, world: w} }

// Symbol expands a symbol with nothing bound.
func (w *Writer) Symbol(name string, facts Facts) (string, error) {
	return w.write(facts, nil, text{{symbol: name}})
}

// Feedback writes what an action says after it was taken.
func (w *Writer) Feedback(name string, params []Binding, facts Facts) (string, error) {
	return w.ofAction(name, params, facts, func(a *action) *rule { return a.feedback })
}

// Command writes the command of an action.
func (w *Writer) Command(name string, params []Binding, facts Facts) (string, error) {
	return w.ofAction(name, params, facts, func(a *action) *rule { return a.template })
}

func (w *Writer) ofAction(name string, params []Binding, facts Facts, of func(*action) *rule) (string, error) {
	a := w.grammar.actions[name]
	if a == nil {
		return "", fmt.Errorf("the grammar has no action “%s”", name)
	}
	r := of(a)
	if r.broken != nil {
		return "", r.broken
	}
	s, err := w.write(facts, params, r.text)
	if err != nil {
		return "", fmt.Errorf("action %s, line %d of the grammar: %w", a.name, r.line, err)
	}
	return s, nil
}

func (w *Writer) write(facts Facts, params []Binding, t text) (string, error) {
	w.facts, w.out, w.pieces, w.arena = facts, w.out[:0], 0, w.arena[:0]
	w.bound = w.bound[:0]
	for _, p := range params {
		w.bound = append(w.bound, binding{placeholder{p.Name, p.Type}, p.Object})
	}
	if err := w.text(t, w.bound, 0); err != nil {
		return "", err
	}
	return string(w.out), nil
}

func (w *Writer) text(t text, bound bindings, depth int) error {
	for i := range t {
		p := &t[i]
		if w.pieces++; w.pieces > maxPieces || len(w.out) > MaxText {
			return errTooLong
		}
		w.out = append(w.out, p.words...)
		if p.query == nil {
			if err := w.insert(p, bound, depth); err != nil {
				return err
			}
			continue
		}
		if err := w.each(p, bound, depth); err != nil {
			return err
		}
	}
	return nil
}

// insert writes what a piece without a query stands for.
func (w *Writer) insert(p *piece, bound bindings, depth int) error {
	if p.symbol != "" {
		return w.expand(p.symbol, bound, depth+1)
	}
	if p.insert == nil {
		return nil
	}
	s, _, err := p.insert.value(func(name string) *Entity {
		if object, ok := bound.named(name); ok {
			return w.world.Entity(object)
		}
		return nil
	})
	w.out = append(w.out, s...)
	return err
}

// expand writes the first rule of a symbol that applies.
func (w *Writer) expand(symbol string, bound bindings, depth int) error {
	rules := w.grammar.rules[symbol]
	if depth > len(w.grammar.rules)+1 {
		return fmt.Errorf("the symbol “%s” expands into itself", symbol)
	}
	for _, r := range rules {
		if r.broken != nil {
			return r.broken
		}
		if !w.applies(r, bound) {
			continue
		}
		if err := w.text(r.text, bound, depth); err != nil {
			return inRule(symbol, r, err)
		}
		return nil
	}
	if len(rules) == 0 {
		return fmt.Errorf("the symbol “%s” has no rules", symbol)
	}
	return fmt.Errorf("no rule of symbol “%s” in line %d applies; give it a last one without a condition", symbol, rules[0].line)
}

// inRule names the innermost rule that an error comes from.
func inRule(symbol string, r *rule, err error) error {
	var known *syntax.Error
	if errors.As(err, &known) {
		return err
	}
	return &syntax.Error{Line: r.line, Message: fmt.Sprintf("symbol “%s”: %v", symbol, err)}
}

func (w *Writer) applies(r *rule, bound bindings) bool {
	return r.condition == nil ||
		!w.world.matches(*r.condition, w.facts, bound, func(bindings) bool { return false })
}

// each writes a piece once for every match of its query.
func (w *Writer) each(p *piece, bound bindings, depth int) error {
	from, n := len(w.arena), 0
	ends := make([]int, 0, 8)
	w.world.matches(*p.query, w.facts, bound, func(b bindings) bool {
		w.arena = append(w.arena, b[len(bound):]...)
		ends = append(ends, len(w.arena))
		n++
		return n <= maxPieces
	})
	defer func() { w.arena = w.arena[:from] }()
	if n == 0 && p.list {
		return w.expand("list_empty", bound, depth+1)
	}
	for i, end := range ends {
		if p.list && i > 0 {
			if err := w.expand(separator(i == n-1), bound, depth+1); err != nil {
				return err
			}
		}
		start := from
		if i > 0 {
			start = ends[i-1]
		}
		extended := append(slices.Clip(bound), w.arena[start:end]...)
		if err := w.insert(p, extended, depth); err != nil {
			return err
		}
		if w.pieces++; w.pieces > maxPieces || len(w.out) > MaxText {
			return errTooLong
		}
	}
	return nil
}

func separator(last bool) string {
	if last {
		return "list_last_separator"
	}
	return "list_separator"
}
