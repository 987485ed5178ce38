package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	attempts    = 4
	choreStep   = 20 // most commands in an attempt
	householdNo = 11 // of the random streams
)

// tenant is an agent that plays chores, with its weaknesses as probabilities.
type tenant struct {
	name   string
	slip   float64 // of a command that the household does not understand
	forget float64 // of leaving out what must be done to the thing, or a shut door
	wander float64 // of looking where it has looked before
	silent float64 // of not saying what it thinks
}

func tenants() []tenant {
	return []tenant{
		{name: "patient-8b", slip: .03, forget: .06, wander: .04, silent: .4},
		{name: "hasty-1b", slip: .13, forget: .38, wander: .45, silent: .75},
	}
}

// transcript is a record as harnesses of text games write it.
type transcript struct {
	Name   string `json:"name"`
	Split  string `json:"split"`
	Result bool   `json:"result"`
	Traj   string `json:"traj"`
	Kind   string `json:"kind"`
}

// households writes a file for each agent and attempt.
func households(files map[string][]byte) error {
	for number, who := range tenants() {
		for attempt := range attempts {
			var file bytes.Buffer
			out := json.NewEncoder(&file)
			out.SetEscapeHTML(false)
			for i, c := range chores() {
				rng := rand.New(rand.NewPCG(householdNo, uint64(number*1000+attempt*100+i)))
				if err := out.Encode(attend(c, i, who, rng)); err != nil {
					return fmt.Errorf("write a transcript: %w", err)
				}
			}
			files[fmt.Sprintf("household/alfworld_%s_D%d.jsonl", who.name, attempt)] = file.Bytes()
		}
	}
	return nil
}

// attend plays a chore once. Its home is the same at each attempt.
func attend(c chore, number int, who tenant, rng *rand.Rand) transcript {
	h := newHome(rand.New(rand.NewPCG(householdNo, uint64(90_000+number))), c.target, c.count())
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", h.opening(c.instruction()))
	mind := &mind{chore: c, home: h, who: who, rng: rng, searched: map[*place]bool{}, careless: rng.Float64() < who.forget}
	for range choreStep {
		thought, command := mind.next()
		if thought != "" && rng.Float64() >= who.silent {
			fmt.Fprintf(&text, "> think: %s\nOK.\n", thought)
		}
		fmt.Fprintf(&text, "> %s\n%s\n", command, h.do(command))
		if c.done(h) {
			break
		}
	}
	return transcript{Name: c.id(), Split: "train", Result: c.done(h), Traj: text.String(), Kind: c.kind}
}
