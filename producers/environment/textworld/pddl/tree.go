package pddl

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// MaxDepth is how deep parentheses may nest.
const MaxDepth = 500

// tree is a word, or a list in parentheses.
type tree struct {
	line  int
	word  string // empty: a list
	items []tree
}

// parseTree reads a text that is one list.
func parseTree(text string) (tree, error) {
	l := newLexer(text)
	first, err := l.next()
	if err != nil {
		return tree{}, err
	}
	if first.text != "(" {
		return tree{}, syntax.Errorf(first.line, "the text must begin with a parenthesis, not with %s", shown(first.text))
	}
	root, err := parseList(l, first.line, 1)
	if err != nil {
		return tree{}, err
	}
	rest, err := l.next()
	if err == nil && rest.text != "" {
		err = syntax.Errorf(rest.line, "%s after the end: one parenthesis too many before it", shown(rest.text))
	}
	return root, err
}

// parseList reads the rest of a list that was opened at a line.
func parseList(l *lexer, line, depth int) (tree, error) {
	if depth > MaxDepth {
		return tree{}, syntax.Errorf(line, "parentheses nest deeper than %d", MaxDepth)
	}
	list := tree{line: line}
	for {
		t, err := l.next()
		if err != nil {
			return tree{}, err
		}
		item := tree{line: t.line, word: t.text}
		switch t.text {
		case "":
			return tree{}, syntax.Errorf(t.line, "the text ends within the list that begins in line %d: it is cut off, or a ')' is missing", line)
		case ")":
			return list, nil
		case "(":
			if item, err = parseList(l, t.line, depth+1); err != nil {
				return tree{}, err
			}
		}
		list.items = append(list.items, item)
	}
}

func (t *tree) isList() bool { return t.word == "" }

// head is the word that a list begins with, or nothing.
func (t *tree) head() string {
	if len(t.items) == 0 {
		return ""
	}
	return t.items[0].word
}

// words returns the items of a list from one on, which must all be words.
func (t *tree) words(from int) ([]string, error) {
	words := make([]string, 0, len(t.items)-from)
	for _, item := range t.items[from:] {
		if item.isList() {
			return nil, syntax.Errorf(item.line, "%s where a name is expected in %s", item.String(), t.String())
		}
		words = append(words, item.word)
	}
	return words, nil
}

// String writes the beginning of a tree, for messages.
func (t *tree) String() string {
	var b strings.Builder
	t.write(&b)
	const most = 60
	if b.Len() > most {
		return b.String()[:most] + " …"
	}
	return b.String()
}

// write stops soon after what a message shows.
func (t *tree) write(b *strings.Builder) {
	if !t.isList() {
		b.WriteString(t.word)
		return
	}
	b.WriteByte('(')
	for i := range t.items {
		if b.Len() > 100 {
			return
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		t.items[i].write(b)
	}
	b.WriteByte(')')
}

// shown writes a token for messages.
func shown(text string) string {
	if text == "" {
		return "nothing"
	}
	return "“" + text + "”"
}
