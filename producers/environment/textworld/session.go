package textworld

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
)

// session plays the games of an environment, one after another.
type session struct {
	environment *Environment
	id          string
	play        *Play // nil: no episode is under way
}

// Reset begins a game. Nothing in it is random, so the seed has no use.
func (s *session) Reset(ctx context.Context, task producers.Task, _ int64) (producers.Start, error) {
	s.play = nil
	if err := ctx.Err(); err != nil {
		return producers.Start{}, err
	}
	game, err := s.environment.games.get(ctx, task.ID)
	if err != nil {
		return producers.Start{}, err
	}
	play := NewPlay(game)
	answer, err := play.Reset()
	if err != nil {
		return producers.Start{}, fmt.Errorf("begin game %s: %w", task.ID, err)
	}
	s.id, s.play = task.ID, play
	start := producers.Start{Observation: observation(answer), Instruction: instruction(answer.Feedback)}
	if len(game.Walkthrough()) > 0 || s.environment.options.Planner != nil {
		start.Walkthrough = s.environment.walkthrough(task.ID, game)
	}
	return start, nil
}

// walkthrough returns the commands that win a game, found when they are asked
// for.
func (e *Environment) walkthrough(id string, game *Game) func(context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) {
		commands, err := game.Solve(ctx, e.options.Planner)
		if err != nil {
			return nil, fmt.Errorf("walkthrough of game %s: %w", id, err)
		}
		return slices.Clone(commands), nil
	}
}

// Step takes a command.
func (s *session) Step(ctx context.Context, action string) (producers.Outcome, error) {
	if s.play == nil {
		return producers.Outcome{}, errors.New("step in a game: no episode is under way; reset the session first")
	}
	if err := ctx.Err(); err != nil {
		return producers.Outcome{}, err
	}
	answer, err := s.play.Step(action)
	if err != nil {
		s.play = nil
		return producers.Outcome{}, fmt.Errorf("game %s, command %q: %w", s.id, action, err)
	}
	reward := 0.0
	o := producers.Outcome{Observation: observation(answer), Reward: &reward, Valid: &answer.Valid}
	if answer.Won {
		reward = 1
		success := true
		o.Terminated, o.Success, o.Reason = true, &success, "the goal is reached"
		s.play = nil
	}
	return o, nil
}

// Close ends the episode, if one is under way.
func (s *session) Close() error {
	s.play = nil
	return nil
}

// observation is the caller's own.
func observation(a Answer) producers.Observation {
	return producers.Observation{Text: a.Feedback, Admissible: slices.Clone(a.Admissible)}
}

// marker is what ALFWorld's games put before the task.
const marker = "Your task is to:"

// instruction finds the task in the text that a game begins with: what follows
// the marker in its line, else the last line that is not blank.
func instruction(text string) string {
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if _, task, found := strings.Cut(line, marker); found {
			return strings.TrimSpace(task)
		}
		if line != "" {
			last = line
		}
	}
	return last
}
