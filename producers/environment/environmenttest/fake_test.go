package environmenttest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// corridor is an environment: walk right until its end, whose place is drawn by
// task and seed. Each mistake breaks one thing that a rollout relies on.
type corridor struct {
	mistake string
	mu      sync.Mutex
	opened  int
	listed  int
	shared  walk // what sessions share by mistake
}

type walk struct {
	at, end int64
	task    producers.Task
}

func newCorridor(mistake string) *corridor { return &corridor{mistake: mistake} }

func (c *corridor) Tasks(context.Context) (tasks []producers.Task, err error) {
	for i := range 5 {
		tasks = append(tasks, producers.Task{ID: fmt.Sprintf("corridor-%d", i), Environment: "corridor", Split: "train", Instruction: "Reach the end."})
	}
	c.listed++
	switch c.mistake {
	case "another order":
		if c.listed > 1 {
			slices.Reverse(tasks)
		}
	case "a task twice":
		tasks = append(tasks, tasks[0])
	case "no split":
		tasks[1].Split = ""
	case "no instruction":
		tasks[0].Instruction = ""
	case "no tasks":
		return nil, nil
	}
	return tasks, nil
}

func (c *corridor) Open(context.Context) (producers.Session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opened++
	s := &corridorSession{corridor: c, walk: &walk{}}
	if c.mistake == "shared state" {
		s.walk = &c.shared
	}
	return s, nil
}

func (c *corridor) Close() error {
	if c.mistake == "close fails the second time" {
		defer func() { c.mistake = "closed" }()
	}
	if c.mistake == "closed" {
		return fmt.Errorf("closed already")
	}
	return nil
}

type corridorSession struct {
	corridor *corridor
	*walk
	resets int64
}

func (s *corridorSession) Close() error { return nil }

func (s *corridorSession) Reset(ctx context.Context, task producers.Task, seed int64) (producers.Start, error) {
	end := 2 + (seed+int64(task.ID[len(task.ID)-1]))%5
	s.resets++
	switch s.corridor.mistake {
	case "ignore the seed":
		end += s.resets % 2
	case "go on where it was":
		end -= s.resets - 1
	case "hide the cause":
		if ctx.Err() != nil {
			return producers.Start{}, fmt.Errorf("something went wrong")
		}
	}
	*s.walk = walk{end: end, task: task}
	return producers.Start{Observation: s.observation(), Walkthrough: s.walkthrough}, nil
}

func (s *corridorSession) walkthrough(context.Context) ([]string, error) {
	actions := slices.Repeat([]string{"right"}, int(s.end))
	switch s.corridor.mistake {
	case "walkthrough too short":
		actions = actions[1:]
	case "walkthrough too long":
		actions = append(actions, "right")
	case "walkthrough not understood":
		actions = append([]string{"fly"}, actions...)
	}
	return actions, nil
}

func (s *corridorSession) observation() producers.Observation {
	o := producers.Observation{Text: fmt.Sprintf("You are at %d of %d.", s.at, s.end), Admissible: []string{"left", "right", "wait"}}
	switch s.corridor.mistake {
	case "an admissible action twice":
		o.Admissible = append(o.Admissible, "wait")
	case "an empty admissible action":
		o.Admissible[2] = ""
	case "not UTF-8":
		o.Text = "\xff"
	}
	return o
}

func (s *corridorSession) Step(_ context.Context, action string) (producers.Outcome, error) {
	valid, reward := slices.Contains(s.observation().Admissible, action), 0.0
	switch action {
	case "left":
		s.at = max(0, s.at-1)
	case "right":
		s.at++
	case "wait":
	default:
		if s.corridor.mistake == "nonsense is an error" {
			return producers.Outcome{}, fmt.Errorf("do not know how to %s", action)
		}
	}
	over := s.at == s.end
	if over {
		reward = 1
	}
	o := producers.Outcome{Observation: s.observation(), Reward: &reward, Valid: &valid, Terminated: over}
	if over {
		o.Success, o.Reason = &over, "the end is reached"
	}
	s.corridor.spoil(&o)
	return o, nil
}

// spoil makes the mistakes of outcomes.
func (c *corridor) spoil(o *producers.Outcome) {
	no, yes, nan := false, true, math.NaN()
	list := schema.JSON("[1]")
	switch c.mistake {
	case "success before the end":
		o.Success = &no
	case "reason before the end":
		o.Reason = "just because"
	case "no reason":
		o.Reason = ""
	case "no success":
		o.Success = nil
	case "not finite":
		o.Reward = &nan
	case "info is a list":
		o.Info = &list
	case "everything is valid":
		o.Valid = &yes
	case "random":
		o.Text = time.Now().String()
	}
}
