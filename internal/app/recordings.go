package app

import (
	"context"
	"iter"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/producers"
)

// recordings streams every episode that a run may see, as producers know them.
func (a *App) recordings(ctx context.Context, s *Session, v replay.Visibility) iter.Seq2[*producers.Recording, error] {
	return func(yield func(*producers.Recording, error) bool) {
		for episode, err := range replay.Episodes(ctx, s.Session, v) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(recordingOf(episode), nil) {
				return
			}
		}
	}
}

// recordingOf says an episode of the replay buffer in the words of producers.
func recordingOf(e *replay.Episode) *producers.Recording {
	r := &producers.Recording{
		EpisodeID: e.ID, Origin: e.Origin, Success: e.Success,
		Task: producers.Task{ID: e.TaskID, Environment: e.Environment, EnvironmentVersion: e.EnvironmentVersion,
			Split: e.Split, Instruction: e.Instruction},
		Steps: make([]producers.RecordedStep, len(e.Steps)),
	}
	for i := range e.Steps {
		r.Steps[i] = recordedStep(&e.Steps[i])
	}
	for i := range r.Steps {
		if i > 0 {
			continueAdmissible(&r.Steps[i-1], &r.Steps[i])
		}
	}
	return r
}

// continueAdmissible takes what is admissible after a step from the step behind
// it, which begins where that one ends. Imported data often says it once.
func continueAdmissible(step, behind *producers.RecordedStep) {
	if step.Next.Admissible == nil && behind.Step == step.Step+1 && behind.State.Text == step.Next.Text {
		step.Next.Admissible = behind.State.Admissible
	}
}

func recordedStep(s *replay.Step) producers.RecordedStep {
	return producers.RecordedStep{
		EventID: s.EventID, Step: s.Step,
		State: producers.Observation{Text: s.State, Admissible: s.Admissible}, Action: s.Action, Valid: s.Valid,
		Next: producers.Observation{Text: s.Next, Admissible: s.NextAdmissible}, Reward: s.Reward,
		Terminated: s.Terminated, Truncated: s.Truncated, Depth: s.Depth,
	}
}
