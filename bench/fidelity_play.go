package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/agent/scripted"
	"github.com/dreamlog/dreamlog/producers/agent/searching"
	"github.com/dreamlog/dreamlog/producers/environment/household"
	"github.com/dreamlog/dreamlog/producers/environment/shop"
	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

// fidelitySteps is the length of the episodes that are played to measure by.
const fidelitySteps = 50

// Household games to learn from, and to measure by.
const (
	householdFit  = 100
	householdHeld = 40
)

func householdCorpus(ctx context.Context, b *bench) (*corpus, error) {
	return householdOf(ctx, b, b.scaled(householdFit), b.scaled(householdHeld))
}

// householdOf plays household games: each by five agents. All of train are to
// learn from. Of the games of valid_unseen the episodes of the first two agents
// are seen where the task is known; the others are held out.
func householdOf(ctx context.Context, b *bench, fit, held int) (*corpus, error) {
	agents, err := players(.3, .1, .5)
	if err != nil {
		return nil, err
	}
	// A random and a scripted one first: those are what is seen of known tasks.
	agents = []producers.Agent{agents[0], random.New(), agents[1], agents[2], random.New()}
	c := &corpus{name: "household"}
	for split, n := range map[household.Split]int{household.Train: fit, household.ValidUnseen: held} {
		recordings, err := b.playHousehold(ctx, split, n, agents)
		if err != nil {
			return nil, err
		}
		c.take(recordings, split == household.Train, len(agents))
	}
	return c, nil
}

// players are scripted agents with some rates of noise.
func players(rates ...float64) (agents []producers.Agent, err error) {
	for _, rate := range rates {
		a, err := scripted.New(rate)
		if err != nil {
			return nil, err
		}
		agents = append(agents, a)
	}
	return agents, nil
}

// seenAgents is how many agents' episodes are seen of known tasks.
const seenAgents = 2

// take sorts the recordings of tasks that each of some agents played.
func (c *corpus) take(recordings []*producers.Recording, fit bool, agents int) {
	for i, r := range recordings {
		switch {
		case fit:
			c.fit = append(c.fit, r)
		case i%agents < seenAgents:
			c.seen = append(c.seen, r)
		default:
			c.held = append(c.held, r)
		}
	}
}

func (b *bench) playHousehold(ctx context.Context, split household.Split, n int, agents []producers.Agent) (_ []*producers.Recording, err error) {
	dir, err := b.scratch("fidelity-" + string(split))
	if err != nil {
		return nil, err
	}
	if _, err := household.Generate(ctx, household.Options{Split: split, Count: n, Seed: 1, Dir: dir}); err != nil {
		return nil, err
	}
	environment, err := textworld.Open(textworld.Options{Games: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, environment.Close()) }()
	tasks, err := environment.Tasks(ctx)
	if err != nil {
		return nil, err
	}
	return playAll(ctx, environment, tasks, agents)
}

// Tasks of the shop to learn from, and to measure by.
const (
	shopFit  = 30
	shopHeld = 15
)

// shopCorpus plays the shop with searching agents.
func shopCorpus(ctx context.Context, b *bench) (_ *corpus, err error) {
	environment, err := shop.New(ctx, shop.Options{Seed: 1, Products: 2000})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, environment.Close()) }()
	tasks, err := environment.Tasks(ctx)
	if err != nil {
		return nil, err
	}
	var agents []producers.Agent
	for _, rate := range []float64{.1, .4, 0, .2, .6} {
		a, err := searching.New(rate)
		if err != nil {
			return nil, err
		}
		agents = append(agents, a)
	}
	fit := b.scaled(shopFit)
	c := &corpus{name: "shop"}
	for _, part := range [][]producers.Task{tasks[:fit], tasks[fit : fit+b.scaled(shopHeld)]} {
		recordings, err := playAll(ctx, environment, part, agents)
		if err != nil {
			return nil, err
		}
		c.take(recordings, len(c.fit) == 0, len(agents))
	}
	return c, nil
}

// playAll plays each task once by each agent, and returns what was recorded,
// task by task.
func playAll(ctx context.Context, e producers.Environment, tasks []producers.Task, agents []producers.Agent) (all []*producers.Recording, err error) {
	session, err := e.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	for _, task := range tasks {
		for attempt, agent := range agents {
			r, err := playOne(ctx, session, task, agent, attempt)
			if err != nil {
				return nil, fmt.Errorf("play task %s by %s: %w", task.ID, agent.Policy().ID, err)
			}
			all = append(all, r)
		}
	}
	return all, nil
}

func playOne(ctx context.Context, session producers.Session, task producers.Task, agent producers.Agent, attempt int) (*producers.Recording, error) {
	start, err := session.Reset(ctx, task, int64(attempt))
	if err != nil {
		return nil, err
	}
	task.Instruction = cmp.Or(start.Instruction, task.Instruction)
	actor, err := agent.Begin(ctx, producers.Episode{Task: task, Seed: int64(attempt), MaxSteps: fidelitySteps, Walkthrough: start.Walkthrough})
	if err != nil {
		return nil, err
	}
	r := &producers.Recording{EpisodeID: fmt.Sprintf("%s/%d", task.ID, attempt), Origin: "real", Task: task, Success: new(false)}
	state := start.Observation
	for i := range fidelitySteps {
		decision, err := actor.Act(ctx, state)
		if err != nil {
			return nil, err
		}
		o, err := session.Step(ctx, decision.Action)
		if err != nil {
			return nil, err
		}
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprintf("%s/%d", r.EpisodeID, i), Step: int64(i), State: state, Action: decision.Action, Valid: o.Valid,
			Next: o.Observation, Reward: o.Reward, Terminated: o.Terminated, Truncated: o.Truncated || i == fidelitySteps-1 && !o.Terminated,
		})
		state = o.Observation
		if o.Success != nil {
			r.Success = o.Success
		}
		if o.Over() {
			break
		}
	}
	return r, nil
}
