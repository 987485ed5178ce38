package household

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/textworld"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/planner"
)

// How long a walkthrough is at least, so that a game takes more than luck, and
// at most, so that there is room for error within the usual 50 steps.
const (
	leastSteps = 4
	mostSteps  = 30
)

// errUnfit: a game is sound, but not worth playing.
var errUnfit = errors.New("not fit to play")

// certifier certifies games by planning and playing them.
type certifier struct{ compiler *textworld.Compiler }

func newCertifier() *certifier {
	return &certifier{textworld.NewCompiler(ground.Limits{})}
}

// walkthrough returns commands that win the game, as the engine itself played
// them; errUnfit where there are none, too few or too many.
func (c *certifier) walkthrough(ctx context.Context, file gameFile) ([]string, error) {
	game, err := c.compiler.Compile(ctx, textworld.Source{
		Domain: file.Domain, Grammar: file.Grammar, Problem: file.Problem,
	})
	if errors.Is(err, ground.ErrUnreachable) {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	} else if err != nil {
		return nil, err
	}
	plan, err := planner.Plan(ctx, game.Problem())
	if errors.Is(err, planner.ErrUnsolvable) || errors.Is(err, planner.ErrLimit) {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	} else if err != nil {
		return nil, err
	}
	if len(plan) < leastSteps || len(plan) > mostSteps {
		return nil, fmt.Errorf("%w: it takes %d steps", errUnfit, len(plan))
	}
	return game.Commands(natural(game.Problem(), plan))
}
