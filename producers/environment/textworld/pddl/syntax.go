package pddl

// Domain is what the games of a set have in common. All names are in lower
// case; those of variables begin with a question mark.
type Domain struct {
	Name       string
	Types      []Type
	Constants  []Object
	Predicates []Predicate
	Actions    []Action
	Derived    []Derived
}

// Type is a type of objects. The root, object, is there without declaration;
// Parents of a type that gives none is the root.
type Type struct {
	Name    string
	Parents []string
}

// Root is the type that every other descends from.
const Root = "object"

// Object is an object or a constant. Types are alternatives.
type Object struct {
	Name  string
	Types []string
}

// Parameter is a variable; it stands for objects of any of the types.
type Parameter struct {
	Name  string
	Types []string
}

// Predicate is a declared predicate.
type Predicate struct {
	Name  string
	Arity int
}

// Action is an action schema.
type Action struct {
	Name         string
	Line         int
	Parameters   []Parameter
	Precondition Condition
	Effects      []Effect
}

// Derived says when a derived predicate holds.
type Derived struct {
	Name       string
	Line       int
	Parameters []Parameter
	Condition  Condition
}

// Kind is what a condition is made of.
type Kind int

// The kinds. Conditions are in negation normal form: not and imply are gone,
// and only literals are negated.
const (
	Conjunction Kind = iota // of Parts; of none: true
	Disjunction             // of Parts; of none: false
	Exists                  // Parameters for which Parts[0] holds
	Forall
	LiteralKind
)

// Condition is a goal, a precondition or the condition of an effect.
type Condition struct {
	Kind       Kind
	Parts      []Condition
	Parameters []Parameter
	Literal    Literal
}

// Equality is the predicate of equality.
const Equality = "="

// Literal is an atom or its negation. Its predicate is declared, or Equality,
// or the name of a type.
type Literal struct {
	Predicate string
	Args      []string // variables and names of objects
	Negated   bool
	Line      int
}

// Effect adds an atom, or deletes it where it is negated: for all values of
// Parameters, when Condition holds.
type Effect struct {
	Parameters []Parameter
	Condition  Condition
	Literal    Literal
}

// Problem is the world and the goal of one game.
type Problem struct {
	Name, Domain string
	Objects      []Object
	Init         []Literal // none is negated
	// Assigned are the objects that numbers are said of, in (= (f a b) 1); the
	// numbers have no meaning here.
	Assigned []string
	Goal     Condition
	GoalLine int
}
