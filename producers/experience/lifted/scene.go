package lifted

import (
	"slices"
	"strings"
)

// scene names what one episode is about: its entities and commands, numbered in
// the order in which they are met, so that the same episode numbers them alike.
type scene struct {
	lexicon *lexicon
	// instruction of the task, for which slotTask stands in observations.
	instruction string

	entities  []entity
	entityOf  map[string]int32
	commands  []command
	commandOf map[string]int32
	madeOf    map[made]int32
	contexts  map[made]int32
	// contextArgs has the one argument of the command that led to each context,
	// less the first context; none where it had another number of them.
	contextArgs []int32

	// places are known by the headers of their pages.
	placeOf map[string]int32
	places  []string
	// ways lead from a place by a command to another, variants say how the parts
	// of pages were worded. Both only grow.
	ways     map[way]int32
	variants map[variant]string
	// answers are what commands were answered, in words.
	answers map[asked]string
	// allowed says what was admitted after the answer to a question of way
	// askedAfter.
	allowed map[asked]allowance
	// forms are all wordings of the part about an entity at a place, said all
	// answers to a command in a context.
	forms map[variant][]string
	said  map[asked][]string
}

// text returns an observation as it is read here: with a slot in the place of the
// instruction, which each task has its own.
func (s *scene) text(observation string) string {
	observation = clean(observation)
	if len(s.instruction) <= shortInstruction {
		return observation
	}
	return strings.ReplaceAll(observation, s.instruction, string(slotTask))
}

// told returns an observation as it is told.
func (s *scene) told(text string) string {
	return strings.ReplaceAll(text, string(slotTask), s.instruction)
}

// none stands for an entity, command or type that there is not.
const none int32 = -1

// entity is a thing or place of the episode.
type entity struct {
	name   string
	kind   int32 // type of the lexicon; none: never met before
	word   string
	number int
}

// command is what can be done, taken apart.
type command struct {
	text  string
	frame int32 // none: of no frame known
	args  [maxArity]int32
	n     int
}

// made is a command by its parts.
type made struct {
	frame int32
	args  [maxArity]int32
}

// shortInstruction is the length up to which an instruction is not looked for in
// observations: it could be any words.
const shortInstruction = 12

func newScene(x *lexicon, instruction string) *scene {
	return &scene{
		lexicon: x, instruction: strings.TrimSpace(clean(instruction)), entityOf: map[string]int32{}, commandOf: map[string]int32{},
		madeOf: map[made]int32{}, contexts: map[made]int32{},
		placeOf: map[string]int32{}, ways: map[way]int32{}, variants: map[variant]string{}, answers: map[asked]string{}, allowed: map[asked]allowance{},
		forms: map[variant][]string{}, said: map[asked][]string{},
	}
}

// entity returns the number of an entity.
func (s *scene) entity(name string) int32 {
	if e, known := s.entityOf[name]; known {
		return e
	}
	word, number := typeOf(name)
	kind, known := s.lexicon.types[word]
	if !known {
		kind = none
	}
	e := int32(len(s.entities))
	s.entities = append(s.entities, entity{name, kind, word, number})
	s.entityOf[name] = e
	return e
}

// command returns the number of a command.
func (s *scene) command(text string) int32 {
	if c, known := s.commandOf[text]; known {
		return c
	}
	f, args := s.lexicon.parse(text)
	c := command{text: text, frame: f, args: [maxArity]int32{none, none, none}, n: len(args)}
	for i, a := range args {
		c.args[i] = s.entity(a)
	}
	return s.note(c)
}

func (s *scene) note(c command) int32 {
	n := int32(len(s.commands))
	s.commands = append(s.commands, c)
	s.commandOf[c.text] = n
	if c.frame != none && s.spelled(&c) {
		s.madeOf[made{c.frame, c.args}] = n
	}
	return n
}

// spelled says whether a command is written as such commands are, and not with
// more blanks.
func (s *scene) spelled(c *command) bool { return c.text == s.lexicon.command(c.frame, s.names(c)...) }

func (s *scene) names(c *command) []string { return s.namesOf(c.args[:c.n]) }

func (s *scene) namesOf(entities []int32) []string {
	names := make([]string, len(entities))
	for i, e := range entities {
		names[i] = s.entities[e].name
	}
	return names
}

// make returns the number of the command of a frame with arguments.
func (s *scene) make(f int32, args ...int32) int32 {
	key := made{f, [maxArity]int32{none, none, none}}
	copy(key.args[:], args)
	if c, known := s.madeOf[key]; known {
		return c
	}
	names := make([]string, len(args))
	for i, a := range args {
		names[i] = s.entities[a].name
	}
	return s.note(command{text: s.lexicon.command(f, names...), frame: f, args: key.args, n: len(args)})
}

// startContext is where every episode begins.
const startContext int32 = 0

// context numbers a place by the command that led there.
func (s *scene) context(c *command) int32 {
	key := made{c.frame, c.args}
	if n, known := s.contexts[key]; known {
		return n
	}
	n := int32(len(s.contexts)) + 1
	s.contexts[key] = n
	arg := none
	if c.n == 1 {
		arg = c.args[0]
	}
	s.contextArgs = append(s.contextArgs, arg)
	return n
}

// way is a command given at a place.
type way struct{ place, command int32 }

// place numbers a place by the header of its page.
func (s *scene) place(header string) int32 {
	if p, known := s.placeOf[header]; known {
		return p
	}
	p := int32(len(s.places))
	s.places = append(s.places, header)
	s.placeOf[header] = p
	return p
}

// placeContext is the context of a place that a page tells.
func (s *scene) placeContext(place int32) int32 {
	return s.context(&command{frame: -2, args: [maxArity]int32{place, none, none}})
}

// addVariant notes how a part was worded. What the episode shows itself replaces
// what a demonstration does.
func (s *scene) addVariant(v variant, text string, own bool) {
	if _, known := s.variants[v]; !known || own {
		s.variants[v] = text
	}
	v.status = none
	if !slices.Contains(s.forms[v], text) {
		s.forms[v] = append(s.forms[v], text)
	}
}

// addAnswer notes what a command was answered.
func (s *scene) addAnswer(q asked, text string, own bool) {
	if _, known := s.answers[q]; !known || own {
		s.answers[q] = text
	}
	q.status = 0
	if !slices.Contains(s.said[q], text) {
		s.said[q] = append(s.said[q], text)
	}
}

// bits is a set of small numbers.
type bits []uint64

func (b bits) has(n int32) bool {
	return n >= 0 && int(n>>6) < len(b) && b[n>>6]&(1<<(n&63)) != 0
}

func (b *bits) add(n int32) {
	for int(n>>6) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[n>>6] |= 1 << (n & 63)
}

// admitted is a set of commands, in no order that matters.
type admitted struct {
	list []int32
	set  bits
}

func (s *scene) admitted(texts []string) *admitted {
	a := &admitted{}
	for _, t := range texts {
		a.add(s.command(t))
	}
	return a
}

func (a *admitted) add(c int32) {
	if !a.set.has(c) {
		a.list = append(a.list, c)
		a.set.add(c)
	}
}

func (a *admitted) has(c int32) bool { return a != nil && a.set.has(c) }

// equal says whether two sets have the same commands.
func (a *admitted) equal(b *admitted) bool {
	if len(a.list) != len(b.list) {
		return false
	}
	for _, c := range a.list {
		if !b.has(c) {
			return false
		}
	}
	return true
}
