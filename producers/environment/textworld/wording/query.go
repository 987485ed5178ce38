package wording

import (
	"fmt"
	"strings"
)

// query is a conjunction of atoms with placeholders.
type query []atom

// atom is a predicate and its placeholders.
type atom struct {
	predicate    string
	placeholders []placeholder
}

// placeholder stands for an entity of a type. Two of one name and different
// types are two placeholders.
type placeholder struct{ name, kind string }

// parseQuery reads p(x:type, y:type) & q(…). An exclamation mark before a
// predicate stands for not_.
func parseQuery(s string) (*query, error) {
	in := &document{text: s, line: 1}
	var q query
	for {
		a, err := parseAtom(in)
		if err != nil {
			return nil, fmt.Errorf("the query “%s”: %w", strings.TrimSpace(s), err)
		}
		q = append(q, a)
		if in.skip(); in.at == len(in.text) {
			return &q, nil
		}
		if in.expect("&") != nil {
			return nil, fmt.Errorf("the query “%s”: %s where “&” or the end is expected", strings.TrimSpace(s), in.rest())
		}
	}
}

func parseAtom(in *document) (atom, error) {
	in.skip()
	prefix := ""
	if strings.HasPrefix(in.text[in.at:], "!") {
		in.at++
		prefix = "not_"
	}
	name := in.word()
	if name == "" || strings.Contains(name, "-") {
		return atom{}, fmt.Errorf("%s%s where a predicate is expected", name, in.rest())
	}
	a := atom{predicate: prefix + name}
	if in.expect("(") != nil {
		return a, fmt.Errorf("%s where “(” is expected", in.rest())
	}
	for in.expect(")") != nil {
		if len(a.placeholders) > 0 && in.expect(",") != nil {
			return a, fmt.Errorf("%s where “,” or “)” is expected", in.rest())
		}
		p, err := parsePlaceholder(in)
		if err != nil {
			return a, err
		}
		a.placeholders = append(a.placeholders, p)
	}
	return a, nil
}

// parsePlaceholder reads NAME:TYPE; without a type its name is the type.
func parsePlaceholder(in *document) (placeholder, error) {
	in.skip()
	start := in.at
	for in.at < len(in.text) && (isWord(in.text[in.at]) || in.text[in.at] == '\'') {
		in.at++
	}
	p := placeholder{name: in.text[start:in.at]}
	if p.name == "" {
		return p, fmt.Errorf("%s where a placeholder is expected", in.rest())
	}
	if p.kind = p.name; in.expect(":") == nil {
		if p.kind = in.word(); p.kind == "" {
			return p, fmt.Errorf("%s where a type is expected", in.rest())
		}
	}
	return p, nil
}
