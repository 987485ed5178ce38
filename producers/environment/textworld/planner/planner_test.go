package planner_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/planner"
)

func grounded(t require.TestingT, domain, problem string) *ground.Problem {
	d, err := pddl.ParseDomain(domain)
	require.NoError(t, err)
	p, err := pddl.ParseProblem(problem, d)
	require.NoError(t, err)
	g, err := ground.Ground(context.Background(), d, p, ground.Limits{})
	require.NoError(t, err)
	return g
}

// replay takes the actions of a plan and returns their names; it fails where
// one is not applicable, or the goal is not reached.
func replay(t require.TestingT, p *ground.Problem, plan []int) []string {
	var names []string
	c := p.Cursor()
	for _, action := range plan {
		require.True(t, c.Can(action), "%s is not possible after %v", p.ActionName(action), names)
		c.Apply(action, nil)
		names = append(names, p.ActionName(action))
	}
	require.True(t, c.Won(), "%v do not reach the goal", names)
	return names
}

const switches = `
(define (domain switches)
  (:requirements :adl)
  (:types switch)
  (:predicates (on ?s - switch) (joined ?a ?b - switch) (fuse) (burnt))
  (:action press :parameters (?s - switch) :precondition (not (burnt))
    :effect (and (when (on ?s) (not (on ?s)))
                 (when (not (on ?s)) (on ?s))
                 (forall (?o - switch) (when (and (joined ?s ?o) (on ?o)) (not (on ?o))))))
  (:action burn :parameters () :precondition (fuse)
    :effect (and (burnt) (not (fuse)))))`

func switchProblem(init, goal string) string {
	return fmt.Sprintf(`(define (problem p) (:domain switches)
  (:objects a b c - switch) (:init %s) (:goal %s))`, init, goal)
}

func TestAGoalThatHoldsNeedsNoAction(t *testing.T) {
	p := grounded(t, switches, switchProblem("(on a)", "(on a)"))
	plan, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	require.Empty(t, plan)
}

func TestConditionalEffectsAreUsed(t *testing.T) {
	p := grounded(t, switches, switchProblem("(on a) (on b)", "(and (not (on a)) (on b) (on c))"))
	plan, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"(press a)", "(press c)"}, replay(t, p, plan))
}

// Pressing a darkens b, and pressing b darkens c: only one order lights all.
func TestConditionalEffectsThatUndoAreAvoided(t *testing.T) {
	p := grounded(t, switches, switchProblem("(joined a b) (joined b c)", "(and (on a) (on b) (on c))"))
	plan, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	require.Equal(t, []string{"(press a)", "(press b)", "(press c)"}, replay(t, p, plan))
}

// Each switch darkens the other, so both are never lit: only a search of all
// states can tell.
func TestWhatTheRelaxationDeemsPossibleIsProvedImpossible(t *testing.T) {
	p := grounded(t, switches, switchProblem("(joined a b) (joined b a)", "(and (on a) (on b))"))
	_, err := planner.Plan(t.Context(), p)
	require.ErrorIs(t, err, planner.ErrUnsolvable)
	require.NotErrorIs(t, err, planner.ErrLimit)
}

func TestADeadEndIsLeft(t *testing.T) {
	p := grounded(t, switches, switchProblem("(fuse)", "(and (burnt) (on a) (on b))"))
	plan, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	names := replay(t, p, plan)
	require.Len(t, names, 3)
	require.Equal(t, "(burn)", names[2], "nothing can be pressed once it burnt")
}

const pairs = `
(define (domain pairs)
  (:requirements :adl)
  (:types thing place)
  (:predicates (at ?t - thing ?p - place) (red ?t - thing) (held ?t - thing) (free))
  (:action lift :parameters (?t - thing ?p - place) :precondition (and (at ?t ?p) (free))
    :effect (and (held ?t) (not (at ?t ?p)) (not (free))))
  (:action drop :parameters (?t - thing ?p - place) :precondition (held ?t)
    :effect (and (at ?t ?p) (free) (not (held ?t)))))`

// The goal is an existential over two things that must differ.
func TestTwoOfAKindAreTwoThings(t *testing.T) {
	goal := `(exists (?a ?b - thing ?p - place)
	  (and (not (= ?a ?b)) (red ?a) (red ?b) (at ?a ?p) (at ?b ?p)))`
	problem := func(more string) string {
		return `(define (problem p) (:domain pairs)
	  (:objects t1 t2 t3 - thing p1 p2 p3 - place)
	  (:init (free) (at t1 p1) (at t2 p2) (at t3 p1) (red t1) ` + more + `) (:goal ` + goal + `))`
	}
	p := grounded(t, pairs, problem("(red t2)"))
	plan, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, replay(t, p, plan), 2)
}

// A derived goal that is a negation: no alarm rings while any door is open.
const alarm = `
(define (domain alarm)
  (:requirements :adl :derived-predicates)
  (:types door)
  (:predicates (open ?d - door) (near ?a ?b - door) (linked ?a ?b - door) (ringing) (wedge ?d - door))
  (:derived (linked ?a ?b - door) (or (near ?a ?b) (exists (?c - door) (and (near ?a ?c) (linked ?c ?b)))))
  (:derived (ringing) (exists (?a ?b - door) (and (open ?a) (open ?b) (linked ?a ?b))))
  (:action shut :parameters (?d - door) :precondition (and (open ?d) (not (wedge ?d))) :effect (not (open ?d)))
  (:action unwedge :parameters (?d - door) :precondition (wedge ?d) :effect (not (wedge ?d))))`

func TestDerivedFactsAreUndone(t *testing.T) {
	p := grounded(t, alarm, `(define (problem p) (:domain alarm) (:objects a b c - door)
	  (:init (open a) (open c) (near a b) (near b c) (wedge a) (wedge c)) (:goal (not (ringing))))`)
	plan, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, replay(t, p, plan), 2, "one door has to be freed and shut")
}

const tower = `
(define (domain tower)
  (:requirements :strips :typing :negative-preconditions)
  (:types block)
  (:predicates (on ?a ?b - block) (table ?a - block) (clear ?a - block) (hand ?a - block) (empty))
  (:action pick :parameters (?a - block) :precondition (and (clear ?a) (table ?a) (empty))
    :effect (and (hand ?a) (not (clear ?a)) (not (table ?a)) (not (empty))))
  (:action lay :parameters (?a - block) :precondition (hand ?a)
    :effect (and (clear ?a) (table ?a) (empty) (not (hand ?a))))
  (:action stack :parameters (?a ?b - block) :precondition (and (hand ?a) (clear ?b))
    :effect (and (on ?a ?b) (clear ?a) (empty) (not (hand ?a)) (not (clear ?b))))
  (:action unstack :parameters (?a ?b - block) :precondition (and (on ?a ?b) (clear ?a) (empty))
    :effect (and (hand ?a) (clear ?b) (not (on ?a ?b)) (not (clear ?a)) (not (empty)))))`

// towerProblem stands blocks in one tower in an order, to be stood in another.
func towerProblem(from, to []int) string {
	tower := func(order []int, whole bool) string {
		var b strings.Builder
		for i, block := range order {
			if i > 0 {
				fmt.Fprintf(&b, "(on b%d b%d) ", block, order[i-1])
			}
		}
		if whole {
			fmt.Fprintf(&b, "(table b%d) (clear b%d) (empty)", order[0], order[len(order)-1])
		}
		return b.String()
	}
	var names []string
	for _, block := range from {
		names = append(names, fmt.Sprintf("b%d", block))
	}
	return fmt.Sprintf("(define (problem p) (:domain tower) (:objects %s - block) (:init %s) (:goal (and %s)))",
		strings.Join(names, " "), tower(from, true), tower(to, false))
}

func TestAnyTowerIsRebuilt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := make([]int, rapid.IntRange(2, 7).Draw(t, "blocks"))
		for i := range blocks {
			blocks[i] = i
		}
		order := rapid.Permutation(blocks).Draw(t, "goal")
		p := grounded(t, tower, towerProblem(blocks, order))
		plan, err := planner.Plan(context.Background(), p)
		require.NoError(t, err)
		names := replay(t, p, plan)
		require.LessOrEqual(t, len(names), 6*len(blocks), "%v", names)
	})
}

func TestTheSamePlanIsFoundAgain(t *testing.T) {
	p := grounded(t, tower, towerProblem([]int{0, 1, 2, 3, 4, 5}, []int{3, 1, 5, 0, 2, 4}))
	first, err := planner.Plan(t.Context(), p)
	require.NoError(t, err)
	for range 3 {
		again, err := planner.Plan(t.Context(), p)
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

// counter has 2^n states, and a goal that the relaxation deems near.
func counter(bits int) string {
	var objects, goal strings.Builder
	for i := range bits {
		fmt.Fprintf(&objects, "n%d ", i)
		fmt.Fprintf(&goal, "(on n%d) ", i)
	}
	return fmt.Sprintf("(define (problem p) (:domain lamps) (:objects %s - lamp) (:init) (:goal (and (spark) %s)))", objects.String(), goal.String())
}

// The spark is struck only with all lamps dark, and goes out when one lights.
const lamps = `
(define (domain lamps)
  (:requirements :adl)
  (:types lamp)
  (:predicates (on ?l - lamp) (spark))
  (:action light :parameters (?l - lamp) :precondition () :effect (and (on ?l) (not (spark))))
  (:action dim :parameters (?l - lamp) :precondition () :effect (not (on ?l)))
  (:action strike :parameters () :precondition (forall (?l - lamp) (not (on ?l))) :effect (spark)))`

func TestALargeSearchEndsAtItsLimits(t *testing.T) {
	p := grounded(t, lamps, counter(40))
	_, err := planner.Limits{States: 300}.Plan(t.Context(), p)
	require.ErrorIs(t, err, planner.ErrLimit)
	require.ErrorContains(t, err, "300 states")

	_, err = planner.Limits{Bytes: 1 << 20, States: 1 << 30}.Plan(t.Context(), p)
	require.ErrorIs(t, err, planner.ErrLimit)
	require.ErrorContains(t, err, "MiB")

	_, err = planner.Limits{Bytes: 1 << 10}.Plan(t.Context(), p)
	require.ErrorIs(t, err, planner.ErrLimit)
}

func TestASmallSearchOfTheSameKindEndsWithAProof(t *testing.T) {
	_, err := planner.Plan(t.Context(), grounded(t, lamps, counter(8)))
	require.ErrorIs(t, err, planner.ErrUnsolvable)
	require.ErrorContains(t, err, "states")
}

func TestASearchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := planner.Limits{States: 1 << 30, Bytes: 1 << 40}.Plan(ctx, grounded(t, lamps, counter(40)))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
