package ground

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// randomCondition draws a condition over a few predicates.
func randomCondition(t *rapid.T, variables []string, depth int) string {
	arg := func() string { return rapid.SampledFrom(append(variables, "a")).Draw(t, "term") }
	kinds := []string{"p", "q", "d", "not", "="}
	if depth > 0 {
		kinds = append(kinds, "and", "or", "imply", "exists", "forall", "not-all")
	}
	inner := func(v []string) string { return randomCondition(t, v, depth-1) }
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "p", "d":
		return fmt.Sprintf("(%s %s)", kind, arg())
	case "q", "=":
		return fmt.Sprintf("(%s %s %s)", kind, arg(), arg())
	case "not":
		return fmt.Sprintf("(not (p %s))", arg())
	case "not-all":
		return fmt.Sprintf("(not %s)", inner(variables))
	case "exists", "forall":
		fresh := fmt.Sprintf("?v%d", len(variables))
		return fmt.Sprintf("(%s (%s - thing) %s)", kind, fresh, inner(append(variables[:len(variables):len(variables)], fresh)))
	default:
		return fmt.Sprintf("(%s %s %s)", kind, inner(variables), inner(variables))
	}
}

// randomProblem draws a domain with a few actions and a derived predicate, and
// a problem whose goal can be reached.
func randomProblem(t *rapid.T) (*pddl.Domain, *pddl.Problem) {
	var b strings.Builder
	b.WriteString("(define (domain r) (:types thing) (:predicates (p ?x) (q ?x ?y) (d ?x) (ok))")
	b.WriteString("(:derived (d ?x - thing) (or (p ?x) (exists (?y - thing) (and (q ?x ?y) (d ?y)))))")
	for i := range 3 {
		v := []string{"?x", "?y"}
		fmt.Fprintf(&b, "(:action a%d :parameters (?x ?y - thing) :precondition %s :effect (and (ok) (q ?x ?y) (not (p ?y)) (when %s (p ?x)) (forall (?z - thing) (when %s (not (q ?z ?x))))))",
			i, randomCondition(t, v, 2),
			randomCondition(t, v, 1), randomCondition(t, append(v, "?z"), 1))
	}
	b.WriteString("(:action rest :effect (and (ok) (p a))))")
	d, err := pddl.ParseDomain(b.String())
	require.NoError(t, err, b.String())
	init := rapid.SampledFrom([]string{"", "(p a)", "(q a b) (p b)", "(p a) (p c) (q c c)"}).Draw(t, "init")
	p, err := pddl.ParseProblem("(define (problem x) (:domain r) (:objects a b c - thing) (:init "+init+") (:goal (ok)))", d)
	require.NoError(t, err)
	return d, p
}

func TestACursorAgreesWithLookingAtEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, problem := randomProblem(t)
		p, err := Ground(t.Context(), d, problem, Limits{})
		require.NoError(t, err)
		c := p.Cursor()
		state := p.Initial()
		for range 20 {
			want := p.Applicable(nil, state)
			var got []int32
			for a := range c.Applicable() {
				got = append(got, int32(a))
			}
			require.Equal(t, want, got)
			require.Equal(t, state, c.State())
			if len(got) == 0 {
				return
			}
			before := append([]int32(nil), got...)
			action := int(rapid.SampledFrom(got).Draw(t, "action"))
			changed := map[int]bool{}
			c.Apply(action, func(a int, now bool) { changed[a] = now })
			for _, a := range before {
				require.Equal(t, !c.Can(int(a)), func() bool { now, told := changed[int(a)]; return told && !now }(), "action %d", a)
			}
			state = p.Successor(nil, state, action)
		}
	})
}

// TestGroundConditionsMeanWhatTheySay evaluates every precondition in the
// states of random walks directly, by its definition.
func TestGroundConditionsMeanWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, problem := randomProblem(t)
		p, err := Ground(t.Context(), d, problem, Limits{})
		require.NoError(t, err)
		c := p.Cursor()
		for range 10 {
			truths := atomsOf(p, c.State())
			possible := map[string]bool{}
			var actions []int
			for a := range c.Applicable() {
				possible[p.ActionName(a)] = true
				actions = append(actions, a)
			}
			for _, x := range []string{"a", "b", "c"} {
				for _, y := range []string{"a", "b", "c"} {
					for _, action := range d.Actions[:3] {
						name := fmt.Sprintf("(%s %s %s)", action.Name, x, y)
						want := truths.holds(action.Precondition, map[string]string{"?x": x, "?y": y})
						require.Equal(t, want, possible[name], "%s: %v", name, truths)
					}
				}
			}
			if len(actions) == 0 {
				return
			}
			c.Apply(rapid.SampledFrom(actions).Draw(t, "action"), nil)
		}
	})
}

// truths are the atoms that hold in a state, as PDDL writes them.
type truths map[string]bool

func atomsOf(p *Problem, s State) truths {
	all := truths{}
	fluent := map[string]bool{}
	for fact := range p.Facts() {
		fluent[p.FactName(fact)] = true
		all[p.FactName(fact)] = s.Holds(fact)
	}
	for a := range p.InitialAtoms() {
		if name := p.written(a); !fluent[name] {
			all[name] = true
		}
	}
	return all
}

func (t truths) holds(c pddl.Condition, values map[string]string) bool {
	switch c.Kind {
	case pddl.LiteralKind:
		args := make([]string, len(c.Literal.Args))
		for i, arg := range c.Literal.Args {
			if args[i] = arg; arg[0] == '?' {
				args[i] = values[arg]
			}
		}
		if c.Literal.Predicate == pddl.Equality {
			return (args[0] == args[1]) != c.Literal.Negated
		}
		return t["("+c.Literal.Predicate+" "+strings.Join(args, " ")+")"] != c.Literal.Negated
	case pddl.Exists, pddl.Forall:
		name := c.Parameters[0].Name
		for _, object := range []string{"a", "b", "c"} {
			inner := map[string]string{}
			for k, v := range values {
				inner[k] = v
			}
			inner[name] = object
			if t.holds(c.Parts[0], inner) == (c.Kind == pddl.Exists) {
				return c.Kind == pddl.Exists
			}
		}
		return c.Kind == pddl.Forall
	}
	for _, part := range c.Parts {
		if t.holds(part, values) == (c.Kind == pddl.Disjunction) {
			return c.Kind == pddl.Disjunction
		}
	}
	return c.Kind == pddl.Conjunction
}

func FuzzGround(f *testing.F) {
	f.Add("(define (domain d) (:predicates (p ?x)) (:action a :parameters (?x) :effect (p ?x)))", "(define (problem x) (:domain d) (:objects o) (:init) (:goal (p o)))")
	f.Add("(define (domain d) (:predicates (p) (q)) (:derived (q) (forall (?x) (not (p)))) (:action a :precondition (q) :effect (forall (?x) (when (q) (p)))))", "(define (problem x) (:domain d) (:objects o) (:init) (:goal (p)))")
	f.Fuzz(func(t *testing.T, domain, problem string) {
		d, err := pddl.ParseDomain(domain)
		if err != nil {
			return
		}
		q, err := pddl.ParseProblem(problem, d)
		if err != nil {
			return
		}
		p, err := Ground(t.Context(), d, q, Limits{Actions: 1000, Facts: 1000, Work: 10_000})
		if err != nil {
			return
		}
		c := p.Cursor()
		for range 5 {
			for a := range c.Applicable() {
				c.Apply(a, nil)
				break
			}
		}
	})
}
