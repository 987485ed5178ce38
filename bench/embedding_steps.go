package main

import (
	"context"
	"math/rand/v2"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// indexedStep is a step as an index holds it.
type indexedStep struct {
	text       embedding.Text
	attributes embedding.Attributes
}

// stepsOf gathers the steps of tasks and episodes, which it numbers.
type stepsOf struct {
	all           []indexedStep
	task, episode uint32
}

func (s *stepsOf) step(n int, state, action string) {
	s.all = append(s.all, indexedStep{
		embedding.Text{State: state, Action: action},
		embedding.Attributes{Key: uint64(len(s.all)) * 0x9e3779b97f4a7c15, Task: s.task, Episode: s.episode, Step: uint32(n)},
	})
}

// record takes an episode of n steps from its first state on.
func (s *stepsOf) record(state string, n int, step func(i int) (action, next string)) {
	s.episode++
	for i := range n {
		action, next := step(i)
		s.step(i, state, action)
		state = next
	}
}

// recordedSteps are the real steps of ALFWorld and of TextWorldExpress, where
// they are; else none.
func recordedSteps() (*stepsOf, error) {
	var s stepsOf
	if file, there := testdata("alfworld/traces.jsonl.gz"); there {
		if err := eachValue(file, s.traces); err != nil {
			return nil, err
		}
	}
	for _, game := range []string{"coin", "cookingworld", "mapreader", "twc"} {
		file, there := testdata("textworld_express/" + game + ".jsonl.gz")
		if !there {
			continue
		}
		last := ""
		err := eachValue(file, func(raw jsontext.Value) error { return s.rollout(raw, &last) })
		if err != nil {
			return nil, err
		}
	}
	return &s, nil
}

// traces takes the recorded walks of a game.
func (s *stepsOf) traces(raw jsontext.Value) error {
	var game struct {
		Initial struct {
			Feedback string `json:"feedback"`
		} `json:"initial"`
		Walks []struct {
			Steps []struct {
				Command  string `json:"command"`
				Feedback string `json:"feedback"`
			} `json:"steps"`
		} `json:"walks"`
	}
	if err := json.Unmarshal(raw, &game); err != nil {
		return err
	}
	s.task++
	for _, walk := range game.Walks {
		s.record(game.Initial.Feedback, len(walk.Steps), func(i int) (action, next string) { return walk.Steps[i].Command, walk.Steps[i].Feedback })
	}
	return nil
}

// rollout takes an episode; those of a task follow each other.
func (s *stepsOf) rollout(raw jsontext.Value, lastTask *string) error {
	var episode struct {
		TaskID  string `json:"task_id"`
		Initial struct {
			Observation string `json:"observation"`
		} `json:"initial"`
		Steps []struct {
			Action      string `json:"action"`
			Observation string `json:"observation"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(raw, &episode); err != nil {
		return err
	}
	if episode.TaskID != *lastTask {
		*lastTask = episode.TaskID
		s.task++
	}
	s.record(episode.Initial.Observation, len(episode.Steps), func(i int) (action, next string) { return episode.Steps[i].Action, episode.Steps[i].Observation })
	return nil
}

// walkGames adds random walks of 30 steps of games in our engine, until there
// are n steps; ten of each game are of one task.
func (s *stepsOf) walkGames(ctx context.Context, entries []textworld.Entry, n int) error {
	compiler := textworld.NewCompiler(ground.Limits{})
	random := rand.New(rand.NewPCG(1, 3))
	for i := 0; len(s.all) < n; i++ {
		source, err := entries[i%len(entries)].Load()
		if err != nil {
			return err
		}
		game, err := compiler.Compile(ctx, source)
		if err != nil {
			return err
		}
		s.task++
		for play := textworld.NewPlay(game); len(s.all) < n && play != nil; {
			if err := s.walk(play, random, n); err != nil {
				return err
			}
			if s.episode%10 == 0 {
				play = nil
			}
		}
	}
	return nil
}

// walk takes one random walk.
func (s *stepsOf) walk(play *textworld.Play, random *rand.Rand, n int) error {
	answer, err := play.Reset()
	if err != nil {
		return err
	}
	s.episode++
	for i := 0; i < gameSteps && len(s.all) < n; i++ {
		state, action := answer.Feedback, answer.Admissible[random.IntN(len(answer.Admissible))]
		s.step(i, state, action)
		if answer, err = play.Step(action); err != nil {
			return err
		}
	}
	return nil
}
