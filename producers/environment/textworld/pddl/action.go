package pddl

import "github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"

// addAction reads (:action NAME [:parameters P] [:precondition C] [:effect E]).
func (d *Domain) addAction(v *vocabulary, s tree) error {
	if len(s.items) < 2 || s.items[1].isList() {
		return syntax.Errorf(s.line, "%s must be (:action NAME …)", s.String())
	}
	a := Action{Name: s.items[1].word, Line: s.line}
	fields, err := keywords(s, ":parameters", ":precondition", ":effect")
	if err != nil {
		return err
	}
	if f, ok := fields[":parameters"]; ok {
		if a.Parameters, err = parameters(f); err != nil {
			return err
		}
	}
	if f, ok := fields[":precondition"]; ok {
		if a.Precondition, err = v.condition(f, a.Parameters, false); err != nil {
			return err
		}
	}
	if f, ok := fields[":effect"]; ok {
		if a.Effects, err = v.effects(f, a.Parameters, Effect{}, nil); err != nil {
			return err
		}
	}
	d.Actions = append(d.Actions, a)
	return nil
}

// keywords reads the KEY VALUE pairs of a section from its third item on.
func keywords(s tree, known ...string) (map[string]tree, error) {
	fields := map[string]tree{}
	for i := 2; i < len(s.items); i += 2 {
		key := s.items[i]
		ok := false
		for _, k := range known {
			ok = ok || key.word == k
		}
		switch _, twice := fields[key.word]; {
		case !ok:
			return nil, syntax.Errorf(key.line, "%s in %s is not supported", key.String(), s.String())
		case twice:
			return nil, syntax.Errorf(key.line, "a second %s in %s", key.word, s.String())
		case i+1 == len(s.items):
			return nil, syntax.Errorf(key.line, "nothing follows %s in %s", key.word, s.String())
		}
		fields[key.word] = s.items[i+1]
	}
	return fields, nil
}
