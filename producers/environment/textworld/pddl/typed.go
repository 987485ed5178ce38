package pddl

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// typed is an item of a typed list such as a b - t.
type typed struct {
	line  int
	name  string
	types []string
}

// typedList reads the items of a list from one on.
func typedList(list tree, from int, variables bool) ([]typed, error) {
	var done, open []typed
	items := list.items[from:]
	for i := 0; i < len(items); i++ {
		item := items[i]
		switch {
		case item.word == "-":
			i++
			if i == len(items) {
				return nil, syntax.Errorf(item.line, "a type is missing after “-” in %s", list.String())
			}
			types, err := alternatives(items[i])
			if err != nil {
				return nil, err
			}
			for _, o := range open {
				o.types = types
				done = append(done, o)
			}
			open = open[:0]
		case item.isList():
			return nil, syntax.Errorf(item.line, "%s where a name is expected in %s", item.String(), list.String())
		case variables && !isVariable(item.word):
			return nil, syntax.Errorf(item.line, "“%s” is not a variable: a parameter begins with a question mark", item.word)
		default:
			open = append(open, typed{line: item.line, name: item.word})
		}
	}
	for _, o := range open {
		o.types = []string{Root}
		done = append(done, o)
	}
	return done, nil
}

// alternatives reads a type or (either t1 t2).
func alternatives(t tree) ([]string, error) {
	if !t.isList() {
		return []string{t.word}, nil
	}
	if t.head() != "either" || len(t.items) < 2 {
		return nil, syntax.Errorf(t.line, "%s where a type or (either …) is expected", t.String())
	}
	return t.words(1)
}

func parameters(list tree) ([]Parameter, error) {
	if !list.isList() {
		return nil, syntax.Errorf(list.line, "“%s” where a list of parameters is expected", list.word)
	}
	items, err := typedList(list, 0, true)
	if err != nil {
		return nil, err
	}
	params := make([]Parameter, len(items))
	for i, t := range items {
		params[i] = Parameter{Name: t.name, Types: t.types}
	}
	return params, nil
}

func objects(items []typed) []Object {
	list := make([]Object, len(items))
	for i, t := range items {
		list[i] = Object{Name: strings.Clone(t.name), Types: t.types}
	}
	return list
}

func isVariable(word string) bool { return strings.HasPrefix(word, "?") }
