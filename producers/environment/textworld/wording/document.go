package wording

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// block is a field of a document, such as template :: "text";.
type block struct {
	key, text string
	line      int // where the text begins
}

// section is a field outside of actions, or an action with its fields.
type section struct {
	action string // empty: no action
	line   int
	fields []block
}

// document reads the outer form of a grammar file: grammar blocks, and actions
// in braces.
type document struct {
	text string
	at   int
	line int
}

func readDocument(text string) ([]section, error) {
	d := &document{text: text, line: 1}
	var sections []section
	for {
		word := d.word()
		switch word {
		case "":
			if d.at < len(d.text) {
				return nil, syntax.Errorf(d.line, "%s where “grammar” or “action” is expected", d.rest())
			}
			return sections, nil
		case "action":
			s, err := d.action()
			if err != nil {
				return nil, err
			}
			sections = append(sections, s)
		case "grammar":
			b, err := d.field(word)
			if err != nil {
				return nil, err
			}
			sections = append(sections, section{line: b.line, fields: []block{b}})
		default:
			return nil, syntax.Errorf(d.line, "“%s” where “grammar” or “action” is expected", word)
		}
	}
}

func (d *document) action() (section, error) {
	s := section{line: d.line, action: d.word()}
	if s.action == "" {
		return s, syntax.Errorf(d.line, "%s where the name of an action is expected", d.rest())
	}
	if err := d.expect("{"); err != nil {
		return s, err
	}
	for {
		if d.skip(); strings.HasPrefix(d.text[d.at:], "}") {
			d.at++
			return s, nil
		}
		switch key := d.word(); key {
		case "template", "feedback", "grammar", "pddl":
			b, err := d.field(key)
			if err != nil {
				return s, err
			}
			s.fields = append(s.fields, b)
		default:
			return s, syntax.Errorf(d.line, "%s%s in action %s, where template, feedback, grammar or “}” is expected", key, d.rest(), s.action)
		}
	}
}

// field reads the rest of KEY :: STRING ;.
func (d *document) field(key string) (block, error) {
	if err := d.expect("::"); err != nil {
		return block{}, err
	}
	d.skip()
	quote := `"`
	if key == "grammar" || key == "pddl" {
		quote = `"""`
	}
	b := block{key: key, line: d.line}
	if err := d.expect(quote); err != nil {
		return b, err
	}
	end := strings.Index(d.text[d.at:], quote)
	if end < 0 {
		return b, syntax.Errorf(b.line, "the text of “%s” has no end: the grammar is cut off, or a %s is missing", key, quote)
	}
	b.text = d.text[d.at : d.at+end]
	d.line += strings.Count(b.text, "\n")
	d.at += end + len(quote)
	return b, d.expect(";")
}

func (d *document) expect(what string) error {
	d.skip()
	if !strings.HasPrefix(d.text[d.at:], what) {
		return syntax.Errorf(d.line, "%s where “%s” is expected", d.rest(), what)
	}
	d.at += len(what)
	return nil
}

// word reads a name; it is empty where there is none.
func (d *document) word() string {
	d.skip()
	start := d.at
	for d.at < len(d.text) && (isWord(d.text[d.at]) || d.text[d.at] == '/' || d.text[d.at] == '-') {
		d.at++
	}
	return d.text[start:d.at]
}

// skip passes over blanks and comments, which begin with a #.
func (d *document) skip() {
	for ; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; {
		case c == '\n':
			d.line++
		case c == '#':
			end := strings.IndexByte(d.text[d.at:], '\n')
			if end < 0 {
				d.at = len(d.text)
				return
			}
			d.at += end - 1
		case c > ' ':
			return
		}
	}
}

// rest shows what follows, for messages.
func (d *document) rest() string {
	const most = 30
	rest := d.text[d.at:]
	if rest == "" {
		return "the end"
	}
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	if len(rest) > most {
		rest = rest[:most] + " …"
	}
	return "“" + strings.ToValidUTF8(rest, "?") + "”"
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
