package wording

import (
	"regexp"
	"strings"
)

// A text is a sequence of pieces, of one of these kinds:
//
//	words                  as they are, in quotes or without
//	#symbol#               the expansion of a symbol
//	{piece}                a symbol, or an expression such as o.name
//	{piece | query}        the piece for each match of the query
//	[{piece | query}]      the same as a list: a, b, and c
//
// As the original does, parse drops blanks and newlines at the beginning, tabs
// between pieces, a line at the beginning that starts with //, and without a
// word everything from the first character on that it makes nothing of.
type text []piece

type piece struct {
	words  string
	symbol string
	insert *expression
	query  *query
	list   bool // [ ] around it
}

var (
	tabs    = regexp.MustCompile(`^\t+`)
	leading = regexp.MustCompile(`^(//.*|\s*)\n?`)
	words   = regexp.MustCompile(`^[^;|"<>\[\]#{}]*`)
	symbol  = regexp.MustCompile(`^#([\p{L}\p{N}_()/!<>\-\s,.]+)#`)
	content = regexp.MustCompile(`^[^|\[\]{}\n<>]+`)
	given   = regexp.MustCompile(`^\s*\|\s*([^;|{}\n\[\]#]+)`)
)

// scanner reads pieces from a text.
type scanner struct{ all, rest string }

func parseText(s string) (text, error) {
	in := &scanner{all: s, rest: s}
	var pieces text
	for in.rest != "" {
		before := in.rest
		p, err := in.piece()
		if err != nil {
			return nil, err
		}
		if in.rest == before {
			break
		}
		if p.words != "" || p.symbol != "" || p.insert != nil {
			pieces = append(pieces, p)
		}
	}
	return pieces, nil
}

// blanks drops what may stand before a piece: tabs anywhere, and at the
// beginning of a line everything blank.
func (in *scanner) blanks() {
	for {
		before := in.rest
		in.rest = in.rest[len(tabs.FindString(in.rest)):]
		if at := len(in.all) - len(in.rest); at == 0 || in.all[at-1] == '\n' {
			in.rest = in.rest[len(leading.FindString(in.rest)):]
		}
		if in.rest == before {
			return
		}
	}
}

// piece reads one piece; it moves nothing where there is none.
func (in *scanner) piece() (piece, error) {
	start := in.rest
	in.blanks()
	if after, ok := strings.CutPrefix(in.rest, "["); ok {
		in.rest = after
		p, ok, err := in.braces()
		if ok && strings.HasPrefix(in.rest, "]") {
			in.rest = in.rest[1:]
			p.list = true
			return p, err
		}
		in.rest = start
		return piece{}, nil
	}
	if p, ok, err := in.braces(); ok {
		return p, err
	}
	if name, ok := in.take(symbol); ok {
		return piece{symbol: name}, nil
	}
	if after, ok := strings.CutPrefix(in.rest, `"`); ok {
		quoted := words.FindString(after)
		if !strings.HasPrefix(after[len(quoted):], `"`) {
			in.rest = start
			return piece{}, nil
		}
		in.rest = after[len(quoted)+1:]
		return piece{words: quoted}, nil
	}
	found := words.FindString(in.rest)
	in.rest = in.rest[len(found):]
	return piece{words: found}, nil
}

// take reads what a pattern finds; it is the first group of the pattern, if it
// has one.
func (in *scanner) take(pattern *regexp.Regexp) (string, bool) {
	found := pattern.FindStringSubmatch(in.rest)
	if found == nil {
		return "", false
	}
	in.rest = in.rest[len(found[0]):]
	return found[len(found)-1], true
}

// braces reads {piece} or {piece | query}; ok is false, and nothing moved,
// where there is none.
func (in *scanner) braces() (p piece, ok bool, err error) {
	start := in.rest
	in.blanks()
	if !strings.HasPrefix(in.rest, "{") {
		in.rest = start
		return piece{}, false, nil
	}
	in.rest = in.rest[1:]
	in.blanks()
	var inner string
	if p.symbol, ok = in.take(symbol); !ok {
		if inner, ok = in.take(content); !ok {
			in.rest = start
			return piece{}, false, nil
		}
	}
	condition, queried := in.take(given)
	if !strings.HasPrefix(in.rest, "}") {
		in.rest = start
		return piece{}, false, nil
	}
	in.rest = in.rest[1:]
	if p.symbol == "" {
		if p.insert, err = parseExpression(inner); err != nil {
			return p, true, err
		}
	}
	if queried {
		p.query, err = parseQuery(condition)
	}
	return p, true, err
}
