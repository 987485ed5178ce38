package lifted

import (
	"github.com/dreamlog/dreamlog/producers"
)

// Model is a fitted experience model. It never changes, and is safe for
// concurrent use.
type Model struct {
	Identity producers.Model
	About    Summary
	Lexicon  *lexicon
	Wording  *wording
	Rules    *rules
	Kinds    *kinds
	// Nullary are the commands without arguments, and those that are the only one of
	// their frame.
	Nullary []string
	// Responses decide on the response to commands, by frame; Admissions on
	// whether a command is admitted next, by frame.
	Responses  map[int32]*tree
	Admissions map[int32]*tree
	// Admits: recordings say what is admitted after a step.
	Admits bool
	// Firsts are how things of each type are first answered for.
	Firsts firsts
	// Tools are types of things that one often has at hand.
	Tools []int32
	// Trusted are the precedents that are followed, by frame.
	Trusted map[int32]trusted
	// Contents are the lists that heads of a type were first seen with, as types
	// of their items: what is imagined where nothing is known.
	Contents map[contentKey][][]int32
	// Constants are lists without a head that always hold the same entities.
	Constants map[int32][]string
	// Prior are pages that were seen first in some recording, by their kind: what
	// is imagined of a place.
	Prior map[int32][]string
	// Deeds are kinds of instructions for which the deeds of a win tell another.
	Deeds map[string]bool
	// Goals are what success takes.
	Goals goals

	frames  framesByArity
	lessons lessons
	table   table
	// families of responses, by frame and response, and of descriptions.
	families         map[event]*family
	describedBesides map[int32]*family
}

// contentKey is a relation with the type of its head.
type contentKey struct{ Relation, Kind int32 }

// Summary says what a model was fitted to.
type Summary struct {
	Environment, EnvironmentVersion string
	Recordings, Transitions, Tasks  int
	// Repeated is how many transitions came after the very history and action of
	// another, and Contradicted how many of those had another outcome: where it is
	// not 0 the environment is random, or what it says leaves something out.
	Repeated, Contradicted int
}

// Model implements producers.ExperienceModel.
func (m *Model) Model() producers.Model { return m.Identity }

// Summary says what the model was fitted to.
func (m *Model) Summary() Summary { return m.About }

// index makes what is derived.
func (m *Model) index() {
	if m.Rules != nil {
		m.findFamilies()
		m.Rules.findFutile()
	}
	if m.Kinds != nil {
		m.table = m.Kinds.table(len(m.Lexicon.Frames), len(m.Lexicon.Types))
	}
	m.frames = framesByArity{}
	for i := range m.Lexicon.Frames {
		n := m.Lexicon.Frames[i].arity()
		m.frames[n] = append(m.frames[n], int32(i))
	}
}
