package ground

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// read reads a domain of sections and a problem of objects, facts and a goal.
func read(t testing.TB, sections, objects, init, goal string) (*pddl.Domain, *pddl.Problem) {
	t.Helper()
	d, err := pddl.ParseDomain("(define (domain d)" + sections + ")")
	require.NoError(t, err)
	p, err := pddl.ParseProblem(fmt.Sprintf("(define (problem x) (:domain d) (:objects %s) (:init %s) (:goal %s))", objects, init, goal), d)
	require.NoError(t, err)
	return d, p
}

func problemOf(t testing.TB, sections, objects, init, goal string) *Problem {
	t.Helper()
	d, problem := read(t, sections, objects, init, goal)
	p, err := Ground(t.Context(), d, problem, Limits{})
	require.NoError(t, err)
	return p
}

// can returns the names of the actions that a cursor can take.
func can(p *Problem, c *Cursor) []string {
	var names []string
	for a := range c.Applicable() {
		names = append(names, strings.Trim(p.ActionName(a), "()"))
	}
	return slices.Compact(names)
}

// take takes the first applicable action of a name.
func take(t *testing.T, p *Problem, c *Cursor, name string) {
	t.Helper()
	for a := range c.Applicable() {
		if p.ActionName(a) == "("+name+")" {
			c.Apply(a, nil)
			return
		}
	}
	require.Fail(t, "cannot "+name, "only %v", can(p, c))
}

func TestConditionsOfEveryKindDecideWhatIsApplicable(t *testing.T) {
	const sections = `(:types cup plate - thing place)
	 (:predicates (p ?x) (q ?x) (r ?x ?y) (mark ?x) (never ?x))
	 (:action set :parameters (?x - thing) :effect (and (p ?x) (mark ?x)))
	 (:action act :parameters (?x - thing) :precondition %s :effect (q ?x))`
	for condition, want := range map[string][]string{
		"()":                              {"a", "b", "c"},
		"(p ?x)":                          {"a"},
		"(not (p ?x))":                    {"b", "c"},
		"(or (p ?x) (r ?x b))":            {"a", "c"},
		"(exists (?y - thing) (r ?x ?y))": {"a", "c"},
		"(exists (?y - plate) (r ?x ?y))": {"a"},
		"(not (exists (?y - thing) (and (r ?x ?y) (p ?y))))":   {"a", "b"},
		"(forall (?y - thing) (imply (r ?x ?y) (not (p ?y))))": {"a", "b"},
		"(forall (?y - place) (p ?y))":                         {"a", "b", "c"},
		"(exists (?y - place) (= ?x ?x))":                      nil,
		"(imply (p ?x) (r ?x b))":                              {"b", "c"},
		"(= ?x a)":                                             {"a"},
		"(not (= ?x a))":                                       {"b", "c"},
		"(cup ?x)":                                             {"a", "b"},
		"(not (thing ?x))":                                     nil,
		"(exists (?y - (either place plate)) (= ?x ?y))":       {"c"},
		"(p nobody)":                                           nil,
		"(not (p nobody))":                                     {"a", "b", "c"},
		"(exists (?x) (p ?x))":                                 {"a", "b", "c"},
		"(forall (?y) (exists (?z) (or (p ?z) (r ?x ?y))))":    {"a", "b", "c"},
		"(or)":             nil,
		"(not (never ?x))": {"a", "b", "c"},
	} {
		p := problemOf(t, fmt.Sprintf(sections, condition), "a b - cup c - plate", "(p a) (r a c) (r c b) (r c a)", "(mark a)")
		var got []string
		for _, name := range can(p, p.Cursor()) {
			if object, ok := strings.CutPrefix(name, "act "); ok {
				got = append(got, object)
			}
		}
		require.Equal(t, want, got, condition)
	}
}

func TestEffectsHappenByTheStateBefore(t *testing.T) {
	p := problemOf(t, `(:predicates (on) (was) (many ?x) (good ?x))
	 (:action flip :effect (and (when (on) (and (not (on)) (was))) (when (not (on)) (on))))
	 (:action all :effect (forall (?x) (when (good ?x) (and (many ?x) (not (good ?x))))))
	 (:action both :effect (and (not (was)) (was)))
	 (:action may :effect (and (not (was)) (when (on) (was))))`,
		"a b c", "(good a) (good b)", "(and (many a) (was))")
	c := p.Cursor()
	fact := func(name string) bool {
		for i := range p.Facts() {
			if p.FactName(i) == name {
				return c.State().Holds(i)
			}
		}
		return false
	}
	take(t, p, c, "flip")
	require.True(t, fact("(on)"))
	require.False(t, fact("(was)"))
	take(t, p, c, "flip")
	require.False(t, fact("(on)"))
	require.True(t, fact("(was)"))
	take(t, p, c, "may")
	require.False(t, fact("(was)"), "deleted, as the add does not happen")
	take(t, p, c, "both")
	require.True(t, fact("(was)"), "adds win")
	take(t, p, c, "flip")
	take(t, p, c, "may")
	require.True(t, fact("(was)"), "adds win, also with a condition")
	take(t, p, c, "all")
	require.True(t, fact("(many a)") && fact("(many b)"))
	require.False(t, fact("(many c)") || fact("(good a)"))
	require.True(t, c.Won())
}

func TestActionsThatChangeNothingAreNone(t *testing.T) {
	p := problemOf(t, `(:types place) (:predicates (at ?x - place) (seen))
	 (:action go :parameters (?x ?y - place) :precondition (at ?x) :effect (and (not (at ?x)) (at ?y)))
	 (:action nothing :effect ()) (:action again :precondition (seen) :effect (seen))
	 (:action some :precondition (or (at a) (seen)) :effect (seen))`,
		"a b - place", "(at a) (seen)", "(at b)")
	require.Equal(t, []string{"go a b", "some"}, can(p, p.Cursor()), "a way from a place to itself is none")
	c := p.Cursor()
	take(t, p, c, "go a b")
	require.Equal(t, []string{"go b a"}, can(p, c), "of “some” only the branch is there that changes something")
}

func TestDerivedFactsFollow(t *testing.T) {
	p := problemOf(t, `(:types node) (:predicates (edge ?x ?y) (reach ?x - node) (cut ?x - node) (lonely))
	 (:derived (reach ?x - node) (or (= ?x a) (exists (?y - node) (and (reach ?y) (edge ?y ?x)))))
	 (:derived (lonely) (forall (?x - node) (imply (reach ?x) (= ?x a))))
	 (:action link :parameters (?x ?y - node) :precondition (reach ?x) :effect (edge ?x ?y))
	 (:action unlink :parameters (?x ?y - node) :precondition (and (edge ?x ?y) (not (lonely))) :effect (not (edge ?x ?y)))`,
		"a b c - node", "(edge b c) (edge c b)", "(and (reach c) (not (lonely)))")
	c := p.Cursor()
	require.Equal(t, []string{"link a a", "link a b", "link a c"}, can(p, c))
	require.False(t, c.Won())
	take(t, p, c, "link a b")
	require.True(t, c.Won())
	require.Contains(t, can(p, c), "link c a")
	take(t, p, c, "unlink a b")
	require.False(t, c.Won(), "b and c hold each other up no longer")
	require.Equal(t, []string{"link a a", "link a b", "link a c"}, can(p, c))
}

func TestWhatHasNoMeaningIsAnError(t *testing.T) {
	const act = "(:predicates (p) (q) (r)) (:action a :effect (p))"
	for sections, want := range map[string]string{
		act + "(:derived (q) (not (q)))":                    "the derived fact (q) depends on its own negation, which is not supported",
		act + "(:derived (q) (not (r))) (:derived (r) (q))": "depends on its own negation",
		act + "(:derived (q) (forall (?x) (not (q))))":      "depends on its own negation",
	} {
		d, p := read(t, sections, "o", "", "(and (p) (q))")
		_, err := Ground(t.Context(), d, p, Limits{})
		require.ErrorContains(t, err, want, sections)
	}
}

func TestAnUnreachableGoalIsAnError(t *testing.T) {
	for _, goal := range []string{"(q)", "(and (p) (q))", "(exists (?x) (and (p) (q)))", "(or)", "(not (r))"} {
		d, p := read(t, "(:predicates (p) (q) (r)) (:action a :effect (p))", "o", "(r)", goal)
		_, err := Ground(t.Context(), d, p, Limits{})
		require.ErrorIs(t, err, ErrUnreachable, goal)
		require.ErrorContains(t, err, "line 1 of the problem", goal)
	}
}

func TestErrorsInObjectsNameThem(t *testing.T) {
	for _, c := range []struct{ objects, init, want string }{
		{"a a", "", "a second object “a”"},
		{"a - thing", "", "object “a” is of type “thing”, which the domain does not declare"},
		{"a", "(p b)", "line 1: (p …) names “b”, which is not a declared object"},
	} {
		d, p := read(t, "(:predicates (p ?x)) (:action s :parameters (?x) :effect (p ?x))", c.objects, c.init, "(exists (?x) (p ?x))")
		_, err := Ground(t.Context(), d, p, Limits{})
		require.ErrorContains(t, err, c.want)
	}
}

func TestLimitsEndWhatIsTooLarge(t *testing.T) {
	var objects strings.Builder
	for i := range 100 {
		fmt.Fprintf(&objects, "o%d ", i)
	}
	six := "(:predicates (p ?a ?b ?c ?d) (q ?a)) (:action a :parameters (?a ?b ?c ?d ?e ?f) :precondition (not (q ?e)) :effect (p ?a ?b ?c ?d))"
	d, p := read(t, six, objects.String(), "", "(p o1 o1 o1 o1)")
	_, err := Ground(t.Context(), d, p, Limits{Facts: 10_000})
	require.ErrorIs(t, err, ErrTooLarge)
	d, p = read(t, "(:predicates (p) (q ?a)) (:action a :parameters (?a ?b ?c ?d ?e ?f) :effect (p))", objects.String(), "", "(p)")
	_, err = Ground(t.Context(), d, p, Limits{Work: 1_000_000})
	require.ErrorIs(t, err, ErrTooLarge)
	d, p = read(t, "(:predicates (p)) (:action a :parameters (?a ?b) :effect (p))", "a b c d", "", "(p)")
	_, err = Ground(t.Context(), d, p, Limits{Actions: 10})
	require.ErrorContains(t, err, "action a: more than 10 ground actions")

	branches := strings.Repeat("(or (p) (q o1))", 20)
	d, p = read(t, "(:predicates (p) (q ?a)) (:action a :precondition (and "+branches+") :effect (p))", objects.String(), "", "(p)")
	_, err = Ground(t.Context(), d, p, Limits{})
	require.ErrorContains(t, err, "action a in line 1: the condition has more than 4096 branches")
}

func TestGroundingCanBeCancelled(t *testing.T) {
	var objects strings.Builder
	for i := range 100 {
		fmt.Fprintf(&objects, "o%d ", i)
	}
	d, p := read(t, "(:predicates (p) (q ?a)) (:action a :parameters (?a ?b ?c ?d) :effect (p))", objects.String(), "", "(p)")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Ground(ctx, d, p, Limits{})
	require.ErrorIs(t, err, context.Canceled)
}
