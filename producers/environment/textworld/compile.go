package textworld

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/wording"
)

// Compiler makes games of sources. What sources have in common, such as a
// domain, is read once and shared. It is safe for concurrent use.
type Compiler struct {
	limits ground.Limits

	mu      sync.Mutex
	domains map[string]*pddl.Domain // by text
	reader  *wording.Reader
}

// NewCompiler returns a compiler of games within limits.
func NewCompiler(limits ground.Limits) *Compiler {
	return &Compiler{limits: limits, domains: map[string]*pddl.Domain{}, reader: wording.NewReader()}
}

// Compile makes a game. Its errors name the part of the file, the line and the
// construct; a game whose goal cannot be reached is an error too.
func (c *Compiler) Compile(ctx context.Context, s Source) (*Game, error) {
	domain, grammar, err := c.common(s)
	if err != nil {
		return nil, err
	}
	problem, err := pddl.ParseProblem(s.Problem, domain)
	if err != nil {
		return nil, fmt.Errorf("pddl_problem: %w", err)
	}
	p, err := ground.Ground(ctx, domain, problem, c.limits)
	if err != nil {
		return nil, fmt.Errorf("ground the problem: %w", err)
	}
	return newGame(s, domain, problem, p, grammar)
}

// common reads what a game shares with others.
func (c *Compiler) common(s Source) (*pddl.Domain, *wording.Grammar, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	domain := c.domains[s.Domain]
	if domain == nil {
		var err error
		if domain, err = pddl.ParseDomain(s.Domain); err != nil {
			return nil, nil, fmt.Errorf("pddl_domain: %w", err)
		}
		c.domains[strings.Clone(s.Domain)] = domain
	}
	grammar, err := c.reader.Read(s.Grammar)
	if err != nil {
		return nil, nil, fmt.Errorf("grammar: %w", err)
	}
	return domain, grammar, nil
}

// newGame puts words to a ground problem.
func newGame(s Source, domain *pddl.Domain, problem *pddl.Problem, p *ground.Problem, grammar *wording.Grammar) (*Game, error) {
	parents := parentsOf(domain)
	if err := grammar.Check(usedActions(p), func(kind string) bool { return parents[kind] != nil }); err != nil {
		return nil, fmt.Errorf("grammar: %w", err)
	}
	names, known := namesOf(p, problem.Assigned)
	g := &Game{
		problem: p, grammar: grammar,
		world: wording.NewWorld(p, names, wording.Ancestors(parents, pddl.Root)),
	}
	g.walkthrough = g.readable(s.Walkthrough, names, known)
	if err := g.nameActions(); err != nil {
		return nil, fmt.Errorf("grammar: %w", err)
	}
	return g, nil
}

// parentsOf returns the parents of every type of a domain.
func parentsOf(domain *pddl.Domain) map[string][]string {
	parents := map[string][]string{pddl.Root: {}}
	for _, t := range domain.Types {
		parents[t.Name] = append(parents[t.Name], t.Parents...)
	}
	return parents
}

// usedActions returns the names of the schemas that have ground actions.
func usedActions(p *ground.Problem) []string {
	var names []string
	for i, s := range p.Schemas() {
		if from, upTo := p.ActionsOf(i); from < upTo {
			names = append(names, s.Name)
		}
	}
	return names
}

// readable puts the names of things in the place of their ids. Words that are
// the id of something without a name stay: the base of a name may be one.
func (g *Game) readable(commands, names []string, known []bool) []string {
	byID := make(map[string]string, len(names))
	for i, o := range g.problem.Objects() {
		if known[i] {
			byID[o.ID] = names[i]
		}
	}
	readable := make([]string, len(commands))
	for i, c := range commands {
		words := strings.Split(c, " ")
		for k, word := range words {
			if name, known := byID[word]; known {
				words[k] = name
			}
		}
		readable[i] = strings.Join(words, " ")
	}
	return readable
}

// nameActions writes the commands of the actions, but for those that depend on
// the state.
func (g *Game) nameActions() error {
	p := g.problem
	w := wording.NewWriter(g.grammar, g.world)
	initial := g.world.Initial(nil)
	changes := changingPredicates(p)
	all := make([]string, p.Actions())
	g.changing = make([]bool, len(p.Schemas()))
	for i, s := range p.Schemas() {
		g.changing[i] = g.grammar.Changing(s.Name, changes)
		from, upTo := p.ActionsOf(i)
		for a := from; a < upTo && !g.changing[i]; a++ {
			var err error
			if all[a], err = w.Command(s.Name, g.params(nil, a), initial); err != nil {
				return err
			}
		}
	}
	g.commands = slices.Compact(slices.Sorted(slices.Values(all)))
	g.commandOf = make([]int32, p.Actions())
	for a, command := range all {
		at, _ := slices.BinarySearch(g.commands, command)
		g.commandOf[a] = int32(at)
	}
	return nil
}

// changingPredicates says which predicates effects may change.
func changingPredicates(p *ground.Problem) func(string) bool {
	changing := map[string]bool{}
	for fact := range p.Fluents() {
		changing[p.Fact(fact).Predicate] = true
	}
	return func(predicate string) bool { return changing[predicate] }
}
