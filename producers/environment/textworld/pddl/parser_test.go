package pddl

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

const small = `(define (domain d)
 (:requirements :adl)
 (:types cup plate - thing agent)
 (:constants home - thing)
 (:predicates (p ?x - thing) (q ?x ?y) (done))
 (:functions (total-cost) - number)
 (:derived (done) (forall (?x - thing) (p ?x)))
 (:action take :parameters (?x - (either cup plate) ?y - thing)
  :precondition (and (not (p ?x)) (imply (p ?y) (= ?x ?y)))
  :effect (and (p ?x) (when (q ?x ?y) (not (q ?x ?y))) (increase (total-cost) 1))))`

func TestADomainIsRead(t *testing.T) {
	d, err := ParseDomain(small)
	require.NoError(t, err)
	require.Equal(t, "d", d.Name)
	require.Equal(t, []Type{{"cup", []string{"thing"}}, {"plate", []string{"thing"}}, {"agent", []string{Root}}, {"thing", []string{Root}}}, d.Types)
	require.Equal(t, []Object{{"home", []string{"thing"}}}, d.Constants)
	require.Len(t, d.Derived, 1)
	require.Equal(t, Forall, d.Derived[0].Condition.Kind)
	a := d.Actions[0]
	require.Equal(t, []Parameter{{"?x", []string{"cup", "plate"}}, {"?y", []string{"thing"}}}, a.Parameters)
	require.Len(t, a.Effects, 2)
	require.True(t, a.Effects[1].Literal.Negated)
}

func TestNotAndImplyAreGone(t *testing.T) {
	v := &vocabulary{arity: map[string]int{"p": 0, "q": 0}, types: map[string]bool{}}
	for text, want := range map[string]string{
		"()":                                 "true",
		"(not ())":                           "false",
		"(not (p))":                          "-p",
		"(not (not (p)))":                    "p",
		"(imply (p) (q))":                    "(or -p q)",
		"(not (imply (p) (q)))":              "(and p -q)",
		"(not (and (p) (or (q) (not (p)))))": "(or -p (and -q p))",
		"(not (exists (?x) (p)))":            "(forall -p)",
		"(not (forall (?x) (not (p))))":      "(exists p)",
	} {
		tree, err := parseTree(text)
		require.NoError(t, err)
		c, err := v.condition(tree, nil, false)
		require.NoError(t, err)
		require.Equal(t, want, written(c), text)
	}
}

// written writes a condition for comparison.
func written(c Condition) string {
	if c.Kind == LiteralKind {
		if c.Literal.Negated {
			return "-" + c.Literal.Predicate
		}
		return c.Literal.Predicate
	}
	if len(c.Parts) == 0 {
		return map[Kind]string{Conjunction: "true", Disjunction: "false"}[c.Kind]
	}
	words := []string{map[Kind]string{Conjunction: "and", Disjunction: "or", Exists: "exists", Forall: "forall"}[c.Kind]}
	for _, part := range c.Parts {
		words = append(words, written(part))
	}
	return "(" + strings.Join(words, " ") + ")"
}

func TestErrorsOfADomainNameLineAndConstruct(t *testing.T) {
	for _, c := range []struct{ replace, by, want string }{
		{"(p ?x) (when", "(r ?x) (when", "line 10: the effect (r ?x) is not of a declared predicate, nor a construct that is supported"},
		{"(not (p ?x))", "(>= (p ?x) 1)", "line 9: (>= (p ?x) 1): “>=” is neither a declared predicate nor a construct that is supported"},
		{"(not (p ?x))", "(not (p ?z))", "line 9: (p ?z): nothing binds the variable ?z"},
		{"(not (p ?x))", "(not (p ?x ?y))", "line 9: (p ?x ?y): “p” takes 1 arguments, not 2"},
		{"(not (p ?x))", "(not)", "line 9: (not) must be (not CONDITION)"},
		{"(not (p ?x))", "(exists ?x (p ?x))", "line 9: “?x” where a list of parameters is expected"},
		{":effect", ":cost 1 :effect", "line 10: :cost in (:action take :parameters (?x - (either cup plate) ?y - thin"},
		{":action take", ":durative-action take", "line 8: (:durative-action take"},
		{"(increase (total-cost) 1)", "(decrease (total-cost) 1)", "line 10: the effect (decrease (total-cost) 1) is not"},
		{"(increase (total-cost) 1)", "(increase (fuel) 1)", "of numbers only (increase (total-cost) COST) is supported"},
		{"(p ?x) (when", "(done) (when", "line 10: action take changes “done”, which is derived"},
		{"- thing agent)", "- )", "line 3: a type is missing after “-” in (:types cup plate -)"},
		{"(either cup plate)", "(or cup plate)", "line 8: (or cup plate) where a type or (either …) is expected"},
		{"(:derived (done)", "(:derived (p)", "line 7: (p) is not a declared predicate with 0 parameters"},
		{"(:constants", "(:constants) (:constants", "line 4: a second :constants section"},
		{"(define (domain d)", "(define (domain)", "line 1: (domain) must be (domain NAME)"},
		{"(:requirements :adl)", "requirements", "line 2: requirements is not a section that is supported"},
	} {
		require.Contains(t, small, c.replace)
		_, err := ParseDomain(strings.Replace(small, c.replace, c.by, 1))
		require.ErrorContains(t, err, c.want)
		var at *syntax.Error
		require.True(t, errors.As(err, &at), "%v has no line", err)
	}
}

func TestAProblemIsRead(t *testing.T) {
	d, err := ParseDomain(small)
	require.NoError(t, err)
	p, err := ParseProblem(`(define (problem x) (:domain D) (:objects A B - cup c - plate)
	 (:init (p a) (not (p b)) (odd a b c) (= (total-cost) 0) (= (distance a c) 2.5)) (:goal (done)) (:metric minimize (total-cost)))`, d)
	require.NoError(t, err)
	require.Equal(t, []Object{{"a", []string{"cup"}}, {"b", []string{"cup"}}, {"c", []string{"plate"}}}, p.Objects)
	require.Equal(t, []Literal{
		{Predicate: "p", Args: []string{"a"}, Line: 2}, {Predicate: "odd", Args: []string{"a", "b", "c"}, Line: 2},
	}, p.Init)
	require.Equal(t, []string{"a", "c"}, p.Assigned)
}

func TestErrorsOfAProblemNameLineAndConstruct(t *testing.T) {
	d, err := ParseDomain(small)
	require.NoError(t, err)
	for text, want := range map[string]string{
		"(define (problem x) (:domain e) (:init) (:goal ()))":                       "line 1: the problem is of domain e, the domain is “d”",
		"(define (problem x) (:domain d)\n(:init (done)) (:goal ()))":               "line 2: (done): a derived predicate cannot be given",
		"(define (problem x) (:domain d)\n(:init (= (f a) b)) (:goal ()))":          "line 2: (= (f a) b) must be (= (FUNCTION OBJECTS) NUMBER)",
		"(define (problem x) (:domain d)\n(:init (p (a))) (:goal ()))":              "line 2: (a) where a name is expected in (p (a))",
		"(define (problem x) (:domain d) (:init))":                                  "the problem has no :goal section",
		"(define (problem x) (:domain d) (:init)\n(:goal (nosuch)))":                "line 2: (nosuch): “nosuch” is neither a declared predicate",
		"(define (problem x) (:domain d) (:init) (:goal ())\n(:constraints (and)))": "line 2: (:constraints (and)) is not a section that is supported",
		"(define (problem x) (:domain d) (:init) (:goal ()) (:goal ()))":            "a second :goal section",
		"(define (problem x) (:domain d) (:objects (a)) (:init) (:goal ()))":        "(a) where a name is expected in (:objects (a))",
		"(define (domain x) (:domain d) (:init) (:goal ()))":                        "(domain x) must be (problem NAME)",
	} {
		_, err := ParseProblem(text, d)
		require.ErrorContains(t, err, want, text)
	}
}

func FuzzParse(f *testing.F) {
	problem := "(define (problem x) (:domain d) (:objects a - cup) (:init (p a)) (:goal (done)))"
	f.Add(small, problem)
	f.Add(small[:200], problem[:30])
	f.Add("(define (domain d) (:predicates (p)) (:action a :effect (forall (?x) (when () (and (p))))))", problem)
	f.Add("(define (domain d) (:derived))", "(define)")
	f.Add("(define (domain d) (:action a :precondition (imply) :effect ()))", "")
	f.Fuzz(func(t *testing.T, domain, problem string) {
		d, err := ParseDomain(domain)
		if err != nil {
			return
		}
		_, _ = ParseProblem(problem, d)
	})
}
