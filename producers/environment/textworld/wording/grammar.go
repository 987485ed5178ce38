package wording

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// Grammar is the wording of a game. It is immutable.
type Grammar struct {
	rules   map[string][]*rule
	actions map[string]*action
}

// rule is one expansion of a symbol.
type rule struct {
	condition *query // nil: always
	text      text
	line      int
	broken    error  // where its text or condition cannot be read
	source    string // of the text
	given     string // source of the condition
}

// action is the wording of an action of the domain.
type action struct {
	name               string
	template, feedback *rule
}

// Reader reads grammars. It keeps the rules that it has read, so that grammars
// that have much in common share them. It is used by one goroutine at a time.
type Reader struct{ rules map[ruleKey]*rule }

type ruleKey struct {
	condition, text string
	line            int
}

// NewReader returns a reader that has read nothing.
func NewReader() *Reader { return &Reader{rules: map[ruleKey]*rule{}} }

// Read reads a grammar file. Its errors are *syntax.Error.
func (r *Reader) Read(source string) (*Grammar, error) {
	sections, err := readDocument(source)
	if err != nil {
		return nil, err
	}
	g := &Grammar{rules: map[string][]*rule{}, actions: map[string]*action{}}
	for _, s := range sections {
		if s.action == "" {
			err = r.addRules(g, s.fields[0])
		} else {
			err = r.addAction(g, s)
		}
		if err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (r *Reader) addAction(g *Grammar, s section) error {
	a := &action{name: s.action}
	for _, f := range s.fields {
		switch f.key {
		case "template":
			a.template = r.rule("", f.text, f.line)
		case "feedback":
			a.feedback = r.rule("", f.text, f.line)
		case "grammar":
			f.text = withoutComments(f.text)
			if err := r.addRules(g, f); err != nil {
				return err
			}
		}
	}
	if a.template == nil || a.feedback == nil {
		return syntax.Errorf(s.line, "action %s has no template, or no feedback", s.action)
	}
	g.actions[strings.ToLower(s.action)] = a
	return nil
}

// withoutComments blanks the lines that begin with a #.
func withoutComments(block string) string {
	if !strings.Contains(block, "#") {
		return block
	}
	lines := strings.Split(block, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// addRules adds the rules of a JSON block: an object of symbols and lists of
// rules. A symbol that is there already is replaced.
func (r *Reader) addRules(g *Grammar, b block) error {
	d := jsontext.NewDecoder(bytes.NewReader([]byte(b.text)), jsontext.AllowDuplicateNames(true))
	lineOf := func() int { return b.line + strings.Count(b.text[:min(int(d.InputOffset()), len(b.text))], "\n") }
	broken := func(err error) error { return syntax.Errorf(lineOf(), "the grammar block is no JSON: %v", err) }
	start, err := d.ReadToken()
	if err != nil {
		return broken(err)
	}
	if start.Kind() != '{' {
		return syntax.Errorf(b.line, "the grammar block must be a JSON object of symbols")
	}
	for d.PeekKind() != '}' {
		token, err := d.ReadToken()
		if err != nil {
			return broken(err)
		}
		name := token.String()
		if g.rules[name], err = r.readRules(d, name, lineOf); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return broken(err)
	}
	if d.PeekKind() != 0 {
		return syntax.Errorf(lineOf(), "something follows the end of the grammar block")
	}
	return nil
}

// readRules reads the list of the rules of a symbol.
func (r *Reader) readRules(d *jsontext.Decoder, name string, lineOf func() int) ([]*rule, error) {
	line := lineOf()
	var list []struct {
		Condition *string `json:"condition"`
		RHS       *string `json:"rhs"`
	}
	if err := json.UnmarshalDecode(d, &list); err != nil {
		return nil, syntax.Errorf(lineOf(), "the rules of symbol “%s”: %v", name, err)
	}
	rules := make([]*rule, len(list))
	for i, item := range list {
		if item.RHS == nil {
			return nil, syntax.Errorf(line, "rule %d of symbol “%s” has no “rhs”", i+1, name)
		}
		condition := ""
		if item.Condition != nil {
			condition = *item.Condition
		}
		rules[i] = r.rule(condition, *item.RHS, line)
	}
	return rules, nil
}

// rule reads the condition and the text of a rule, unless it has done so
// before.
func (r *Reader) rule(condition, source string, line int) *rule {
	key := ruleKey{condition, source, line}
	if known := r.rules[key]; known != nil {
		return known
	}
	key.condition, key.text = strings.Clone(condition), strings.Clone(source)
	made := &rule{line: line, source: key.text, given: key.condition}
	if condition != "" {
		made.condition, made.broken = parseQuery(key.condition)
	}
	if made.broken == nil {
		made.text, made.broken = parseText(key.text)
	}
	if made.broken != nil {
		made.broken = &syntax.Error{Line: line, Message: fmt.Sprintf("%v in “%s”", made.broken, shortened(key.text))}
	}
	r.rules[key] = made
	return made
}

func shortened(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + " …"
	}
	return s
}
