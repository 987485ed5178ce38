package wording

import (
	"fmt"
	"strings"
)

// expression is what stands in braces: of names, their attributes, strings,
// +, or, and, and parentheses.
type expression struct {
	op          string // "name", "string", "+", "or", "and"
	text        string // the name of a placeholder, or a string
	attribute   string // of a name; empty: its text
	left, right *expression
}

// attributes that an entity may be asked for. Those that nothing sets are
// empty to “or”.
var attributes = map[string]func(*Entity) (string, bool){
	"":           func(e *Entity) (string, bool) { return e.Name, true },
	"name":       func(e *Entity) (string, bool) { return e.Name, true },
	"id":         func(e *Entity) (string, bool) { return e.ID, true },
	"type":       func(e *Entity) (string, bool) { return e.Type, true },
	"definite":   func(*Entity) (string, bool) { return "the", true },
	"indefinite": func(*Entity) (string, bool) { return "a", true },
	"noun":       unset, "adj": unset, "desc": unset, "room_type": unset, "synonyms": unset,
}

func unset(*Entity) (string, bool) { return "None", false }

// maxParentheses is how deep an expression may nest.
const maxParentheses = 50

// parser reads an expression.
type parser struct {
	document
	depth int
}

func parseExpression(s string) (*expression, error) {
	p := &parser{document: document{text: s, line: 1}}
	e, err := p.chain([]string{"or", "and", "+"})
	if err == nil && p.at < len(p.text) {
		err = fmt.Errorf("%s is not supported", p.rest())
	}
	if err != nil {
		return nil, fmt.Errorf("the expression “%s”: %w", strings.TrimSpace(s), err)
	}
	return e, nil
}

// chain reads operands joined by the first operator; the others bind tighter.
func (p *parser) chain(operators []string) (*expression, error) {
	if len(operators) == 0 {
		return p.operand()
	}
	left, err := p.chain(operators[1:])
	for err == nil && p.operator(operators[0]) {
		var right *expression
		right, err = p.chain(operators[1:])
		left = &expression{op: operators[0], left: left, right: right}
	}
	return left, err
}

// operator reads an operator if it comes next.
func (p *parser) operator(op string) bool {
	p.skip()
	rest := p.text[p.at:]
	if !strings.HasPrefix(rest, op) || op != "+" && len(rest) > len(op) && isWord(rest[len(op)]) {
		return false
	}
	p.at += len(op)
	p.skip()
	return true
}

func (p *parser) operand() (*expression, error) {
	p.skip()
	if p.at == len(p.text) {
		return nil, fmt.Errorf("it ends where a value is expected")
	}
	switch c := p.text[p.at]; {
	case c == '\'' || c == '"':
		return p.quoted(c)
	case c == '(':
		return p.parenthesis()
	case isWord(c) && (c < '0' || c > '9'):
		return p.name()
	}
	return nil, fmt.Errorf("%s is not supported", p.rest())
}

func (p *parser) quoted(quote byte) (*expression, error) {
	end := strings.IndexByte(p.text[p.at+1:], quote)
	if end < 0 {
		return nil, fmt.Errorf("the string has no end: %s", p.rest())
	}
	s := p.text[p.at+1 : p.at+1+end]
	if strings.Contains(s, `\`) {
		return nil, fmt.Errorf("the backslash in %s is not supported", p.rest())
	}
	p.at += end + 2
	p.skip()
	return &expression{op: "string", text: s}, nil
}

func (p *parser) parenthesis() (*expression, error) {
	if p.depth++; p.depth > maxParentheses {
		return nil, fmt.Errorf("parentheses nest deeper than %d", maxParentheses)
	}
	p.at++
	inner, err := p.chain([]string{"or", "and", "+"})
	if err == nil && p.expect(")") != nil {
		err = fmt.Errorf("%s where “)” is expected", p.rest())
	}
	p.depth--
	p.skip()
	return inner, err
}

func (p *parser) name() (*expression, error) {
	start := p.at
	e := &expression{op: "name", text: p.identifier()}
	if e.text == "not" || e.text == "if" || e.text == "lambda" {
		p.at = start
		return nil, fmt.Errorf("%s is not supported", p.rest())
	}
	if p.skip(); p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		p.skip()
		e.attribute = p.identifier()
		if _, known := attributes[e.attribute]; !known || e.attribute == "" {
			return nil, fmt.Errorf("an entity has no attribute “%s”; it has name, id, type, definite and indefinite", e.attribute)
		}
		p.skip()
	}
	return e, nil
}

func (p *parser) identifier() string {
	start := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

// value returns the text of an expression; set is false for what counts as
// false to “or”.
func (e *expression) value(entity func(name string) *Entity) (text string, set bool, err error) {
	switch e.op {
	case "string":
		return e.text, e.text != "", nil
	case "name":
		found := entity(e.text)
		if found == nil {
			return "", false, fmt.Errorf("nothing binds “%s”", e.text)
		}
		text, set = attributes[e.attribute](found)
		return text, set && text != "" || e.attribute == "", nil
	}
	text, set, err = e.left.value(entity)
	if err != nil || e.op == "or" && set || e.op == "and" && !set {
		return text, set, err
	}
	right, rightSet, err := e.right.value(entity)
	if e.op != "+" {
		return right, rightSet, err
	}
	return text + right, set || rightSet, err
}
