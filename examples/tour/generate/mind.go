package main

import (
	"fmt"
	"math/rand/v2"
)

// mind decides what an agent does next in a home.
type mind struct {
	chore    chore
	home     *home
	who      tenant
	rng      *rand.Rand
	searched map[*place]bool
	careless bool // leaves the treatment out, until it notices
}

// next returns a thought, which may be empty, and a command.
func (m *mind) next() (thought, command string) {
	if m.rng.Float64() < m.who.slip {
		return "", m.slip()
	}
	switch held := m.home.holding; {
	case held != nil && held.kind != m.chore.target:
		return "This is not what I need.", fmt.Sprintf("put %s in %s", held.name, m.home.at.name)
	case held != nil:
		return m.handle(held)
	}
	return m.search()
}

// slip is a command that the household does not understand, or not here.
func (m *mind) slip() string {
	return m.pick(
		"take "+m.chore.target,
		fmt.Sprintf("put %s on %s", m.chore.target, m.chore.goal),
		"go "+m.chore.goal,
		"use lamp",
		"search the flat",
		fmt.Sprintf("take %s 3 from %s", m.chore.target, m.chore.goal),
		"examine "+m.chore.target,
		"open "+m.chore.target+" 1",
	)
}

func (m *mind) pick(of ...string) string { return of[m.rng.IntN(len(of))] }

// handle says what to do with the thing in hand.
func (m *mind) handle(held *thing) (thought, command string) {
	if verb, where := m.chore.treatment(); verb != "" && !m.chore.treated(held) && !m.careless {
		return m.at(where, fmt.Sprintf("%s %s in %s", verb, held.name, where),
			m.pick(fmt.Sprintf("I have the %s; now I must %s it.", held.name, verb), fmt.Sprintf("First to the %s, to %s it.", where, verb)))
	}
	if m.chore.kind == "read" {
		return m.at(m.chore.goal, "switch on lamp 1", m.pick("Now I need light.", "The lamp is on the desk."))
	}
	return m.at(m.chore.goal, fmt.Sprintf("put %s in %s", held.name, m.chore.goal),
		m.pick(fmt.Sprintf("The %s belongs in the %s.", held.name, m.chore.goal), "Now I put it where it should be."))
}

// at goes to a place, opens it, and does something there.
func (m *mind) at(where, command, why string) (string, string) {
	p := m.home.find(where)
	switch {
	case m.home.at != p:
		return why, "go to " + where
	case !p.visible() && m.rng.Float64() >= m.who.forget:
		return m.pick("It is shut.", ""), "open " + where
	}
	return "", command
}

// search looks for what the task needs.
func (m *mind) search() (thought, command string) {
	here := m.home.at
	if here != nil && !m.searched[here] {
		if !here.visible() && m.rng.Float64() >= m.who.forget {
			return m.pick(fmt.Sprintf("The %s is shut; I look inside.", here.name), ""), "open " + here.name
		}
		m.searched[here] = true
	}
	if here != nil && here.visible() {
		if t := m.wanted(here); t != nil {
			delete(m.searched, here) // there may be more
			return m.pick(fmt.Sprintf("Here is a %s.", t.kind), "That is what I need."), fmt.Sprintf("take %s from %s", t.name, here.name)
		}
	}
	return m.elsewhere()
}

// wanted returns a thing of the kind needed that is not yet as it should be.
func (m *mind) wanted(p *place) *thing {
	for _, t := range p.things {
		delivered := p.name == m.chore.goal && m.chore.kind != "read" && (m.chore.treated(t) || m.careless)
		if t.kind == m.chore.target && !delivered {
			return t
		}
	}
	return nil
}

// elsewhere chooses where to look next. One that has looked everywhere, or
// believes itself done, comes to doubt what it did.
func (m *mind) elsewhere() (thought, command string) {
	var fresh, other []*place
	for _, p := range m.home.places {
		switch {
		case p == m.home.at:
		case m.searched[p]:
			other = append(other, p)
		default:
			fresh = append(fresh, p)
		}
	}
	switch {
	case m.careless && m.delivered():
		m.careless = m.rng.Float64() >= .25
		return m.pick("It should be done now.", "Is anything missing?"), "look"
	case len(fresh) == 0:
		clear(m.searched)
		return m.pick("I have looked everywhere; once more.", "Did I miss a door?"), "go to " + other[m.rng.IntN(len(other))].name
	case len(other) > 0 && m.rng.Float64() < m.who.wander:
		return "", "go to " + other[m.rng.IntN(len(other))].name
	}
	next := m.likely(fresh)
	return m.pick(fmt.Sprintf("I look for a %s; maybe at the %s.", m.chore.target, next.name), fmt.Sprintf("A %s could be at the %s.", m.chore.target, next.name), ""), "go to " + next.name
}

func (m *mind) delivered() bool {
	for _, t := range m.home.find(m.chore.goal).things {
		if t.kind == m.chore.target {
			return true
		}
	}
	return false
}

// likely prefers open places at the beginning, as they cost one step and not
// two; without patience any will do.
func (m *mind) likely(fresh []*place) *place {
	if m.rng.Float64() < m.who.wander {
		return fresh[m.rng.IntN(len(fresh))]
	}
	return fresh[m.rng.IntN(min(3, len(fresh)))]
}
