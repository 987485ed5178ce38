package textworld

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/wording"
)

// Game is a game that is ready to be played. It is immutable, and safe for
// concurrent use.
type Game struct {
	problem *ground.Problem
	grammar *wording.Grammar
	world   *wording.World

	commands    []string // sorted
	commandOf   []int32  // of each action: its place in commands
	changing    []bool   // of each schema: its commands depend on the state
	walkthrough []string
}

// Problem returns what a planner needs to know of the game.
func (g *Game) Problem() *ground.Problem { return g.problem }

// Walkthrough returns the commands of the game file that win; none where it has
// none. Not to be changed.
func (g *Game) Walkthrough() []string { return g.walkthrough }

// params returns the values of an action's parameters, in dst.
func (g *Game) params(dst []wording.Binding, action int) []wording.Binding {
	schema := g.problem.Schemas()[g.problem.Schema(action)]
	for i, object := range g.problem.Args(action) {
		p := schema.Parameters[i]
		dst = append(dst, wording.Binding{Name: p.Name, Type: p.Type, Object: object})
	}
	return dst
}

// Commands returns the commands of a plan, a sequence of actions from the
// beginning. It plays them: a plan that does not win is an error.
func (g *Game) Commands(plan []int) ([]string, error) {
	p := NewPlay(g)
	if _, err := p.Reset(); err != nil {
		return nil, err
	}
	commands := make([]string, 0, len(plan))
	for i, action := range plan {
		if action < 0 || action >= g.problem.Actions() || !p.cursor.Can(action) {
			return nil, fmt.Errorf("step %d of the plan, action %d, is not possible", i+1, action)
		}
		command, err := p.command(action)
		if err != nil {
			return nil, err
		}
		if _, err := p.Step(command); err != nil {
			return nil, err
		}
		commands = append(commands, command)
	}
	if !p.cursor.Won() {
		return nil, errors.New("the plan does not win the game when it is played")
	}
	return commands, nil
}

// Planner finds actions that lead from the beginning of a problem to its goal.
type Planner func(ctx context.Context, p *ground.Problem) ([]int, error)

// Solve returns commands that win: those of the game file, else of a plan.
// planner may be nil: then a game without a walkthrough is an error.
func (g *Game) Solve(ctx context.Context, planner Planner) ([]string, error) {
	switch {
	case len(g.walkthrough) > 0:
		return g.walkthrough, nil
	case planner == nil:
		return nil, errors.New("the game file has no walkthrough, and there is no planner")
	}
	plan, err := planner(ctx, g.problem)
	if err != nil {
		return nil, err
	}
	return g.Commands(plan)
}
