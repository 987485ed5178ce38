package pddl

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// token is a parenthesis or a word, in lower case.
type token struct {
	text string
	line int
}

// lexer cuts a text into tokens. A semicolon begins a comment, a question mark
// begins a word wherever it stands.
type lexer struct {
	text string // in lower case
	at   int
	line int
}

func newLexer(text string) *lexer { return &lexer{text: strings.ToLower(text), line: 1} }

// next returns the next token; an empty one at the end of the text.
func (l *lexer) next() (token, error) {
	l.skip()
	start := l.at
	if start == len(l.text) {
		return token{line: l.line}, nil
	}
	l.at++
	if c := l.text[start]; c != '(' && c != ')' {
		for l.at < len(l.text) && inWord(l.text[l.at]) {
			l.at++
		}
	}
	t := token{text: l.text[start:l.at], line: l.line}
	for i := range len(t.text) {
		if t.text[i] >= 0x80 {
			return token{}, syntax.Errorf(l.line, "%q is not ASCII; only comments may hold other characters", t.text)
		}
	}
	return t, nil
}

// skip passes over blanks and comments.
func (l *lexer) skip() {
	for ; l.at < len(l.text); l.at++ {
		switch c := l.text[l.at]; {
		case c == '\n':
			l.line++
		case c == ';':
			end := strings.IndexByte(l.text[l.at:], '\n')
			if end < 0 {
				l.at = len(l.text)
				return
			}
			l.at += end - 1
		case c > ' ':
			return
		}
	}
}

// inWord says whether a word goes on with c.
func inWord(c byte) bool {
	return c > ' ' && c != '(' && c != ')' && c != '?' && c != ';'
}
